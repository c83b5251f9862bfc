package outbound

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// Promise D4: rules are read as the manual writes them, and come out the same way.
func TestParseRule(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.0/8":                   "10.0.0.0/8",
		"10.1.2.3/8":                   "10.0.0.0/8",
		"192.168.1.10:5432":            "192.168.1.10/32:5432",
		"192.168.1.0/24:443@t_abc":     "192.168.1.0/24:443@t_abc",
		"127.0.0.1@t_abc":              "127.0.0.1/32@t_abc",
		"fd00::/8":                     "fd00::/8",
		"[fd12::1]:389@t_abc":          "[fd12::1/128]:389@t_abc",
		"[fd12::]/32:389":              "[fd12::/32]:389",
		"[fd12::/32]:389":              "[fd12::/32]:389",
		" 10.0.0.0/8 ":                 "10.0.0.0/8",
		"0.0.0.0/0":                    "0.0.0.0/0",
		"100.64.0.0/10:8443@t_partner": "100.64.0.0/10:8443@t_partner",
	} {
		r, err := ParseRule(text)
		if err != nil {
			t.Errorf("ParseRule(%q): %v", text, err)
			continue
		}
		if r.String() != want {
			t.Errorf("ParseRule(%q) = %s, want %s", text, r, want)
		}
		if again := rule(t, r.String()); again != r {
			t.Errorf("%s read again is %s", r, again)
		}
	}
}

// Promise: a rule that cannot be meant is refused with what to write instead.
func TestParseRuleErrors(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		"":                       "neither an address range",
		"example.org":            "neither an address range",
		"10.0.0.0/33":            "neither an address range",
		"10.0.0.0/8:0":           "no port",
		"10.0.0.0/8:http":        "no port",
		"10.0.0.0/8:70000":       "no port",
		"10.0.0.0/8@":            "after @",
		"[fd00::1:389":           "not closed",
		"169.254.169.254":        "metadata",
		"169.254.0.0/16":         "metadata",
		"169.254.169.0/24:80":    "metadata",
		"fd00:ec2::254":          "metadata",
		"fe80::/64":              "metadata",
		"100.100.100.200/32":     "metadata",
		"::ffff:10.0.0.0/104":    "write IPv4 ranges as IPv4",
		"fe80::1%eth0":           "has no zone",
		"168.63.129.16:80@t_abc": "metadata",
	} {
		if _, err := ParseRule(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("ParseRule(%q) gave %v, want …%s…", text, err, part)
		}
	}
}

// Promise D4: a rule opens its range for its tenant and port only, never metadata, and each use is told.
func TestRuleUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rule, tenant, to string
		open                   bool
	}{
		{"its tenant", "10.0.0.0/8@t_a", "t_a", "10.1.1.1:80", true},
		{"another tenant", "10.0.0.0/8@t_a", "t_b", "10.1.1.1:80", false},
		{"every tenant", "10.0.0.0/8", "t_b", "10.1.1.1:80", true},
		{"its port", "10.0.0.0/8:5432", "t_a", "10.1.1.1:5432", true},
		{"another port", "10.0.0.0/8:5432", "t_a", "10.1.1.1:80", false},
		{"outside", "10.0.0.0/8", "t_a", "192.168.0.1:80", false},
		{"wrapped in IPv6", "10.0.0.0/8", "t_a", "[::ffff:10.0.0.1]:80", true},
		{"wrapped in NAT64", "10.0.0.0/8", "t_a", "[64:ff9b::a00:1]:80", true},
		{"everything does not open metadata", "0.0.0.0/0", "t_a", "169.254.169.254:80", false},
		{"nor its IPv6 form", "::/0", "t_a", "[fd00:ec2::254]:80", false},
		{"nor link-local", "::/0", "t_a", "[fe80::1%lo]:80", false},
		{"nor wrapped", "0.0.0.0/0", "t_a", "[64:ff9b::a9fe:a9fe]:80", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var uses []Use
			g := New(Options{Allow: []Rule{rule(t, c.rule)}, Used: func(u Use) { uses = append(uses, u) }})
			err := g.Check(c.tenant, netip.MustParseAddrPort(c.to))
			if (err == nil) != c.open || len(uses) != map[bool]int{true: 1}[c.open] {
				t.Errorf("Check gave %v with %d uses told", err, len(uses))
			}
		})
	}
}

// Promise: rules of one run count for that run's guard only, besides the server's own, and open no metadata service.
func TestWith(t *testing.T) {
	t.Parallel()
	own := New(Options{Allow: []Rule{rule(t, "10.0.0.0/8")}})
	wider := own.With(rule(t, "127.0.0.1:99@t_one"))
	cases := []struct {
		name  string
		guard *Guard
		to    string
		want  error
	}{
		{"the server's own", own, "10.1.2.3:1", nil},
		{"not the run's", own, "127.0.0.1:99", ErrAddress},
		{"both: the server's", wider, "10.1.2.3:1", nil},
		{"both: the run's", wider, "127.0.0.1:99", nil},
		{"another port", wider, "127.0.0.1:98", ErrAddress},
		{"never", own.With(Rule{Range: netip.MustParsePrefix("0.0.0.0/0")}), "169.254.169.254:80", ErrAddress},
	}
	for _, c := range cases {
		if err := c.guard.Check("t_one", netip.MustParseAddrPort(c.to)); !errors.Is(err, c.want) {
			t.Errorf("%s: check %s gave %v, want %v", c.name, c.to, err, c.want)
		}
	}
}
