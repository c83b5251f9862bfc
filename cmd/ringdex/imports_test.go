package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/ringdex/ringdex/"

// level says how high a package stands: imports go strictly downwards (ARCHITECTURE.md, section 2).
var level = map[string]int{
	"wording": -1,
	"scripts": 0, "phone": 0, "option": 0, "store": 0,
	"presets": 1, "tenant": 1,
	"cache": 2, "setup": 2, "recognition": 2,
	"jobs": 3, "calls": 3,
	"api": 4, "webconfig": 4,
	"cmd": 5,
}

// sideways are the only imports within one level.
var sideways = map[string][]string{
	"scripts":     {"phone"},
	"recognition": {"cache"},
}

// TestImportsGoDownwards guards the promise that a package can be understood without the ones above it.
func TestImportsGoDownwards(t *testing.T) {
	for pkg, imports := range importGraph(t) {
		from, _, _ := strings.Cut(pkg, "/")
		if _, ok := level[from]; !ok {
			t.Errorf("%s has no place in the house: give it a level here and in ARCHITECTURE.md", pkg)
		}
		for _, imported := range imports {
			to, _, _ := strings.Cut(imported, "/")
			if from == to || level[to] < level[from] || allowed(from, to) {
				continue
			}
			t.Errorf("%s (level %d) imports %s (level %d)", pkg, level[from], imported, level[to])
		}
	}
}

// TestForeignDoors guards that each library that may be replaced has one place that knows it.
func TestForeignDoors(t *testing.T) {
	doors := map[string][]string{
		"github.com/dgraph-io/badger":     {"store/badgerkv", "cmd/internal/bench"}, // the benchmark measures the bare libraries as floors
		"github.com/nyaruka/phonenumbers": {"phone", "cmd/internal/bench"},
		"github.com/labstack/echo":        {"api", "webconfig", "cmd"},
		"github.com/robfig/cron":          {"jobs"},
		"github.com/alexedwards/scs":      {"webconfig"},
		"github.com/nicksnyder/go-i18n":   {"webconfig/locale", "jobs/notice"},
		"github.com/coreos/go-oidc":       {"webconfig"},
		"github.com/chromedp":             {"webconfig/webtest"},
		"github.com/wneessen/go-mail":     {"jobs/mail"},
		module + "store/badgerkv":         {"cmd"},
		module + "presets/rest":           {"cmd"},
		module + "presets/file":           {"cmd"},
		module + "presets/directory":      {"cmd"},
		"github.com/go-ldap/ldap":         {"presets/directory", "cmd/internal/bench"},
		"github.com/go-asn1-ber/asn1-ber": {"presets/directory", "presets/internal/ldaptest"},
		module + "presets/sql":            {"cmd"},
		"github.com/go-sql-driver/mysql":  {"presets/sql"},
		"github.com/microsoft/go-mssqldb": {"presets/sql"},
		"modernc.org/sqlite":              {"presets/sql"},
		"github.com/jackc/pgx":            {"presets/sql", "cmd/internal/bench"},
	}
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for library, keepers := range doors {
				if strings.HasPrefix(imported, library) && !below(strings.TrimPrefix(p.ImportPath, module), keepers) {
					t.Errorf("%s imports %s, which only %v may know", p.ImportPath, imported, keepers)
				}
			}
		}
	}
}

// TestEveryPackageIsInTheDrawing guards that a stranger finds every package in ARCHITECTURE.md, and what each is in its doc.go.
func TestEveryPackageIsInTheDrawing(t *testing.T) {
	text, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range importGraph(t) {
		if !strings.Contains(string(text), "`"+pkg+"`") {
			t.Errorf("ARCHITECTURE.md says nothing of %s", pkg)
		}
		if _, err := os.Stat("../../" + pkg + "/doc.go"); err != nil {
			t.Errorf("%s has no doc.go", pkg)
		}
	}
}

func below(pkg string, keepers []string) bool {
	for _, k := range keepers {
		if pkg == k || strings.HasPrefix(pkg, k+"/") {
			return true
		}
	}
	return false
}

func allowed(from, to string) bool {
	for _, ok := range sideways[from] {
		if ok == to {
			return true
		}
	}
	return false
}

type listed struct {
	ImportPath string
	Imports    []string
}

// importGraph is which of our packages imports which, without tests.
func importGraph(t *testing.T) map[string][]string {
	graph := map[string][]string{}
	for _, p := range packages(t) {
		var ours []string
		for _, i := range p.Imports {
			if strings.HasPrefix(i, module) {
				ours = append(ours, strings.TrimPrefix(i, module))
			}
		}
		graph[strings.TrimPrefix(p.ImportPath, module)] = ours
	}
	return graph
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for dec.More() {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages listed", len(all))
	}
	return all
}
