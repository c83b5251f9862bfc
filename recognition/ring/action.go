package ring

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Action is a request of a script, ready to be rendered. It does not change.
type Action struct {
	Tenant      tenant.ID
	Integration tenant.IntegrationID // "" for a stand-alone script
	Script      tenant.ScriptID

	method  string
	url     *scripts.Template
	body    *scripts.Template // nil for none
	media   string
	headers []header
	values  scripts.Values
}

type header struct {
	name  string
	value *scripts.Template
}

// Compile reads the templates of a script that the server acts on. Its address is given apart, with names of its own, because an
// option may have given it. Headers may show options that nothing else may: secrets.
func Compile(s tenant.Script, address string, own, names scripts.Names) (*Action, error) {
	r := s.Server
	a := &Action{Script: s.ID, method: strings.ToUpper(r.Method)}
	if a.method == "" {
		a.method = http.MethodGet
	}
	var err error
	if a.url, err = scripts.Parse(address, own); err != nil {
		return nil, err
	}
	switch {
	case r.JSON != "":
		a.media = "application/json"
		a.body, err = scripts.ParseBody(scripts.JSONBody, r.JSON, names)
	case r.Form != "":
		a.media = "application/x-www-form-urlencoded"
		a.body, err = scripts.ParseBody(scripts.FormBody, r.Form, names)
	}
	if err != nil {
		return nil, err
	}
	for name, text := range r.Headers {
		own = names
		own.Options = slices.Concat(names.Options, optionsIn(text))
		t, err := scripts.ParseHeader(text, own)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		a.headers = append(a.headers, header{name, t})
	}
	return a, nil
}

// optionsIn are the options a header names. Those of scripts that admins write were refused when they were saved.
func optionsIn(text string) []string {
	var list []string
	for _, rest := range strings.Split(text, "$(option.")[1:] {
		if name, _, ok := strings.Cut(rest, ")"); ok {
			list = append(list, "option."+name)
		}
	}
	return list
}

// Properties are the call properties a request shows.
func (a *Action) Properties() []string {
	list := a.url.Properties()
	if a.body != nil {
		list = append(list, a.body.Properties()...)
	}
	for _, h := range a.headers {
		list = append(list, h.value.Properties()...)
	}
	return list
}

// With is the action for one call.
func (a *Action) With(values scripts.Values) Action {
	one := *a
	one.values = values
	return one
}

// needsSecrets tells whether a header shows an option at all.
func (a *Action) needsSecrets() bool {
	return slices.ContainsFunc(a.headers, func(h header) bool { return len(h.value.Options()) > 0 })
}

// request renders it. Headers whose only options are empty are left out.
func (a *Action) request(ctx context.Context, secrets map[string]tenant.Secret) (*http.Request, error) {
	address, err := a.url.Render(a.values)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return nil, fmt.Errorf("not a web address: %w", scripts.ErrRefused)
	}
	var body io.Reader
	if a.body != nil {
		text, err := a.body.Render(a.values)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader([]byte(text))
	}
	r, err := http.NewRequestWithContext(ctx, a.method, address, body)
	if err != nil {
		return nil, err
	}
	if a.media != "" {
		r.Header.Set("Content-Type", a.media)
	}
	values := a.values
	values.Option = func(name string) string {
		if secret, ok := secrets[strings.TrimPrefix(name, "option.")]; ok {
			return secret.Reveal()
		}
		if a.values.Option == nil {
			return ""
		}
		return a.values.Option(name)
	}
	for _, h := range a.headers {
		options := h.value.Options()
		if len(options) > 0 && !slices.ContainsFunc(options, func(name string) bool { return values.Option(name) != "" }) {
			continue
		}
		text, err := h.value.Render(values)
		if err != nil {
			return nil, err
		}
		r.Header.Set(h.name, text)
	}
	return r, nil
}
