package dial

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/wording"
)

// ARI starts calls by the Asterisk REST Interface: the phone rings, and when it is taken the number is called in the dialplan.
type ARI struct {
	Client  *http.Client
	Base    string // https://pbx.example.com:8089/ari
	Sign    Sign
	Device  Template // such as PJSIP/#(Device number)
	Context string
}

// Dial implements [calls.Dialer].
func (a *ARI) Dial(ctx context.Context, o calls.Order) error {
	if err := Check(o); err != nil {
		return err
	}
	query := url.Values{
		"endpoint": {a.Device.Text(o, Sign{}, plain)}, "extension": {o.Digits}, "context": {a.Context}, "priority": {"1"},
		"callerId": {CallerID(o)}, "timeout": {"30"},
	}
	req, err := a.request(ctx, http.MethodPost, "channels?"+query.Encode())
	if err != nil {
		return err
	}
	return send(a.Client, req)
}

// Check tells whether address and sign-in are right.
func (a *ARI) Check(ctx context.Context) error {
	req, err := a.request(ctx, http.MethodGet, "asterisk/info?only=system")
	if err != nil {
		return err
	}
	return send(a.Client, req)
}

func (a *ARI) request(ctx context.Context, method, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(a.Base, "/")+"/"+path, nil)
	if err != nil {
		return nil, wording.Error("calls.address_rest_interface_none", "the address of the REST interface is none")
	}
	req.SetBasicAuth(a.Sign.User, a.Sign.Secret)
	return req, nil
}

// CallerID is what the agent's phone shows and whose call the phone system takes it for: the agent's own.
func CallerID(o calls.Order) string {
	name := PlainName(o.Name)
	if name == "" {
		return "<" + o.Device + ">"
	}
	return `"` + name + `" <` + o.Device + ">"
}

// PlainName keeps of a name what can begin nothing in a phone system's command.
func PlainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"'<>{}[](),;\$|&^=`, r) {
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(name), " ")
}
