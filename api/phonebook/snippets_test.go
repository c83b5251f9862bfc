package phonebook

import (
	"strings"
	"testing"
)

// Every brand has settings, filled in with address and key, and nothing of a template is left in them.
func TestSnippets(t *testing.T) {
	t.Parallel()
	if got := strings.Join(Brands(), " "); got != "3CX Asterisk Cisco Fanvil FreePBX FreeSWITCH Grandstream Snom Yealink Yeastar" {
		t.Errorf("brands %s", got)
	}
	all, err := Snippets("", Connection{URL: "https://ringdex.example/", Key: "rdx_key"})
	if err != nil || len(all) < 15 {
		t.Fatalf("%d snippets, %v", len(all), err)
	}
	for _, s := range all {
		if !strings.Contains(s.Text, "ringdex.example") && s.Title != "dialplan" || strings.Contains(s.Text, "<no value>") || strings.Contains(s.Text, "{{.K") {
			t.Errorf("%s, %s:\n%s", s.For, s.Title, s.Text)
		}
	}
	one, err := Snippets("yealink", Connection{URL: "http://10.0.0.1:8080"})
	if err != nil || len(one) != 2 || !strings.Contains(one[0].Text, "ldap.host = 10.0.0.1\n") || !strings.Contains(one[0].Text, "ldap.password = KEY\n") {
		t.Errorf("%+v, %v", one, err)
	}
}
