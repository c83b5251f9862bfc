package oidctest

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"html"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The apps the provider knows, and what they may do. The secret of one is its id and "-secret-canary".
const (
	App     = "app"     // sign in a person; secret in the body
	Service = "service" // client credentials; secret as Basic sign-in
	Signer  = "signer"  // signed statements for ada@example.com; secret in the body
	Form    = "form"    // the password of user "ada", which is "password-canary"
)

// Secret is the client secret of an app.
func Secret(app string) string { return app + "-secret-canary" }

// Provider is one running provider.
type Provider struct {
	URL  string
	Keys map[string]string // private keys of Signer in PEM, by algorithm, which is their kid too

	t        *testing.T
	redirect string
}

// Person is somebody on the list behind the provider.
type Person struct {
	ID, Name string
	Numbers  []string // E.164
}

// Start runs a provider that sends browsers back to redirect. It ends with the test.
func Start(t *testing.T, redirect string) *Provider {
	t.Helper()
	p := &Provider{t: t, redirect: redirect, Keys: map[string]string{}}
	public := map[string]any{}
	for _, algorithm := range []string{"RS256", "ES256"} {
		p.Keys[algorithm], public[algorithm] = newKey(t, algorithm)
	}
	config, err := json.Marshal(map[string]any{"redirect": redirect, "keys": public})
	p.must(err)
	cmd := exec.Command("node", "server.mjs", string(config))
	var said bytes.Buffer
	cmd.Dir, cmd.Stderr = install(t), &said
	in, err := cmd.StdinPipe()
	p.must(err)
	out, err := cmd.StdoutPipe()
	p.must(err)
	p.must(cmd.Start())
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	p.must(err)
	p.URL = strings.TrimSpace(line)
	return p
}

func (p *Provider) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

var (
	formAction = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)
	hidden     = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// Browse does what a person does who opens the address: sign in, agree, and be sent back. It returns where the browser is
// sent, without going there.
func (p *Provider) Browse(address string) *url.URL {
	p.t.Helper()
	return p.BrowseAs("ada", address)
}

// BrowseAs is Browse for somebody else: "NAME+ORGANISATION+ROLE" has claims with these, and NAME@example.com as e-mail address, which
// "NAME+ORGANISATION+ROLE+unconfirmed" has not confirmed.
func (p *Provider) BrowseAs(login, address string) *url.URL {
	p.t.Helper()
	jar, _ := cookiejar.New(nil) // never fails
	browser := &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), p.redirect) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := browser.Get(address)
	for range 4 {
		p.must(err)
		page, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		p.must(err)
		if back, err := resp.Location(); err == nil {
			return back
		}
		action := formAction.FindSubmatch(page)
		if action == nil {
			p.t.Fatalf("no form on the page: %s\n%s", resp.Status, page)
		}
		form := url.Values{"login": {login}, "password": {"x"}}
		for _, field := range hidden.FindAllSubmatch(page, -1) {
			form.Set(string(field[1]), html.UnescapeString(string(field[2])))
		}
		resp, err = browser.PostForm(html.UnescapeString(string(action[1])), form)
		p.must(err)
	}
	p.t.Fatal("the pages have no end")
	return nil
}

// Counts are the answers of the token endpoint by grant type and outcome, as "refresh_token given"; "list" are requests of
// the list, "grant revoked" grants that were ended.
func (p *Provider) Counts() map[string]int {
	p.t.Helper()
	var counts map[string]int
	p.ask("counts", &counts)
	return counts
}

// People are everybody on the list.
func (p *Provider) People() []Person {
	p.t.Helper()
	var people []Person
	p.ask("people", &people)
	return people
}

// Change gives a person another mobile number, and returns the person as it is then.
func (p *Provider) Change(id string) Person {
	p.t.Helper()
	var now Person
	p.ask("change?id="+id, &now)
	return now
}

// Delete marks a person as deleted.
func (p *Provider) Delete(id string) {
	p.t.Helper()
	p.ask("delete?id="+id, &struct{}{})
}

// Expire ends all access tokens.
func (p *Provider) Expire() {
	p.t.Helper()
	p.ask("expire", &struct{}{})
}

func (p *Provider) ask(what string, answer any) {
	p.t.Helper()
	resp, err := http.Get(p.URL + "/test/" + what)
	p.must(err)
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s", what, resp.Status)
	}
	p.must(json.NewDecoder(resp.Body).Decode(answer))
}

// newKey makes a key: the private one in PEM, the public one as JWK.
func newKey(t *testing.T, algorithm string) (private string, public any) {
	t.Helper()
	var key crypto.Signer
	var err error
	if algorithm == "RS256" {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	number := func(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		public = map[string]string{"kty": "RSA", "n": number(k.N.Bytes()), "e": number(big.NewInt(int64(k.E)).Bytes())}
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		public = map[string]string{"kty": "EC", "crv": "P-256", "x": number(point[1:33]), "y": number(point[33:])}
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), public
}
