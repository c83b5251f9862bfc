package tenant

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// sentTo is where a phone system's secret is sent: another text whenever that is another place, or the same one less protected.
func (s System) sentTo(secret string) string {
	if secret == "pbx-secret" {
		if s.Line("pbx-address") == "" {
			return ""
		}
		return s.Line("pbx-address") + " " + s.Line("pbx-tls")
	}
	u, err := url.Parse(s.Line("dial-url"))
	if err != nil {
		return s.Line("dial-url")
	}
	return strings.ToLower(u.Scheme + "//" + u.Host)
}

// followMoves keeps a secret from being sent to an address that whoever gave it did not mean: where the address changes, the
// secret has to be given again, and one whose address is taken away is forgotten. change is what was given, and is added to.
func (s System) followMoves(before System, change map[string]Secret) error {
	var problems option.Problems
	for name := range before.SecretsSet {
		_, given := change[name]
		to := s.sentTo(name)
		if given || to == before.sentTo(name) {
			continue
		}
		if to == "" || to == "//" {
			change[name] = Secret{}
			continue
		}
		problems = append(problems, option.Problem{
			Option: name, Code: option.CodeMissing, Text: wording.New("tenant.must_given_again", "must be given again"), Hint: wording.New("tenant.address_has_changed_what_saved", "the address has changed, and what is saved is not sent to another one"),
		})
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrInvalid, problems)
}
