package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed en/*.json nl/*.json
var files embed.FS

// Languages are the tags pages are written in, the first is the one for whoever reads none of them.
func Languages() []string { return []string{"en", "nl"} }

// Catalog holds all texts. It is safe for concurrent use.
type Catalog struct {
	printers map[string]*Printer
	matcher  language.Matcher
}

// Load reads all texts. A file that cannot be read, or a key in two files, is an error.
func Load() (*Catalog, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	c := &Catalog{printers: map[string]*Printer{}}
	var tags []language.Tag
	for _, lang := range Languages() {
		tag := language.MustParse(lang)
		tags = append(tags, tag)
		known, err := load(bundle, lang)
		if err != nil {
			return nil, err
		}
		c.printers[lang] = &Printer{
			Lang: lang, localizer: i18n.NewLocalizer(bundle, lang), numbers: message.NewPrinter(tag), known: known,
		}
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// load reads the files of one language and returns their keys.
func load(bundle *i18n.Bundle, lang string) (map[string]bool, error) {
	known := map[string]bool{}
	names, err := fs.Glob(files, lang+"/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := bundle.ParseMessageFileBytes(raw, lang+".json")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		page := strings.TrimSuffix(path.Base(name), ".json")
		for _, m := range file.Messages {
			if known[m.ID] || !strings.HasPrefix(m.ID, page+".") {
				return nil, fmt.Errorf("%s: the key %s is there twice, or does not begin with %q", name, m.ID, page+".")
			}
			known[m.ID] = true
		}
	}
	return known, nil
}

// In returns the printer of a language, and of English for one that pages are not written in.
func (c *Catalog) In(lang string) *Printer {
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers[Languages()[0]]
}

// Choose returns the printer for the first preference that fits: each is a language tag or the value of an Accept-Language
// header, "" says nothing.
func (c *Catalog) Choose(preferences ...string) *Printer {
	for _, wish := range preferences {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, confidence := c.matcher.Match(tags...); confidence >= language.High {
			return c.printers[Languages()[i]]
		}
	}
	return c.printers[Languages()[0]]
}

// Printer writes in one language.
type Printer struct {
	Lang      string // "en" or "nl", as it stands in <html lang>
	localizer *i18n.Localizer
	numbers   *message.Printer
	known     map[string]bool
}

// Has tells whether there is a text.
func (p *Printer) Has(key string) bool { return p.known[key] }

// T returns a text. args are names and values by turns, for the {{.Name}} of the text; "Count" chooses the plural form. A key
// that is missing is shown as it is, which a test would have found.
func (p *Printer) T(key string, args ...any) string {
	if !p.known[key] {
		return key
	}
	values := map[string]any{}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: values}
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		values[name] = args[i+1]
		if name == "Count" {
			config.PluralCount = args[i+1]
			values[name] = p.Number(args[i+1])
		}
	}
	text, err := p.localizer.Localize(config)
	if err != nil {
		return key
	}
	return text
}

// Number writes a whole number with the language's separators.
func (p *Printer) Number(n any) string { return p.numbers.Sprintf("%d", n) }

// months are the abbreviations of the languages (CLDR 48, format-abbreviated).
var months = map[string][12]string{
	"en": {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	"nl": {"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
}

// Time writes a moment as people of a time zone read it: "20 Nov 2026, 14:03". The zero time is "".
func (p *Printer) Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return p.Date(t, zone) + ", " + t.In(zone).Format("15:04")
}

// Date writes the day of a moment.
func (p *Printer) Date(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	return fmt.Sprintf("%d %s %d", t.Day(), months[p.Lang][t.Month()-1], t.Year())
}

// Keys returns all keys of the language, sorted.
func (p *Printer) Keys() []string {
	keys := make([]string, 0, len(p.known))
	for key := range p.known {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
