package exchange

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/ami"
	"github.com/ringdex/ringdex/calls/dial"
	"github.com/ringdex/ringdex/calls/esl"
	"github.com/ringdex/ringdex/calls/follow"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// What a protocol uses where an admin has set nothing: the names of the sample configurations and of common distributions.
const (
	usualPJSIP   = "PJSIP/#(Device number)"
	usualUser    = "user/#(Device number)"
	usualContext = "from-internal"
	usualXML     = "default"
)

var usualOutside = map[string]follow.Rules{
	tenant.LineAMI: {Contexts: []string{
		"from-trunk*", "from-pstn*", "from-did*", "from-outside*", "from-external*", "from-dahdi*", "from-zaptel*", "from-sip-external",
		"incoming*", "inbound*", "external*", "outside*", "public*", "trunk*", "*-trunk", "*-incoming", "*-inbound",
	}},
	tenant.LineESL: {Contexts: []string{"public*"}, Lines: []string{"sofia/external*", "sofia/gateway/*"}},
}

func rulesOf(s tenant.System) follow.Rules {
	rules := usualOutside[s.Line("events")]
	values := option.Values(s.Lines)
	if own := values.List("outside-contexts"); len(own) > 0 {
		rules.Contexts = own
	}
	if own := values.List("outside-lines"); len(own) > 0 {
		rules.Lines = own
	}
	return rules
}

// source makes the event source of a phone system.
func (l *Lines) source(s tenant.System, secrets map[string]tenant.Secret, r *line) (calls.Source, error) {
	live := func(there map[string]bool) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		r.live(ctx, there)
	}
	feed := follow.Feed{Rules: rulesOf(s), Log: r.log, Told: r.told, Live: live}
	switch s.Line("events") {
	case tenant.LineAMI:
		server, err := l.ami(s, secrets)
		return &ami.Source{Server: server, Feed: feed}, err
	case tenant.LineESL:
		return &esl.Source{Server: l.esl(s, secrets), Feed: feed}, nil
	}
	return nil, errors.New("there is no such protocol to hear of calls by")
}

func (l *Lines) ami(s tenant.System, secrets map[string]tenant.Secret) (ami.Server, error) {
	roots, err := rootsOf(s)
	return ami.Server{
		Address: s.Line("pbx-address"), User: s.Line("pbx-user"), Secret: secrets["pbx-secret"].Reveal(), TLS: s.Line("pbx-tls") == "true",
		RootCAs: roots, Dial: l.d.Guard.DialContext(string(s.Tenant)),
	}, err
}

func (l *Lines) esl(s tenant.System, secrets map[string]tenant.Secret) esl.Server {
	return esl.Server{
		Address: s.Line("pbx-address"), User: s.Line("pbx-user"), Secret: secrets["pbx-secret"].Reveal(),
		Dial: l.d.Guard.DialContext(string(s.Tenant)),
	}
}

// rootsOf are the certificate authorities of a phone system; nil are the system's.
func rootsOf(s tenant.System) (*x509.CertPool, error) {
	text := s.Line("pbx-ca")
	if text == "" {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(text)) {
		return nil, errors.New("pbx-ca: this is no certificate in PEM")
	}
	return pool, nil
}

// Dialer returns who starts calls through a phone system; calls.ErrNoDialer where nothing is set up for that.
func (l *Lines) Dialer(ctx context.Context, t tenant.ID, id tenant.SystemID) (calls.Dialer, error) {
	s, secrets, err := l.system(ctx, t, id)
	if err != nil {
		return nil, err
	}
	d, err := l.dialer(s, secrets)
	if err != nil {
		return nil, err
	}
	return &dial.Guarded{
		Dialer: explained{d}, Premium: s.Line("dial-premium") == "true", Pace: &l.pace, Rate: s.LineNumber("dial-rate"),
		Note: func(ctx context.Context, o calls.Order, number string) error {
			return l.d.Directory.NoteDialled(ctx, t, o.Agent, o.Name, o.System, number)
		},
	}, nil
}

func (l *Lines) system(ctx context.Context, t tenant.ID, id tenant.SystemID) (tenant.System, map[string]tenant.Secret, error) {
	systems, err := l.systems(ctx, t)
	if err != nil {
		return tenant.System{}, nil, err
	}
	for _, s := range systems {
		if s.ID == id {
			secrets, err := l.d.Directory.SystemSecrets(ctx, t, id)
			return s, secrets, err
		}
	}
	return tenant.System{}, nil, fmt.Errorf("phone system %s: %w", id, tenant.ErrNotFound)
}

