package option

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func number(n int) *int { return &n }

// TestRead: each type accepts what people write, in one spelling, and refuses what it cannot be.
func TestRead(t *testing.T) {
	choices := []Choice{{Value: "business"}, {Value: "private"}}
	for _, c := range []struct {
		name   string
		option Option
		raw    string
		want   string
		code   Code
	}{
		{"text", Option{}, "  Ada Muster ", "Ada Muster", ""},
		{"text of two lines", Option{}, "a\nb", "a\nb", ""},
		{"text with escape", Option{}, "a\x1b[0m", "", CodeMalformed},
		{"text not UTF-8", Option{}, "a\xff", "", CodeMalformed},
		{"text too short", Option{Min: number(3)}, "ab", "", CodeRange},
		{"text counts characters", Option{Max: number(3)}, "äöü", "äöü", ""},
		{"text of a pattern", Option{Pattern: "[a-z]+"}, "abc", "abc", ""},
		{"pattern is for all of it", Option{Pattern: "[a-z]+"}, "abc1", "", CodeMalformed},
		{"pattern of two", Option{Pattern: "a|b"}, "ab", "", CodeMalformed},
		{"pattern and line end", Option{Pattern: "[a-z]+"}, "abc\nx", "", CodeMalformed},
		{"secret keeps its blanks", Option{Type: Secret}, " s ", " s ", ""},
		{"too long", Option{Type: Secret}, strings.Repeat("x", maxLength+1), "", CodeMalformed},
		{"host", Option{Type: Hostname}, "CRM.Example.com", "crm.example.com", ""},
		{"host and port", Option{Type: Hostname}, "crm:8443", "crm:8443", ""},
		{"host by address", Option{Type: Hostname}, "192.0.2.1", "192.0.2.1", ""},
		{"host by IPv6", Option{Type: Hostname}, "[2001:DB8::1]:443", "[2001:db8::1]:443", ""},
		{"host with scheme", Option{Type: Hostname}, "https://crm.example.com", "", CodeMalformed},
		{"host with path", Option{Type: Hostname}, "crm.example.com/x", "", CodeMalformed},
		{"host with user", Option{Type: Hostname}, "ada@crm.example.com", "", CodeMalformed},
		{"host, bad port", Option{Type: Hostname}, "crm:99999", "", CodeMalformed},
		{"host, no label", Option{Type: Hostname}, "crm..com", "", CodeMalformed},
		{"URL", Option{Type: URL}, "https://example.com/a?b=c", "https://example.com/a?b=c", ""},
		{"URL without scheme", Option{Type: URL}, "example.com", "", CodeMalformed},
		{"URL with a password", Option{Type: URL}, "https://ada:pw@example.com", "", CodeMalformed},
		{"URL of a script", Option{Type: URL}, "javascript:alert(1)", "", CodeMalformed},
		{"URL of a file", Option{Type: URL}, "file:///etc/passwd", "", CodeMalformed},
		{"URL of another scheme", Option{Type: URL, Pattern: "ldaps?://.*"}, "ldaps://dc1:636", "ldaps://dc1:636", ""},
		{"e-mail", Option{Type: Email}, "ada@example.com", "ada@example.com", ""},
		{"e-mail with a name", Option{Type: Email}, "Ada <ada@example.com>", "", CodeMalformed},
		{"e-mail header", Option{Type: Email}, "ada@example.com\r\nBcc: eve@example.com", "", CodeMalformed},
		{"integer", Option{Type: Integer}, "+007", "7", ""},
		{"integer out of range", Option{Type: Integer, Min: number(1), Max: number(10)}, "11", "", CodeRange},
		{"integer with a point", Option{Type: Integer}, "1.5", "", CodeMalformed},
		{"boolean", Option{Type: Boolean}, "Yes", "true", ""},
		{"boolean off", Option{Type: Boolean}, "0", "false", ""},
		{"boolean else", Option{Type: Boolean}, "maybe", "", CodeMalformed},
		{"duration", Option{Type: Duration}, "90s", "1m30s", ""},
		{"duration in days", Option{Type: Duration}, "7d", "7d", ""},
		{"duration mixed", Option{Type: Duration}, "1d12h", "36h", ""},
		{"duration zero", Option{Type: Duration}, "0", "0s", ""},
		{"duration without unit", Option{Type: Duration}, "90", "", CodeMalformed},
		{"duration negative", Option{Type: Duration}, "-1h", "", CodeMalformed},
		{"duration too short", Option{Type: Duration, Min: number(60)}, "30s", "", CodeRange},
		{"choice", Option{Type: OneOf, Choices: choices}, "Private", "private", ""},
		{"choice else", Option{Type: OneOf, Choices: choices}, "bussiness", "", CodeChoice},
		{"path", Option{Type: Path}, "/srv/my contacts.csv", "/srv/my contacts.csv", ""},
		{"path with NUL", Option{Type: Path}, "/srv/\x00", "", CodeMalformed},
		{"region", Option{Type: Region}, "nl", "NL", ""},
		{"region by name", Option{Type: Region}, "Netherlands", "", CodeMalformed},
		{"region by old code", Option{Type: Region}, "UK", "", CodeMalformed},
		{"region, continent", Option{Type: Region}, "EU", "", CodeMalformed},
		{"range", Option{Type: CIDR}, "10.1.2.3/8", "10.0.0.0/8", ""},
		{"range of one", Option{Type: CIDR}, "2001:db8::1", "2001:db8::1/128", ""},
		{"range, mapped", Option{Type: CIDR}, "::ffff:10.0.0.1", "10.0.0.1/32", ""},
		{"range else", Option{Type: CIDR}, "10.0.0.0/33", "", CodeMalformed},
		{"list", Option{Type: CIDR, List: true}, "10.0.0.0/8, 192.0.2.1\n", "10.0.0.0/8,192.0.2.1/32", ""},
		{"list with one bad", Option{Type: CIDR, List: true}, "10.0.0.0/8, x", "", CodeMalformed},
		{"list of nothing", Option{List: true}, " , ,", "", ""},
		{"empty", Option{Type: Integer}, "  ", "", ""},
		{"no such type", Option{Type: "colour"}, "red", "", CodeMalformed},
	} {
		got, problem := c.option.Read(c.raw)
		code := Code("")
		if problem != nil {
			code = problem.Code
		}
		if got != c.want || code != c.code {
			t.Errorf("%s: %q, %q; want %q, %q", c.name, got, code, c.want, c.code)
		}
	}
}

