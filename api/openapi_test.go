package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	infer "github.com/google/jsonschema-go/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

var update = flag.Bool("update", false, "write openapi.json and the list in docs/api.md anew")

type object = map[string]any

// document makes the OpenAPI 3.1 document of the routes.
type document struct {
	t       *testing.T
	schemas object
}

func (d *document) make() object {
	paths := object{}
	for _, r := range new(API).routes() {
		path := regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.path, "{$1}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path].(object)[strings.ToLower(r.method)] = d.operation(r)
	}
	d.schemas["Problem"] = d.infer(reflect.TypeFor[Problem](), answers)
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Ringdex", "version": "1", "summary": "Who is calling, and what to open.",
			"description": "The tenant is the key's; nothing a request says of one changes that. Errors are RFC 9457 problems. All times are RFC 3339.",
		},
		"paths": paths,
		"components": object{
			"schemas": d.schemas,
			"responses": object{
				"problem": object{"description": "What was wrong, and what to do.", "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}},
				"silence": object{"description": "An error; it has no body, because phone systems show any as the caller's name."},
			},
			"securitySchemes": object{
				"bearer": object{"type": "http", "scheme": "bearer", "description": "An API key of a phone system."},
				"basic":  object{"type": "http", "scheme": "basic", "description": "The key as user name; or the e-mail address and password of somebody with an account."},
				"urlKey": object{"type": "apiKey", "in": "query", "name": "key", "description": "A URL key, for phones that can send nothing else."},
			},
		},
	}
}

func (d *document) operation(r route) object {
	what, ok := descriptions[r.short()]
	if !ok {
		d.t.Fatalf("%s %s is not described", r.method, r.path)
	}
	op := object{
		"operationId": operationID(r), "summary": what.summary, "tags": []any{tagOf(r)},
		"security": securityOf(r), "responses": d.responses(r, what),
	}
	if p := d.parameters(r, what); len(p) > 0 {
		op["parameters"] = p
	}
	if what.in != nil {
		body := object{"schema": d.ref(what.in, requests)}
		if example := valid[r.short()].body; example != "" {
			var value any
			if err := json.Unmarshal([]byte(strings.ReplaceAll(example, "IMPORTS", "/srv/import")), &value); err != nil {
				d.t.Fatal(err)
			}
			body["example"] = value
		}
		op["requestBody"] = object{"content": object{"application/json": body}}
	}
	if what.takes != "" {
		op["requestBody"] = object{"required": true, "content": object{what.takes: object{"schema": object{"type": "string", "format": "binary"}}}}
	}
	return op
}

// operationID is like getV1IntegrationsIntegrationRuns.
func operationID(r route) string {
	id := strings.ToLower(r.method)
	for _, word := range strings.FieldsFunc(r.path, func(c rune) bool { return strings.ContainsRune("/:.", c) }) {
		id += strings.ToUpper(word[:1]) + word[1:]
	}
	return id
}

func tagOf(r route) string {
	return map[need]string{needNothing: "server", needMatch: "phone systems", needCalls: "phone systems", needDial: "phone systems", needCallList: "phone systems", needAdmin: "tenant", needOperator: "operator"}[r.need]
}

func securityOf(r route) []any {
	bearer, basic, urlKey := object{"bearer": []any{}}, object{"basic": []any{}}, object{"urlKey": []any{}}
	return map[need][]any{
		needNothing: {}, needMatch: {bearer, basic, urlKey}, needCalls: {bearer, basic, urlKey}, needDial: {bearer, basic}, needCallList: {bearer, basic}, needAdmin: {bearer, basic}, needOperator: {basic},
	}[r.need]
}

