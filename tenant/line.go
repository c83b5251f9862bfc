package tenant

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// Protocols in which phone systems tell of calls and start some.
const (
	LineAMI  = "ami"  // Asterisk Manager Interface
	LineARI  = "ari"  // Asterisk REST Interface; starts calls only
	LineESL  = "esl"  // FreeSWITCH event socket
	LineHTTP = "http" // a request as the admin writes it; starts calls only
)

// LineOptions declares how a phone system is asked for calls and made to start some. They are part of [SystemOptions]; what is
// not set has its default ([System.Line]).
func LineOptions() option.Set {
	long, none, most := 4000, 1, 600
	return option.Set{
		{
			Name: "events", Title: "Hears of calls by", Help: "Besides what the phone system sends by itself.",
			Type: option.OneOf, Choices: []option.Choice{
				{Value: LineAMI, Title: "Asterisk Manager Interface (AMI)"}, {Value: LineESL, Title: "FreeSWITCH event socket"},
			},
		},
		{
			Name: "dial", Title: "Starts calls by", Type: option.OneOf, Choices: []option.Choice{
				{Value: LineAMI, Title: "Asterisk Manager Interface (AMI)"},
				{Value: LineARI, Title: "Asterisk REST Interface (ARI)"},
				{Value: LineESL, Title: "FreeSWITCH event socket"},
				{Value: LineHTTP, Title: "An HTTP request"},
			},
		},
		{Name: "pbx-address", Title: "Address", Type: option.Hostname, Example: "pbx.example.com:5038", Help: "Of the manager interface or the event socket. With another one, the password is given again."},
		{Name: "pbx-user", Title: "User", Max: &most},
		{Name: "pbx-secret", Title: "Password", Type: option.Secret},
		{Name: "pbx-tls", Title: "Encrypted", Type: option.Boolean, Help: "The manager interface is reached by TLS."},
		{Name: "pbx-ca", Title: "Certificate authority", Max: &long, Advanced: true, Help: "Who vouches for the phone system, as PEM, if nobody known does."},
		{
			Name: "outside-contexts", Title: "Contexts of outside lines", List: true, Example: "from-trunk*, from-pstn*", Advanced: true,
			Help: "In which calls from outside arrive; * stands for any text. Nothing set: the usual names.",
		},
		{
			Name: "outside-lines", Title: "Names of outside lines", List: true, Example: "carrier, PJSIP/trunk*", Advanced: true,
			Help: "Where the context does not tell them from phones.",
		},
		{Name: "dial-device", Title: "How phones are called", Max: &most, Example: "PJSIP/#(Device number)", Help: "Nothing set: the usual way."},
		{Name: "dial-context", Title: "Context for calls", Pattern: `[A-Za-z0-9_.@-]+`, Max: &most, Example: "from-internal", Advanced: true},
		{Name: "dial-url", Title: "Address to start calls", Pattern: `https?://.*`, Max: &long, Example: "http://pbx.example.com:8088/ari"},
		{
			Name: "dial-method", Title: "Method", Type: option.OneOf, Default: "POST", Advanced: true,
			Choices: []option.Choice{{Value: "GET"}, {Value: "POST"}, {Value: "PUT"}},
		},
		{Name: "dial-headers", Title: "Headers", Max: &long, Advanced: true, Example: "X-Token: #(Secret)", Help: "One on each line."},
		{Name: "dial-body", Title: "Body", Max: &long, Advanced: true, Example: `{"from": "#(Device number)", "to": "#(Number)"}`},
		{
			Name: "dial-encoding", Title: "Form of the body", Type: option.OneOf, Default: "json", Advanced: true,
			Choices: []option.Choice{{Value: "json", Title: "JSON"}, {Value: "form", Title: "Form"}},
		},
		{Name: "dial-user", Title: "User", Max: &most},
		{Name: "dial-secret", Title: "Password or token", Type: option.Secret},
		{Name: "dial-premium", Title: "Premium numbers", Type: option.Boolean, Advanced: true, Help: "May be called from here too."},
		{Name: "dial-rate", Title: "Calls a minute", Type: option.Integer, Default: "10", Min: &none, Max: &most, Advanced: true, Help: "That one person may start."},
	}
}

// Line returns a setting of [LineOptions]; its default where it is not set. Secrets are not in it.
func (s System) Line(name string) string {
	if text, ok := s.Lines[name]; ok {
		return text
	}
	o, _ := LineOptions().Find(name)
	return o.Default
}

