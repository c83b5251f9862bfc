package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// demoShown is DIR/demo.json: what somebody, or a test, needs to try the demo.
type demoShown struct {
	URL     string       `json:"url"`
	CRM     string       `json:"crm"` // where the simulated CRM runs
	Tenant  tenant.ID    `json:"tenant"`
	Key     string       `json:"key"`
	Users   []demoUser   `json:"users"`
	Samples []demoSample `json:"samples"`
}

type demoUser struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"`
	tenant   bool
}

type demoSample struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

// demoUsers sign in with passwords everybody can read here; the demo listens on this machine only.
var demoUsers = []demoUser{
	{Email: "operator@demo.example", Password: "demo-operator-password", Role: "operator"},
	{Email: "admin@demo.example", Password: "demo-admin-password", Role: "admin", tenant: true},
	{Email: "agent@demo.example", Password: "demo-agent-password", Role: "agent", tenant: true},
}

const demoTenant = "Demo BV"

// fill sets the demo up by the same API an operator would use, and synchronises both integrations.
func (d *demo) fill(ctx context.Context) (demoShown, error) {
	shown := demoShown{URL: d.url, CRM: d.crmURL, Users: demoUsers}
	t, err := d.tenant(ctx)
	if err != nil {
		return shown, fmt.Errorf("set up the demo tenant: %w", err)
	}
	shown.Tenant = t
	if shown.Key, err = d.key(ctx); err != nil {
		return shown, fmt.Errorf("make the demo's key: %w", err)
	}
	if err := d.operatorOptions(ctx); err != nil {
		return shown, fmt.Errorf("set the demo CRM's address: %w", err)
	}
	for _, i := range d.integrations() {
		if err := d.integration(ctx, i); err != nil {
			return shown, fmt.Errorf("connect %s: %w", i.name, err)
		}
	}
	shown.Samples, err = d.samples(ctx, t)
	return shown, err
}

// tenant adds the tenant with its people and a script, or finds it where the folder has one already.
func (d *demo) tenant(ctx context.Context) (tenant.ID, error) {
	var known tenant.Account
	if err := d.client.call(ctx, http.MethodGet, path("tenants", demoTenant), nil, &known); err == nil {
		return known.ID, nil
	}
	body := map[string]string{"name": demoTenant, "region": "NL", "timezone": "Europe/Amsterdam", "language": "nl"}
	if err := d.client.call(ctx, http.MethodPost, "/tenants", body, &known); err != nil {
		return "", err
	}
	for _, u := range demoUsers {
		to := "/operators/users"
		if u.tenant {
			to = path("tenants", demoTenant, "users")
		}
		person := map[string]any{"email": u.Email, "role": u.Role, "password": u.Password}
		if u.Role == "agent" {
			person["name"], person["devices"] = "Sam Agent", []tenant.Device{{Number: "201"}}
		}
		if err := d.client.call(ctx, http.MethodPost, to, person, nil); err != nil {
			return "", fmt.Errorf("add %s: %w", u.Email, err)
		}
	}
	script := map[string]string{"name": "Search the web", "url": "https://duckduckgo.com/?q=#(Caller number)"}
	return known.ID, d.client.call(ctx, http.MethodPost, path("tenants", demoTenant, "scripts"), script, nil)
}

// key is new at each start: the one of the last is not kept anywhere.
func (d *demo) key(ctx context.Context) (string, error) {
	var made struct {
		Key string `json:"key"`
	}
	body := map[string]any{"name": "demo", "scopes": "match,calls,admin"}
	err := d.client.call(ctx, http.MethodPost, path("tenants", demoTenant, "keys"), body, &made)
	return made.Key, err
}

// operatorOptions is what an operator sets once for all tenants: with it, the wizard asks for nothing but Connect.
func (d *demo) operatorOptions(ctx context.Context) error {
	return d.client.call(ctx, http.MethodPut, path("operators", "presets", "democrm", "options"), map[string]string{
		"address": d.crmURL, "client_id": "demo", "client_secret": demoClientSecret,
	}, nil)
}

