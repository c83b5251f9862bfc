package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/rest"
)

// optionVariable begins the variables that hold options of `push`.
const optionVariable = "RINGDEX_OPTION_"

// pushSource is a CRM opened on this machine, without a server's help.
type pushSource struct {
	preset *presets.Preset
	source presets.Source
	tokens *oauth.Source // nil where nobody signs in
}

func (f pushFlags) source(cmd *cobra.Command) (*pushSource, error) {
	c, err := catalogOf(cmd)
	if err != nil {
		return nil, err
	}
	p, ok := c.Get(f.preset)
	switch {
	case f.preset == "":
		return nil, usagef(cmd, "--preset is missing; `ringdex preset list` shows all")
	case !ok:
		return nil, noPreset(c, f.preset)
	case !p.Opens():
		return nil, usagef(cmd, "preset %s reads no contacts from anywhere; name the one that fits the CRM", p.ID)
	}
	values, err := f.options(cmd, p)
	if err != nil {
		return nil, err
	}
	if p, err = p.With(values); err != nil {
		return nil, err
	}
	if p, err = p.Only(f.objects); err != nil {
		return nil, err
	}
	if p.ReadsUpload(values) {
		return nil, usagef(cmd, "name the file: --set path=FILE or --set url=https://…")
	}
	kind, _ := c.Kind(p)
	out := &pushSource{preset: p}
	conn := out.connection(cmd, kind)
	conn.Options = values
	if p.NeedsSignIn(values) {
		if err := out.signIn(&conn, values); err != nil {
			return nil, err
		}
	}
	if out.source, err = kind.Open(cmd.Context(), p, conn); err != nil {
		return nil, out.told(err)
	}
	return out, nil
}

// connection is what a preset may use here: whoever runs the command could reach all of it anyway.
func (p *pushSource) connection(cmd *cobra.Command, kind presets.Kind) presets.Connection {
	var everything []outbound.Rule
	for _, text := range []string{"0.0.0.0/0", "::/0"} { // metadata services stay closed
		rule, err := outbound.ParseRule(text)
		if err != nil {
			panic(err)
		}
		everything = append(everything, rule)
	}
	guard, client := outbound.New(outbound.Options{Allow: everything}), outbound.Client{}
	if f, ok := kind.(presets.Fetcher); ok {
		client.Limits = outbound.Limits{Body: f.FetchesUpTo(), Total: time.Hour}
	}
	return presets.Connection{
		ID: "push", HTTP: guard.HTTPClient("", client), Dial: guard.DialContext(""), Files: ownFiles{},
		Trusting: func(roots *x509.CertPool) *http.Client { return guard.HTTPClient("", outbound.Client{RootCAs: roots}) },
		Pace:     rest.NewPacer(time.Now, presets.Sleep), Now: time.Now, Sleep: presets.Sleep, Log: newLogger(cmd, "warn"),
	}
}

// signIn lets the preset's app sign in as itself. What needs a person and a browser needs the server.
func (p *pushSource) signIn(conn *presets.Connection, values option.Values) error {
	provider, err := oauth.FromPreset(p.preset, values)
	if err != nil {
		return p.told(err)
	}
	if provider.Grant == oauth.AuthorizationCode {
		hint := "connect it on the server, which can reach it: `ringdex integration add`"
		if p.preset.Auth.Token != "" {
			hint += ", or give a token: `ringdex preset show " + p.preset.ID + "` names the option"
		}
		return fmt.Errorf("somebody has to sign in at %s in a browser, which needs the server's address to come back to; %s", p.preset.Name, hint)
	}
	p.tokens = oauth.New(oauth.Deps{
		Vault: &ownVault{}, Provider: provider, HTTP: conn.HTTP, Now: conn.Now, Sleep: conn.Sleep, Log: conn.Log,
	})
	conn.Token = p.tokens
	return nil
}

func (p *pushSource) close() {
	_ = p.source.Close()
	if p.tokens != nil {
		p.tokens.Close()
	}
}

// hasAll tells whether there is a watermark for each stream.
func (p *pushSource) hasAll(since map[string]string) bool {
	for _, st := range p.preset.Streams {
		if since[st.ID] == "" {
			return false
		}
	}
	return true
}

// told adds what to do to what went wrong at the CRM.
func (p *pushSource) told(err error) error {
	var failure *presets.Error
	if errors.As(err, &failure) && !failure.Hint.IsZero() {
		return fmt.Errorf("%s: %w; %s", p.preset.Name, err, failure.Hint)
	}
	return fmt.Errorf("%s: %w", p.preset.Name, err)
}

// options are the preset's, from variables, files and the command line, the later ones winning.
func (f pushFlags) options(cmd *cobra.Command, p *presets.Preset) (option.Values, error) {
	all := map[string]string{}
	for _, o := range p.Options {
		if value, ok := os.LookupEnv(optionVariable + strings.ToUpper(o.Name)); ok {
			all[o.Name] = value
		}
	}
	given, err := options(cmd, f.sets, f.files)
	if err != nil {
		return nil, err
	}
	for name, value := range given {
		all[name] = value
	}
	for name, value := range all {
		if o, ok := p.Options.Find(name); ok && o.Kind() == option.Path && value != "" {
			if all[name], err = filepath.Abs(value); err != nil {
				return nil, err
			}
		}
	}
	return p.Options.Validate(all)
}

// ownFiles opens what whoever runs the command may open.
type ownFiles struct{}

func (ownFiles) Open(_ context.Context, path string) (presets.OpenFile, error) { return os.Open(path) }

// ownVault keeps tokens as long as the command runs.
type ownVault struct {
	mu sync.Mutex
	g  oauth.Grant
}

func (v *ownVault) Load(context.Context) (oauth.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.g, nil
}

func (v *ownVault) Update(_ context.Context, change func(*oauth.Grant) error) (oauth.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g := v.g
	if err := change(&g); err != nil {
		return v.g, err
	}
	v.g = g
	return g, nil
}
