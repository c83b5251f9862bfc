package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// use is one place that says something.
type use struct {
	at, english string
	names       []string
}

var inBraces = regexp.MustCompile(`\{([A-Za-z]+)\}`)

// TestEveryTextIsTranslated promises that whatever the program can say of a failure has a Dutch text with the same values: a
// key that is used and not translated, translated and not used, or that says two different things, is named here.
func TestEveryTextIsTranslated(t *testing.T) {
	t.Parallel()
	uses := sources(t)
	if len(uses) < 100 {
		t.Fatalf("only %d keys were found in the sources; this test looks in the wrong place", len(uses))
	}
	for _, lang := range Languages() {
		table := translations(t, lang)
		for _, key := range slices.Sorted(maps.Keys(uses)) {
			u := uses[key]
			text, ok := table[key]
			if !ok {
				t.Errorf("%s: %q has no text in %s: %s", u.at, key, lang, u.english)
			}
			for _, name := range append(named(u.english), named(text)...) {
				if !slices.Contains(u.names, name) {
					t.Errorf("%s: %q says {%s}, which has no value", u.at, key, name)
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(table)) {
			if _, ok := uses[key]; !ok {
				t.Errorf("%s: nothing says %q any more", lang, key)
			}
		}
	}
}

func named(text string) (names []string) {
	for _, m := range inBraces.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

func translations(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := fs.Glob(files, lang+"/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no texts in %s: %v", lang, err)
	}
	for _, name := range names {
		one, err := read(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for key, text := range one {
			if !strings.HasPrefix(key, strings.TrimSuffix(path.Base(name), ".json")+".") {
				t.Errorf("%s: %s belongs into another file", name, key)
			}
			all[key] = text
		}
	}
	return all
}

// sources reads every call of New, Error and Errorf in the program.
func sources(t *testing.T) map[string]use {
	t.Helper()
	all := map[string]use{}
	fset := token.NewFileSet()
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, filepath.Join("..", "wording")):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), "wording.") {
			return err
		}
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				note(t, fset, all, call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func note(t *testing.T, fset *token.FileSet, all map[string]use, call *ast.CallExpr) {
	t.Helper()
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if of, ok := fun.X.(*ast.Ident); !ok || of.Name != "wording" {
		return
	}
	args := call.Args
	switch fun.Sel.Name {
	case "New", "Error":
	case "Errorf":
		args = args[1:]
	default:
		return
	}
	at := fset.Position(call.Pos()).String()
	key, english := literal(args[0]), literal(args[1])
	if key == "" || english == "" || call.Ellipsis.IsValid() || len(args)%2 != 0 {
		t.Errorf("%s: key, English and names are literals", at)
		return
	}
	u := use{at: at, english: english}
	for i := 2; i < len(args); i += 2 {
		u.names = append(u.names, literal(args[i]))
	}
	if before, ok := all[key]; ok && before.english != english {
		t.Errorf("%s: %q says %q, but at %s %q", at, key, english, before.at, before.english)
	}
	all[key] = u
}

// literal is the value of a string that stands in the source.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if e.Kind == token.STRING && err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if a, b := literal(e.X), literal(e.Y); e.Op == token.ADD && a != "" && b != "" {
			return a + b
		}
	}
	return ""
}
