package notice

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locale/en/*.json locale/nl/*.json
var files embed.FS

// languages are the tags texts are written in, the first for whoever reads none of them.
var languages = []string{"en", "nl"}

// texts is what mails say, in each language.
type texts struct {
	matcher    language.Matcher
	localizers []*i18n.Localizer
}

func loadTexts() (texts, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	var t texts
	var tags []language.Tag
	for _, lang := range languages {
		names, err := fs.Glob(files, "locale/"+lang+"/*.json")
		if err != nil {
			return t, err
		}
		for _, name := range names {
			raw, err := files.ReadFile(name)
			if err == nil {
				_, err = bundle.ParseMessageFileBytes(raw, lang+".json")
			}
			if err != nil {
				return t, fmt.Errorf("%s: %w", name, err)
			}
		}
		tags = append(tags, language.MustParse(lang))
		t.localizers = append(t.localizers, i18n.NewLocalizer(bundle, lang))
	}
	t.matcher = language.NewMatcher(tags)
	return t, nil
}

// printer writes in one language.
type printer struct {
	Lang      string
	localizer *i18n.Localizer
	values    map[string]string
}

// in returns the printer of the first of the languages that texts are written in; each wish is a tag or an Accept-Language header. values fill {{.Name}} in every text.
func (t texts) in(values map[string]string, wishes ...string) printer {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, confidence := t.matcher.Match(tags...); confidence >= language.High {
			return printer{languages[i], t.localizers[i], values}
		}
	}
	return printer{languages[0], t.localizers[0], values}
}

// T returns a text; a test holds that there is one for every key.
func (p printer) T(key string) string {
	text, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: p.values})
	if err != nil {
		return key
	}
	return text
}

// has tells whether there is a text.
func (p printer) has(key string) bool {
	_, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: p.values})
	return err == nil
}
