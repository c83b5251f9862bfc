package webconfig

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig/assets"
	"github.com/ringdex/ringdex/webconfig/locale"
)

// hostile are texts that become code where a page forgets to say what they are (reliability row B11).
var hostile = []string{
	`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
	`</textarea><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `" onmouseover="alert(1)`, `' onfocus='alert(1)' autofocus='`,
	`" autofocus onfocus=alert(1) x="`, `javascript:alert(1)`, `JaVaScRiPt:alert(1)`, `java&#x09;script:alert(1)`, "java\nscript:alert(1)",
	`data:text/html,<script>alert(1)</script>`, `vbscript:msgbox(1)`, `<iframe src="javascript:alert(1)">`, `<object data="javascript:alert(1)">`,
	`<embed src="javascript:alert(1)">`, `<math><mtext></mtext><script>alert(1)</script></math>`, `<body onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`<form action="https://evil.example"><input name=password>`, `<base href="https://evil.example/">`, `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
	`<link rel=stylesheet href="https://evil.example/x.css">`, `<style>*{background:url(https://evil.example)}</style>`, `--><script>alert(1)</script><!--`,
	`<!--><script>alert(1)</script>-->`, `]]><script>alert(1)</script>`, `${alert(1)}`, `{{.W}}`, `{{constructor.constructor('alert(1)')()}}`, "`-alert(1)-`",
	`\u003cscript\u003ealert(1)\u003c/script\u003e`, "<scr\x00ipt>alert(1)</scr\x00ipt>", "\u202e<details open ontoggle=alert(1)>",
}

// hostileOf returns full with every text in it replaced by all hostile ones at once, numbers and truths as they are.
func hostileOf(full any) any {
	v := reflect.New(reflect.TypeOf(full)).Elem()
	v.Set(reflect.ValueOf(full))
	poison(v)
	return v.Interface()
}

var poisonous = strings.Join(hostile, " ")

// ourWords are members whose values are made here: ids of elements, names of kinds.
var ourWords = []string{"ID", "Kind", "Dot"}

func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(poisonous)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if slices.Contains(ourWords, v.Type().Field(i).Name) {
				continue
			}
			if f := v.Field(i); f.CanSet() {
				poison(f)
			} else if v.CanAddr() && f.Kind() == reflect.Struct {
				poison(reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem())
			}
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		for i := range fresh.Len() {
			poison(fresh.Index(i))
		}
		if v.CanSet() && !v.IsNil() {
			v.Set(fresh)
		}
	case reflect.Pointer:
		if !v.IsNil() && v.CanSet() && v.Elem().Kind() == reflect.Struct && v.Type().Elem().PkgPath() != "time" {
			fresh := reflect.New(v.Type().Elem())
			fresh.Elem().Set(v.Elem())
			poison(fresh.Elem())
			v.Set(fresh)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String && v.CanSet() && !v.IsNil() {
			fresh := reflect.MakeMap(v.Type())
			for _, k := range v.MapKeys() {
				fresh.SetMapIndex(k, reflect.ValueOf(poisonous).Convert(v.Type().Elem()))
			}
			v.Set(fresh)
		}
	}
}

// testPage is a page as an admin gets it, of an installation that only exists in this test.
func testPage(t *testing.T, w *Web, lang, text string, data any) *page {
	t.Helper()
	e := echo.New()
	c := e.NewContext(httptest.NewRequest("GET", "/", nil), httptest.NewRecorder())
	person := &tenant.Person{Email: "ada@example.com", Name: text, Role: tenant.RoleAdmin}
	account := tenant.Account{ID: "t_aaaaaaaaaaaaa", Name: text, Kind: tenant.KindTenant}
	q := &request{Context: c, w: w, words: w.texts.In(lang), person: person, account: account, home: account, visiting: true}
	p := q.blank("home.title", data)
	p.Flash = &flash{Kind: "good", Text: text}
	p.Nav = &nav{Tenant: true, Admin: true, Above: true, Operator: true, path: "/", Integrations: []navIntegration{
		{ID: "i_aaaaaaaaaaaaa", Name: text, Icon: "/preset-icons/csv/x.svg", Dot: "good", State: text},
	}}
	return p
}

func testWeb(t *testing.T) *Web {
	t.Helper()
	w := &Web{}
	var err error
	if w.assets, err = assets.Load(); err != nil {
		t.Fatal(err)
	}
	if w.texts, err = locale.Load(); err != nil {
		t.Fatal(err)
	}
	if w.pages, err = loadPages(w.assets); err != nil {
		t.Fatal(err)
	}
	w.Contact = poisonous
	return w
}