func (d *document) parameters(r route, what described) []any {
	var all []any
	for _, m := range regexp.MustCompile(`:([a-z]+)`).FindAllStringSubmatch(r.path, -1) {
		all = append(all, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, q := range what.query {
		p := object{"name": q.name, "in": "query", "description": q.text, "schema": object{"type": "string"}}
		if q.name == "number" {
			p["required"] = true
		}
		if q.example != "" {
			p["example"] = q.example
		}
		all = append(all, p)
	}
	return all
}

func (d *document) responses(r route, what described) object {
	status := fmt.Sprint(max(what.status, http.StatusOK))
	success := object{"description": "Done."}
	switch {
	case what.out != nil:
		content := object{"schema": d.ref(what.out, answers)}
		success["content"] = object{"application/json": content}
	case what.media != "":
		success["content"] = object{what.media: object{"schema": object{"type": "string"}}}
	}
	if r.path == namePath {
		content := success["content"].(object)
		content["application/json"] = object{"schema": d.ref(named{}, answers)}
		content["application/x-www-form-urlencoded"] = object{"schema": d.ref(named{}, answers)}
	}
	failure := "problem"
	if r.path == namePath {
		failure = "silence"
	}
	return object{status: success, "default": object{"$ref": "#/components/responses/" + failure}}
}

// ref notes the schema of a body's type and returns a reference to it.
func (d *document) ref(body any, in direction) object {
	t := reflect.TypeOf(body)
	if t.Kind() == reflect.Slice {
		return object{"type": "array", "items": d.ref(reflect.Zero(t.Elem()).Interface(), in)}
	}
	name := t.Name()
	if name == "" {
		return d.infer(t, in)
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	if d.schemas[name] == nil {
		d.schemas[name] = d.infer(t, in)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// direction is which way a body goes.
type direction int

const (
	requests direction = iota // what is left out has a default, or is told by name; what is not declared is refused
	answers                   // may gain members in later releases
)

// infer is the schema of a Go type as its JSON is.
func (d *document) infer(t reflect.Type, in direction) object {
	s, err := infer.ForType(t, &infer.ForOptions{TypeSchemas: map[reflect.Type]*infer.Schema{
		reflect.TypeFor[tenant.Scopes]():       {Type: "string", Description: "match, calls, dial, admin; several with commas"},
		reflect.TypeFor[wording.Text]():        {Description: "a text for people with its key and values, or a string where it has no key", Properties: map[string]*infer.Schema{"key": {Type: "string"}, "values": {Type: "object"}, "text": {Type: "string", Description: "in English"}}},
		reflect.TypeFor[wording.Told]():        {Type: "string"},
		reflect.TypeFor[wording.List]():        {Type: "array", Items: &infer.Schema{Type: "string"}},
		reflect.TypeFor[time.Time]():           {Type: "string", Format: "date-time"},
		reflect.TypeFor[time.Duration]():       {Type: "integer", Description: "nanoseconds"},
		reflect.TypeFor[cache.Digest]():        {Type: "array"},
		reflect.TypeFor[[]byte]():              {Type: "string"},
		reflect.TypeFor[tenant.Wizard]():       {Type: "object", Description: "how far a draft is set up in the pages"},
		reflect.TypeFor[tenant.When]():         {Type: "string", Description: "match, no_match or always"},
		reflect.TypeFor[tenant.Role]():         {Type: "string", Description: "operator, reseller, admin or agent"},
		reflect.TypeFor[recognition.Quality](): {Type: "string", Enum: []any{"exact", "extension", "block"}},
	}})
	if err != nil {
		d.t.Fatalf("%s: %v", t, err)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		d.t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(raw, &out); err != nil {
		d.t.Fatal(err)
	}
	if in == requests {
		delete(out, "required")
		return out
	}
	return eachObject(out, func(o object) { delete(o, "additionalProperties") }).(object)
}

// eachObject calls change with every schema below s that lists its properties.
func eachObject(s any, change func(object)) any {
	switch s := s.(type) {
	case []any:
		for _, one := range s {
			eachObject(one, change)
		}
	case object:
		if s["properties"] != nil {
			change(s)
		}
		for _, one := range s {
			eachObject(one, change)
		}
	}
	return s
}

// The document is the one the routes and types make.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	made, err := json.MarshalIndent((&document{t, object{}}).make(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(description), string(made)); diff != "" {
		t.Errorf("openapi.json is not what the routes make (go test ./api -run TestOpenAPI -update):\n%s", diff)
	}
}

// The document keeps the rules of OpenAPI 3.1 that tools stumble over: operation ids are unique, every part of a path is a
// parameter, every reference leads somewhere, every schema is one.
func TestOpenAPIIsSound(t *testing.T) {
	t.Parallel()
	var doc object
	if err := json.Unmarshal(description, &doc); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			op := op.(object)
			id := op["operationId"].(string)
			if ids[id] || op["summary"] == "" {
				t.Errorf("%s %s: id %s is taken or it has no summary", method, path, id)
			}
			ids[id] = true
			var inPath []string
			for _, p := range orNothing(op["parameters"]) {
				if p := p.(object); p["in"] == "path" {
					inPath = append(inPath, "{"+p["name"].(string)+"}")
				}
			}
			if want := regexp.MustCompile(`\{[a-z]+\}`).FindAllString(path, -1); !slices.Equal(want, inPath) {
				t.Errorf("%s %s: parameters %v", method, path, inPath)
			}
			for _, s := range op["security"].([]any) {
				for name := range s.(object) {
					if doc["components"].(object)["securitySchemes"].(object)[name] == nil {
						t.Errorf("%s %s: no scheme %s", method, path, name)
					}
				}
			}
		}
	}
	for _, m := range regexp.MustCompile(`"\$ref": "#/components/([a-z]+)/([A-Za-z]+)"`).FindAllSubmatch(description, -1) {
		if doc["components"].(object)[string(m[1])].(object)[string(m[2])] == nil {
			t.Errorf("%s leads nowhere", m[0])
		}
	}
	for name := range doc["components"].(object)["schemas"].(object) {
		compile(t, "#/components/schemas/"+name)
	}
}

func orNothing(list any) []any {
	all, _ := list.([]any)
	return all
}

// compile reads a schema in the document.
func compile(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(description))
	if err != nil {
		t.Fatal(err)
	}
	eachObject(doc, func(o object) { o["additionalProperties"] = false }) // stricter than told: nothing may be forgotten
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://ringdex.example/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://ringdex.example/openapi.json" + pointer)
	if err != nil {
		t.Fatalf("%s: %v", pointer, err)
	}
	return s
}

// fits checks an answer against what the document says of it, members nobody declared included.
func fits(t *testing.T, r route, got answered) {
	t.Helper()
	what := descriptions[r.short()]
	if want := max(what.status, http.StatusOK); got.status != want {
		t.Errorf("status %d, described is %d", got.status, want)
	}
	if what.out == nil {
		if media := got.header.Get("Content-Type"); !strings.HasPrefix(strings.ToLower(media), what.media) || what.media == "" && got.body != "" {
			t.Errorf("the answer is %q %s, described is %q", media, got.body, what.media)
		}
		return
	}
	path := regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.path, "{$1}")
	path = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path)
	s := compile(t, fmt.Sprintf("#/paths/%s/%s/responses/%d/content/application~1json/schema", path, strings.ToLower(r.method), got.status))
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
	if err != nil {
		t.Fatalf("%v in %s", err, got.body)
	}
	if err := s.Validate(body); err != nil {
		t.Errorf("the answer is not as described: %v\n%s", err, got.body)
	}
}

// docs/api.md lists every route.
func TestDocsListRoutes(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../docs/api.md", "<!-- routes -->\n", "<!-- end of routes -->\n"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("%s has no place for the routes", path)
	}
	want := before + begin + routeTable() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(raw), want); diff != "" {
		t.Errorf("%s is stale (go test ./api -run TestDocs -update):\n%s", path, diff)
	}
}

func routeTable() string {
	var b strings.Builder
	b.WriteString("| call | does | who |\n|---|---|---|\n")
	who := map[need]string{needNothing: "everybody", needMatch: "scope `match`", needCalls: "scope `calls`", needDial: "scope `dial`", needCallList: "scope `calls`, admin, agent", needAdmin: "admin", needOperator: "operator, reseller"}
	for _, r := range new(API).routes() {
		if strings.HasPrefix(r.path, "/v1/tenants/:tenant/") {
			continue // the same as for the tenant's own admins
		}
		path := regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.path, "{$1}")
		fmt.Fprintf(&b, "| `%s %s` | %s | %s |\n", r.method, path, descriptions[r.short()].summary, who[r.need])
	}
	return b.String()
}
