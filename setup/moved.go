package setup

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// moved tells what a change does to the addresses secrets are sent to: away is another one, gone is one that is taken away. was
// are an integration's values before, now all of them afterwards.
func (c change) moved(was map[string]string, now option.Values) (away, gone bool) {
	for _, o := range c.preset.Options {
		if !isAddress(o) {
			continue
		}
		from, to := placeOf(o, cmp.Or(option.Values(was).Get(o.Name), o.Default)), placeOf(o, now.Get(o.Name))
		switch {
		case from == "" || from == to:
		case to == "":
			gone = true
		default:
			away = true
		}
	}
	return away, gone
}

func isAddress(o option.Option) bool { return o.Kind() == option.Hostname || o.Kind() == option.URL }

// placeOf is the part of an address that says whose it is.
func placeOf(o option.Option, value string) string {
	if o.Kind() != option.URL || value == "" {
		return value
	}
	u, err := url.Parse(value)
	if err != nil {
		return value
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// followMoves keeps a secret from being sent to an address that whoever gave it did not mean: with another address it has to be
// given again, and it is forgotten with an address that is taken away. secrets are those that were given; it adds to them.
func (c change) followMoves(was map[string]string, now option.Values, secrets map[string]tenant.Secret) error {
	away, gone := c.moved(was, now)
	var problems option.Problems
	for name := range c.kept {
		o, ok := c.preset.Options.Find(name)
		if _, given := secrets[name]; !ok || given {
			continue
		}
		switch {
		case away:
			problems = append(problems, option.Problem{
				Option: o.Name, Code: option.CodeMissing, Text: wording.New("tenant.must_given_again", "must be given again"), Hint: wording.New("tenant.address_has_changed_what_saved", "the address has changed, and what is saved is not sent to another one"),
			})
		case gone:
			secrets[name] = tenant.Secret{}
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return problems
}