// dialer makes the dialer of a phone system, without its guard.
func (l *Lines) dialer(s tenant.System, secrets map[string]tenant.Secret) (calls.Dialer, error) {
	sign := dial.Sign{User: s.Line("dial-user"), Secret: secrets["dial-secret"].Reveal()}
	usual, context := usualPJSIP, usualContext
	if s.Line("dial") == tenant.LineESL {
		usual, context = usualUser, usualXML
	}
	device, err := dial.Parse(cmp.Or(s.Line("dial-device"), usual))
	if err != nil {
		return nil, fmt.Errorf("dial-device: %w", err)
	}
	context = cmp.Or(s.Line("dial-context"), context)
	switch s.Line("dial") {
	case "":
		return nil, calls.ErrNoDialer
	case tenant.LineAMI:
		server, err := l.ami(s, secrets)
		return &ami.Dialer{Server: server, Device: device, Context: context}, err
	case tenant.LineESL:
		return &esl.Dialer{Server: l.esl(s, secrets), Device: device, Context: context}, nil
	case tenant.LineARI:
		return &dial.ARI{Client: l.client(s), Base: s.Line("dial-url"), Sign: sign, Device: device, Context: context}, nil
	case tenant.LineHTTP:
	default:
		return nil, fmt.Errorf("dial: must be one of %s, %s, %s, %s", tenant.LineAMI, tenant.LineARI, tenant.LineESL, tenant.LineHTTP)
	}
	return dial.NewHTTP(l.client(s), dial.Request{
		Method: s.Line("dial-method"), URL: s.Line("dial-url"), Headers: s.Line("dial-headers"), Body: s.Line("dial-body"),
		Form: s.Line("dial-encoding") == "form", Sign: sign,
	})
}

// client makes a client for one request: nothing of it stays open.
func (l *Lines) client(s tenant.System) *http.Client {
	roots, _ := rootsOf(s) // Lint has judged it
	return l.d.Guard.HTTPClient(string(s.Tenant), outbound.Client{
		RootCAs: roots, Limits: outbound.Limits{Header: 10 * time.Second, Total: 15 * time.Second, Body: 1 << 20},
	})
}

// explained tells an agent why a call was not started.
type explained struct{ calls.Dialer }

func (e explained) Dial(ctx context.Context, o calls.Order) error {
	err := e.Dialer.Dial(ctx, o)
	var known *calls.DialError
	if err == nil || errors.As(err, &known) || ctx.Err() != nil {
		return err
	}
	text, hint := explain(err)
	return &calls.DialError{Text: text, Hint: hint}
}

// Lint judges settings that a form cannot: templates, addresses with placeholders, certificates. What is not set is no problem.
func (l *Lines) Lint(s tenant.System) error {
	var err error
	if s.Line("dial") != "" {
		_, err = l.dialer(s, nil)
	}
	if err == nil {
		_, err = rootsOf(s)
	}
	if err == nil {
		return nil
	}
	name, text, found := strings.Cut(err.Error(), ": ")
	if _, ok := tenant.LineOptions().Find(name); !found || !ok {
		return err
	}
	said := wording.Of(err)
	if said.Key == "" {
		said = wording.Plain(text)
	}
	return fmt.Errorf("%w: %w", tenant.ErrInvalid, option.Problems{{Option: name, Code: option.CodeMalformed, Text: said}})
}

// Checked is what came of trying a phone system's settings.
type Checked struct {
	Events *Try `json:"events,omitempty"` // hearing of calls
	Dial   *Try `json:"dial,omitempty"`   // starting calls; a request of one's own is judged, not sent
}

// Try is one of the two.
type Try struct {
	OK   bool         `json:"ok"`
	Text wording.Told `json:"text,omitzero"`
	Hint wording.Told `json:"hint,omitzero"`
}

// checksAMinute bounds how often a tenant's settings are tried: a test must not look for open ports (reliability row D5).
const checksAMinute = 20

// Check tries a phone system's settings: address, sign-in and rights. No phone rings.
func (l *Lines) Check(ctx context.Context, t tenant.ID, id tenant.SystemID) (Checked, error) {
	s, secrets, err := l.system(ctx, t, id)
	if err != nil {
		return Checked{}, err
	}
	try := func(protocol string) *Try {
		if !l.pace.Allow("check "+string(t), checksAMinute) {
			return tried(&calls.DialError{
				Text: wording.New("calls.too_many_tests", "the connection was tested too often within a minute"), Hint: wording.New("calls.wait_moment", "wait a moment"),
			})
		}
		return tried(l.try(ctx, s, secrets, protocol))
	}
	var out Checked
	if s.Line("events") != "" {
		out.Events = try(s.Line("events"))
	}
	if s.Line("dial") != "" {
		out.Dial = try(s.Line("dial"))
	}
	return out, nil
}

func tried(err error) *Try {
	if err == nil {
		return &Try{OK: true}
	}
	text, hint := explain(err)
	return &Try{Text: wording.Told{Text: text}, Hint: wording.Told{Text: hint}}
}

func (l *Lines) try(ctx context.Context, s tenant.System, secrets map[string]tenant.Secret, protocol string) error {
	switch protocol {
	case tenant.LineAMI:
		server, err := l.ami(s, secrets)
		if err != nil {
			return err
		}
		return ami.Check(ctx, server)
	case tenant.LineESL:
		return esl.Check(ctx, l.esl(s, secrets))
	case tenant.LineARI:
		sign := dial.Sign{User: s.Line("dial-user"), Secret: secrets["dial-secret"].Reveal()}
		return (&dial.ARI{Client: l.client(s), Base: s.Line("dial-url"), Sign: sign}).Check(ctx)
	}
	_, err := l.dialer(s, secrets)
	return err
}