// TestEveryPage guards that every page, in every language, with nothing, with everything and with hostile texts, is a whole
// document in which nothing executes and everybody finds their way.
func TestEveryPage(t *testing.T) {
	w := testWeb(t)
	tried := map[string]bool{}
	for _, s := range samples() {
		tried[s.page] = true
		for _, lang := range locale.Languages() {
			for name, data := range map[string]any{"empty": s.empty, "full": s.full, "hostile": s.hostile} {
				t.Run(fmt.Sprintf("%s/%s/%s", s.page, lang, name), func(t *testing.T) {
					text := "Ada"
					if name == "hostile" {
						text = poisonous
					}
					for _, inside := range []bool{true, false} {
						p := testPage(t, w, lang, text, data)
						if !inside {
							p.Nav = nil
						}
						var b bytes.Buffer
						if err := w.pages[s.page].ExecuteTemplate(&b, "layout", p); err != nil {
							t.Fatal(err)
						}
						checkDocument(t, b.Bytes(), lang)
					}
				})
			}
		}
	}
	for name := range w.pages {
		if !tried[name] {
			t.Errorf("templates/%s.html has no line in samples", name)
		}
	}
}

// checkDocument holds a page against the rules of the house.
func checkDocument(t *testing.T, raw []byte, lang string) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	ids, labels, described := map[string]bool{}, map[string]bool{}, []string{}
	var inputs []*html.Node
	count := map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" && n.Data != "iframe" {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
			if slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) && !harmless(a.Val) {
				t.Errorf("<%s %s=%q> leads where no page leads", n.Data, a.Key, a.Val)
			}
		}
		if id, ok := at["id"]; ok {
			if ids[id] || id == "" {
				t.Errorf("the id %q is there twice, or empty", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "html":
			if at["lang"] != lang {
				t.Errorf("lang is %q", at["lang"])
			}
		case "script":
			if n.FirstChild != nil || !strings.HasPrefix(at["src"], assets.Prefix) {
				t.Errorf("a script that is not ours: %v", n.Attr)
			}
		case "style", "base", "object", "embed":
			t.Errorf("<%s> has no place in a page", n.Data)
		case "label":
			labels[at["for"]] = true
		case "input", "select", "textarea":
			if at["type"] != "hidden" && at["aria-label"] == "" && at["aria-labelledby"] == "" && !inside(n, "label") {
				inputs = append(inputs, n)
			}
		case "img":
			if _, ok := at["alt"]; !ok {
				t.Error("an image has no alt")
			}
		case "button":
			if strings.TrimSpace(textOf(n)) == "" && at["aria-label"] == "" {
				t.Errorf("a button says nothing: %v", n.Attr)
			}
		}
		for _, key := range []string{"aria-describedby", "aria-labelledby", "aria-controls"} {
			described = append(described, strings.Fields(at[key])...)
		}
	}
	for _, n := range inputs {
		if id := attribute(n, "id"); id == "" || !labels[id] {
			t.Errorf("<%s name=%q> has no label", n.Data, attribute(n, "name"))
		}
	}
	for _, id := range described {
		if !ids[id] {
			t.Errorf("something names the id %q, which is not there", id)
		}
	}
	if count["main"] != 1 || count["h1"] != 1 || count["title"] != 1 {
		t.Errorf("%d main, %d h1, %d title; there is one of each", count["main"], count["h1"], count["title"])
	}
	if bytes.Contains(raw, []byte("ZgotmplZ")) && !bytes.Contains(raw, []byte("alert(1)")) {
		t.Error("a value stands where the template cannot vouch for it")
	}
	if missing := regexp.MustCompile(`>\s*[a-z]+\.[a-z_]+\s*<`).Find(raw); missing != nil {
		t.Errorf("a text is missing: %s", missing)
	}
}

// harmless tells a path of ours, a fragment, or the address of a CRM or script, which only https, http, mail and phones have.
func harmless(to string) bool {
	scheme, _, ok := strings.Cut(to, ":")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return true
	}
	return slices.Contains([]string{"https", "http", "mailto", "tel", "sip", "data"}, strings.ToLower(scheme)) && !strings.HasPrefix(to, "data:text")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func inside(n *html.Node, element string) bool {
	for a := range n.Ancestors() {
		if a.Data == element {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestTexts guards that the languages have the same texts, and that every text a page or a handler names is there.
func TestTexts(t *testing.T) {
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	english := texts.In("en")
	for _, lang := range locale.Languages() {
		for _, key := range english.Keys() {
			if !texts.In(lang).Has(key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for _, key := range texts.In(lang).Keys() {
			if !english.Has(key) {
				t.Errorf("en lacks %s", key)
			}
		}
	}
	named := regexp.MustCompile(`(?:\bT|q\.see\([^,]+,|q\.show\("[a-z_]+",|q\.showStatus\([^,]+, "[a-z_]+",|q\.problem\([^,]+,) ?\(?"([a-z]+\.[a-z_0-9]*[a-z0-9])"`)
	for _, pattern := range []string{"*.go", "templates/*.html", "templates/parts/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllSubmatch(raw, -1) {
				if !english.Has(string(m[1])) {
					t.Errorf("%s names the text %s, which is not there", name, m[1])
				}
			}
		}
	}
}

// TestSettingWords guards that every setting of an account is in the person's language.
func TestSettingWords(t *testing.T) {
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range tenant.AccountOptions() {
		for _, key := range []string{"settings." + o.Name, "settings." + o.Name + "_help"} {
			if !texts.In("nl").Has(key) {
				t.Errorf("%s is not there", key)
			}
		}
	}
}
