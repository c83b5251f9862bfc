package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestBenchPages guards that the figures of pages are of pages that answered: at a small size it fills a server, signs in as each
// role, and prints a line for each page that role may see.
func TestBenchPages(t *testing.T) {
	t.Setenv(masterKeyVariable, "")
	var out bytes.Buffer
	cmd := newRoot()
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs([]string{"bench", "pages", "--contacts", "60", "--integrations", "2", "--tenants", "2", "--rounds", "1", "--dir", t.TempDir()})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{"| `/integrations/:integration/report` | admin |", "| `/tenants` | operator |", "| `/tenants?only=trouble` | reseller |", "| `/agent` | agent |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no line %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "| `/tenants` | agent |") {
		t.Error("an agent sees the tenants")
	}
}