type demoIntegration struct {
	name, preset string
	options      map[string]string
}

func (d *demo) integrations() []demoIntegration {
	return []demoIntegration{
		{"Demo CRM (simulated)", "democrm", map[string]string{"address": d.crmURL, "api_key": demoAPIKey}},
		{"Spreadsheet", "csv", map[string]string{"path": filepath.Join(d.dir, "demo-contacts.csv")}},
	}
}

// integration adds or renews one integration and synchronises it.
func (d *demo) integration(ctx context.Context, i demoIntegration) error {
	if file, ok := i.options["path"]; ok {
		if err := os.WriteFile(file, demoSpreadsheet, 0o600); err != nil {
			return err
		}
	}
	at := path("tenants", demoTenant, "integrations", i.name)
	err := d.client.call(ctx, http.MethodPatch, at, map[string]any{"options": i.options}, nil)
	if err != nil {
		body := map[string]any{"name": i.name, "preset": i.preset, "options": i.options}
		if err := d.client.call(ctx, http.MethodPost, path("tenants", demoTenant, "integrations"), body, nil); err != nil {
			return err
		}
	}
	var begun struct {
		Run jobs.RunID `json:"run"`
	}
	if err := d.client.call(ctx, http.MethodPost, at+"/sync", map[string]bool{"full": true}, &begun); err != nil {
		return err
	}
	run, err := d.client.follow(ctx, d.cmd, at+"/runs/"+string(begun.Run))
	if err == nil && run.State != jobs.Succeeded {
		err = fmt.Errorf("synchronisation %s: %s", run.State, run.Error)
	}
	return err
}

// demoSamples is how many numbers the demo offers to try.
const demoSamples = 24

// samples are numbers with one owner, with the name this very service answers.
func (d *demo) samples(ctx context.Context, t tenant.ID) ([]demoSample, error) {
	var out []demoSample
	for _, s := range d.crm.Samples(3 * demoSamples) {
		a, err := d.app.recognize.Recognize(ctx, &recognition.Question{Tenant: t, Number: s.Number})
		if err != nil {
			return nil, err
		}
		if m := a.Matches(); len(m) == 1 && m[0].Name().String() == s.Name && len(out) < demoSamples {
			out = append(out, demoSample{Number: s.Number, Name: s.Name})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("none of the demo's numbers answers")
	}
	return out, nil
}

// tell writes demo.json, whole, and says on the terminal what to try.
func (d *demo) tell(shown demoShown) error {
	raw, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(d.dir, demoFile)
	if err := os.WriteFile(file+".tmp", append(raw, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(file+".tmp", file); err != nil {
		return err
	}
	sample := shown.Samples[0]
	say(d.cmd, "Ringdex demo: %s", shown.URL)
	say(d.cmd, "  Open it in a browser and sign in as one of those below")
	say(d.cmd, "  The CRM is simulated and runs in this process; open %s", d.crmURL)
	say(d.cmd, "  The API describes itself in %s/openapi.json", shown.URL)
	say(d.cmd, "  Everything you need is also in %s", file)
	say(d.cmd, "")
	say(d.cmd, "Sign-ins (also for the admin API: curl -u EMAIL:PASSWORD %s/v1/integrations)", shown.URL)
	for _, u := range shown.Users {
		say(d.cmd, "  %-9s %-22s %s", u.Role, u.Email, u.Password)
	}
	say(d.cmd, "API key")
	say(d.cmd, "  %s", shown.Key)
	say(d.cmd, "")
	say(d.cmd, "Ask who is calling (%s):", sample.Name)
	say(d.cmd, "  curl -s -H 'Authorization: Bearer %s' '%s/v1/match?number=%%2B%s'", shown.Key, shown.URL, sample.Number[1:])
	say(d.cmd, "")
	say(d.cmd, "Ctrl-C ends the demo.")
	return nil
}
