package option

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

var server = Set{
	{Name: "public-url", Type: URL, Title: "Public address"},
	{Name: "listen", Default: ":8080"},
	{Name: "trusted-proxy", Type: CIDR, List: true},
	{Name: "verbose", Type: Boolean},
	{Name: "smtp_password", Type: Secret},
	{Name: "stale-after", Type: Duration, Default: "90d"},
}

func load(t *testing.T, args []string, env map[string]string, file map[string]string) (Values, error) {
	t.Helper()
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	server.BindFlags(flags)
	server.BindFlags(flags) // a second time does nothing
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return server.Load(flags, func(name string) (string, bool) { text, ok := env[name]; return text, ok }, file)
}

// TestOrigins: a flag wins over the environment, that over the file, that over the default.
func TestOrigins(t *testing.T) {
	env := map[string]string{"RINGDEX_LISTEN": ":2"}
	file := map[string]string{"listen": ":1"}
	for name, c := range map[string]struct {
		args      []string
		env, file map[string]string
		want      string
	}{
		"default": {nil, nil, nil, ":8080"}, "file": {nil, nil, file, ":1"}, "environment": {nil, env, file, ":2"},
		"flag": {[]string{"--listen", ":3"}, env, file, ":3"}, "flag of the default": {[]string{"--listen=:8080"}, env, file, ":8080"},
		"flag emptied": {[]string{"--listen="}, env, file, ""}, "environment emptied": {nil, map[string]string{"RINGDEX_LISTEN": ""}, file, ""},
	} {
		v, err := load(t, c.args, c.env, c.file)
		if err != nil || v.Get("listen") != c.want {
			t.Errorf("%s: %q, %v", name, v.Get("listen"), err)
		}
	}
}

// TestSpellings: lists add up or are joined, booleans need no value, names have one spelling per place.
func TestSpellings(t *testing.T) {
	v, err := load(t, []string{"--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=192.0.2.1,192.0.2.2", "--verbose"},
		map[string]string{"RINGDEX_SMTP_PASSWORD": "s", "RINGDEX_STALE_AFTER": "7d"}, map[string]string{"public_url": "https://a.example"})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.List("trusted-proxy")) != 3 || !v.Bool("verbose") || v.Get("smtp-password") != "s" || v.Duration("stale-after").Hours() != 168 ||
		v.Get("public-url") != "https://a.example" {
		t.Errorf("%v", map[string]string(v))
	}
}

// TestProblemsSayWhereFrom: each problem names the flag, the variable or the file; no secret is repeated.
func TestProblemsSayWhereFrom(t *testing.T) {
	_, err := load(t, []string{"--public-url", "c4n4ry://x"}, map[string]string{"RINGDEX_STALE_AFTER": "soon"}, map[string]string{"trusted-proxy": "x", "listem": ":1"})
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 4 {
		t.Fatal(err)
	}
	for _, says := range []string{
		"public-url (from --public-url) must be a full address", "stale-after (from RINGDEX_STALE_AFTER) must be a time span",
		"trusted-proxy (from the settings file) must be an address range", "listem (from the settings file) is not an option here; did you mean listen?",
	} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q not in %v", says, err)
		}
	}
	if strings.Contains(err.Error(), "c4n4ry") {
		t.Error("a value is repeated")
	}
}

// TestUsage: help shows title, variable and default, and never a secret that was typed.
func TestUsage(t *testing.T) {
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	server.BindFlags(flags)
	if err := flags.Parse([]string{"--smtp-password", "c4n4ry"}); err != nil {
		t.Fatal(err)
	}
	usage := flags.FlagUsages()
	for _, says := range []string{"--public-url url", "Public address (RINGDEX_PUBLIC_URL)", "(default :8080)", "--smtp-password"} {
		if !strings.Contains(usage, says) {
			t.Errorf("%q not in\n%s", says, usage)
		}
	}
	if strings.Contains(usage+flags.Lookup("smtp-password").Value.String(), "c4n4ry") {
		t.Error("a secret is shown")
	}
}

// TestReadFile: texts, numbers, booleans and lists of a YAML file; what is wrong has its line.
func TestReadFile(t *testing.T) {
	got, err := ReadFile([]byte("# settings\nlisten: :8081\nverbose: true\nlimit: 12\ntrusted-proxy: [10.0.0.0/8, 192.0.2.1]\nempty:\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"listen": ":8081", "verbose": "true", "limit": "12", "trusted-proxy": "10.0.0.0/8,192.0.2.1"}
	if _, there := got["empty"]; there || len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %q, want %q", name, got[name], text)
		}
	}
	if empty, err := ReadFile(nil); err != nil || len(empty) != 0 {
		t.Errorf("empty file: %v, %v", empty, err)
	}
	for name, c := range map[string]struct{ content, says string }{
		"twice": {"a: 1\na: 2\n", "[2:1]"}, "a list": {"- a\n", "1:"}, "deep": {"a: {b: c}\n", "a must be a text"}, "syntax": {"a: [\n", "1:"},
	} {
		if _, err := ReadFile([]byte(c.content)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