// TestReadIsIdempotent: what Read returned, it reads as itself.
func TestReadIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Option{Name: "x", Type: rapid.SampledFrom(Types()).Draw(t, "type"), List: rapid.Bool().Draw(t, "list"), Choices: []Choice{{Value: "a"}}}
		raw := rapid.OneOf(
			rapid.String(), rapid.StringMatching(`[0-9]{1,3}[dhms]?([0-9]{1,2}[ms])?`), rapid.StringMatching(`[a-z.:/@0-9]{0,20}`),
			rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?`), rapid.StringMatching(`[a-zA-Z]{2}`),
		).Draw(t, "raw")
		once, problem := o.Read(raw)
		if problem != nil {
			return
		}
		if twice, problem := o.Read(once); problem != nil || twice != once {
			t.Fatalf("%s: %q, then %q, %v", o.Type, once, twice, problem)
		}
	})
}

var crm = Set{
	{Name: "domain", Type: Hostname, Required: true, Example: "acme.example.com"},
	{Name: "client_id", Level: Operator},
	{Name: "client_secret", Type: Secret, Level: Operator, Min: number(8)},
	{Name: "page-size", Type: Integer, Default: "200", Min: number(1), Max: number(1000)},
	{Name: "pause", Type: Duration, Default: "1m"},
	{Name: "archived", Type: Boolean},
	{Name: "objects", Type: OneOf, List: true, Default: "contact", Choices: []Choice{{Value: "contact"}, {Value: "lead"}}},
}

// TestValidate: defaults are filled in, and every problem is told at once, in the order of the form, with what was probably meant.
func TestValidate(t *testing.T) {
	v, err := crm.Validate(map[string]string{"DOMAIN": "Acme.example.com", "page_size": "50", "archived": "on", "objects": "lead, contact"})
	if err != nil {
		t.Fatal(err)
	}
	if v.Get("domain") != "acme.example.com" || v.Int("page-size") != 50 || !v.Bool("archived") || v.Duration("pause").Minutes() != 1 ||
		fmt.Sprint(v.List("objects")) != "[lead contact]" || v.Has("client_id") || v.Int("domain") != 0 || v.Duration("domain") != 0 {
		t.Errorf("%v", map[string]string(v))
	}
	_, err = crm.Validate(map[string]string{"page-size": "5000", "clientid": "x", "zzz": "y", "client_secret": "c4n4ry", "objects": "contract"})
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	want := "domain is required; for example acme.example.com. " +
		"client_secret must be at least 8 characters long. " +
		"page-size must be between 1 and 1000. " +
		"objects must be one of contact, lead; did you mean contact?. " +
		"clientid is not an option here; did you mean client_id?. " +
		"zzz is not an option here"
	if err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if _, err := crm.Validate(map[string]string{"domain": "a.example", "page_size": "1", "page-size": "2"}); err == nil {
		t.Error("one option in two spellings passes")
	}
	if v, err := crm.Validate(map[string]string{"domain": "a.example", "pause": ""}); err != nil || v.Has("pause") {
		t.Errorf("an emptied option has its default again: %v", err)
	}
}

// TestDefaultIsCanonical: a default is spelled like a value that was read.
func TestDefaultIsCanonical(t *testing.T) {
	set := Set{{Name: "on", Type: Boolean, Default: "yes"}, {Name: "age", Type: Duration, Default: "24h"}, {Name: "region", Type: Region, Default: "nl"}}
	v, err := set.Validate(nil)
	if err != nil || !v.Bool("on") || v.Get("age") != "1d" || v.Get("region") != "NL" {
		t.Errorf("%v, %v", map[string]string(v), err)
	}
}

// TestChange: only what is given is judged, and a required option cannot be emptied.
func TestChange(t *testing.T) {
	v, err := crm.Change(map[string]string{"page-size": "10"})
	if err != nil || len(v) != 1 {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := crm.Change(map[string]string{"domain": " "}); err == nil {
		t.Error("a required option was emptied")
	}
}

// TestNearest: a typo finds its option, something else finds none.
func TestNearest(t *testing.T) {
	names := []string{"client_id", "client_secret", "domain", "page-size"}
	for name, want := range map[string]string{
		"client-id": "client_id", "clientid": "client_id", "cleint_id": "client_id", "secret": "client_secret", "Domian": "domain",
		"pagesize": "page-size", "colour": "", "": "", "x": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestLint: what is wrong with a declaration is said with its name.
func TestLint(t *testing.T) {
	if lines := crm.Lint(); lines != nil {
		t.Errorf("%v", lines)
	}
	for says, o := range map[string]Option{
		"a name is":                     {Name: "Client ID"},
		"did you mean hostname":         {Name: "x", Type: "hostnam"},
		"unknown level":                 {Name: "x", Level: "reseller"},
		"choices belong":                {Name: "x", Type: OneOf},
		"min and max are":               {Name: "x", Type: Boolean, Min: number(1)},
		"min is above":                  {Name: "x", Min: number(2), Max: number(1)},
		"a secret has no":               {Name: "x", Type: Secret, Default: "geheim"},
		"a secret is not":               {Name: "x", Type: Secret, List: true},
		"required and default":          {Name: "x", Required: true, Default: "y"},
		"pattern: ":                     {Name: "x", Pattern: "("},
		"the default must be a whole":   {Name: "x", Type: Integer, Default: "many"},
		"the example does not have the": {Name: "x", Pattern: "[0-9]+", Example: "abc"},
		"choice \"a\" is empty or":      {Name: "x", Type: OneOf, Choices: []Choice{{Value: "a"}, {Value: "a"}}},
	} {
		if text := strings.Join(Set{o}.Lint(), "\n"); !strings.Contains(text, says) {
			t.Errorf("%q not in %q", says, text)
		}
	}
	if text := strings.Join(Set{{Name: "a_b"}, {Name: "a-b"}}.Lint(), "\n"); !strings.Contains(text, "declared twice") {
		t.Errorf("%q", text)
	}
}