// LineNumber is Line for a setting that is a number.
func (s System) LineNumber(name string) int {
	n, err := strconv.Atoi(s.Line(name))
	if err != nil {
		return 0
	}
	return n
}

// setLine keeps a setting of a line; false is one that there is not.
func (s *System) setLine(name, text string) bool {
	o, ok := LineOptions().Find(name)
	if !ok || o.IsSecret() {
		return ok
	}
	lines := maps.Clone(s.Lines)
	if lines == nil {
		lines = map[string]string{}
	}
	if lines[o.Name] = text; text == "" || text == o.Default {
		delete(lines, o.Name)
	}
	s.Lines = lines
	return true
}

// WithLines returns the phone system as it would be with these settings of [LineOptions]; others do not matter.
func (s System) WithLines(settings map[string]string) System {
	for name, text := range settings {
		s.setLine(name, text)
	}
	return s
}

// secretsIn are those among settings that have been judged good.
func secretsIn(settings map[string]string) map[string]Secret {
	out := map[string]Secret{}
	for name, text := range settings {
		if o, ok := LineOptions().Find(name); ok && o.IsSecret() {
			out[o.Name] = NewSecret(text)
		}
	}
	return out
}

// lineNeeds are the settings without which a protocol cannot be spoken.
var lineNeeds = map[string]map[string][]string{
	"events": {LineAMI: {"pbx-address", "pbx-user", "pbx-secret"}, LineESL: {"pbx-address", "pbx-secret"}},
	"dial": {
		LineAMI: {"pbx-address", "pbx-user", "pbx-secret"}, LineESL: {"pbx-address", "pbx-secret"},
		LineARI: {"dial-url", "dial-user", "dial-secret"}, LineHTTP: {"dial-url"},
	},
}

// checkLines refuses protocols that lack a setting.
func (s System) checkLines() error {
	var problems option.Problems
	for _, use := range []string{"events", "dial"} {
		for _, name := range lineNeeds[use][s.Line(use)] {
			_, secret := s.SecretsSet[name]
			if s.Line(name) != "" || secret || slices.ContainsFunc(problems, func(p option.Problem) bool { return p.Option == name }) {
				continue
			}
			problems = append(problems, option.Problem{
				Option: name, Code: option.CodeMissing, Text: wording.New("option.required", "is required"), Hint: wording.New("tenant.value_valueb_needs", "{Value}={ValueB} needs it", "Value", use, "ValueB", s.Line(use)),
			})
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrInvalid, problems)
}

// putSystemSecrets changes the secrets given and notes which there are.
func (t tx) putSystemSecrets(s *System, change map[string]Secret, now time.Time) error {
	if len(change) == 0 {
		return nil
	}
	texts, err := t.systemSecrets(s.Tenant, s.ID)
	if err != nil {
		return err
	}
	s.SecretsSet = texts.merge(change, s.SecretsSet, now)
	return t.put(s.Tenant, place(s.Tenant, placeSystemSecrets, string(s.ID)), texts)
}

// systemSecrets is never nil unless there is an error.
func (v view) systemSecrets(t ID, id SystemID) (sealedTexts, error) {
	texts, err := get[sealedTexts](v, t, place(t, placeSystemSecrets, string(id)))
	if errors.Is(err, ErrNotFound) || err == nil && texts == nil {
		return sealedTexts{}, nil
	}
	return texts, err
}

// SystemSecrets returns the secrets of a phone system.
func (d *Directory) SystemSecrets(ctx context.Context, t ID, id SystemID) (map[string]Secret, error) {
	var out map[string]Secret
	err := d.live(ctx, t, func(v view) error {
		if _, err := v.system(t, id); err != nil {
			return err
		}
		texts, err := v.systemSecrets(t, id)
		out = texts.sealed()
		return err
	})
	return out, err
}

// NoteDialled keeps in the audit log that somebody started a call. number must not be the whole one.
func (d *Directory) NoteDialled(ctx context.Context, t ID, by PersonID, name string, s SystemID, number string) error {
	actor := Actor{Kind: ActorPerson, ID: string(by), Name: name, Account: t, Role: RoleAgent}
	return d.changeOwn(ctx, actor, t, func(tx) (note, error) {
		return note{Action: "call.dial", Object: string(s), Details: []string{number}}, nil
	})
}
