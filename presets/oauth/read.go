package oauth

import (
	"regexp"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
	"github.com/ringdex/ringdex/wording"
)

// reader puts values into a preset's texts about sign-in and keeps the first error.
type reader struct {
	v    option.Values
	keep map[string]string // of a grant
	err  error
}

func (r *reader) lookup(part presets.Part) (string, error) {
	if part.Space != "auth" {
		return r.v.Get(part.Name), nil
	}
	v, ok := r.keep[part.Name]
	if !ok {
		return "", wording.Error("oauth.value_not_known_before_sign", "$({Value}) is not known before the sign-in", "Value", part)
	}
	return v, nil
}

// failed notes an error of a key; texts of errors hold no value.
func (r *reader) failed(key string, err error) {
	if err != nil && r.err == nil {
		r.err = &presets.Error{Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.of_preset", "auth.{Name}: {Reason}", "Name", key, "Reason", err), Hint: wording.New("presets.check_options", "check the options"), Err: err}
	}
}

func (r *reader) url(key, text string) string {
	v, err := place.URL(text, r.lookup)
	r.failed(key, err)
	return v
}

// late is an address, or its text where it needs values that only a grant has.
func (r *reader) late(key, text string) (address, later string) {
	if strings.Contains(text, "$(auth.") {
		return "", text
	}
	return r.url(key, text), ""
}

func (r *reader) text(key, text string) string {
	v, _, err := place.Literal(text, r.lookup)
	r.failed(key, err)
	return v
}

// texts leaves out those whose values are all empty.
func (r *reader) texts(key string, from map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range from {
		v, empty, err := place.Literal(text, r.lookup)
		r.failed(key+"."+name, err)
		if !empty {
			out[name] = v
		}
	}
	return out
}

func (r *reader) selectors(from map[string]string) map[string]presets.Selector {
	out := map[string]presets.Selector{}
	for name, text := range from {
		sel, err := presets.ParseSelector(text)
		r.failed("keep."+name, err)
		out[name] = sel
	}
	return out
}

func (r *reader) returned(from map[string]presets.Returned) map[string]Returned {
	out := map[string]Returned{}
	for name, one := range from {
		pattern, err := regexp.Compile(`^(?:` + one.Pattern + `)$`)
		r.failed("redirect."+name, err)
		out[name] = Returned{Param: one.Param, Pattern: pattern}
	}
	return out
}
