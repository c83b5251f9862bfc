package api

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

// Each brand of phones reads its own shape, byte for byte; nothing a contact is called breaks it, and nobody found is a page
// that says so.
func TestXMLShapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", "Name;First name;Last name;Company;Phone;Mobile\nAda Müller & Söhne;Ada;Müller & Söhne;;020 123 4567;06 12345678\n")
	const head, name = `<?xml version="1.0" encoding="UTF-8"?>` + "\n", "Ada Müller &amp; Söhne"
	for _, tt := range []struct{ file, found, nobody string }{
		{
			"yealink.xml", `<YealinkIPPhoneDirectory><DirectoryEntry><Name>` + name + `</Name><Telephone>0201234567</Telephone><Telephone>0612345678</Telephone></DirectoryEntry></YealinkIPPhoneDirectory>`,
			`<YealinkIPPhoneDirectory><DirectoryEntry><Name>No entries</Name><Telephone></Telephone></DirectoryEntry></YealinkIPPhoneDirectory>`,
		},
		{
			"snom.xml", `<SnomIPPhoneDirectory><Title>Contacts</Title><Prompt>Dial</Prompt><DirectoryEntry><Name>` + name + `</Name><Telephone>0201234567</Telephone></DirectoryEntry>` +
				`<DirectoryEntry><Name>` + name + `</Name><Telephone>0612345678</Telephone></DirectoryEntry></SnomIPPhoneDirectory>`,
			`<SnomIPPhoneDirectory><Title>Contacts</Title><Prompt>Dial</Prompt><DirectoryEntry><Name>No entries</Name><Telephone></Telephone></DirectoryEntry></SnomIPPhoneDirectory>`,
		},
		{
			"cisco.xml", `<CiscoIPPhoneDirectory><Title>Contacts</Title><Prompt>1-2</Prompt><DirectoryEntry><Name>` + name + `</Name><Telephone>0201234567</Telephone></DirectoryEntry>` +
				`<DirectoryEntry><Name>` + name + `</Name><Telephone>0612345678</Telephone></DirectoryEntry>` + ciscoKeys + `</CiscoIPPhoneDirectory>`,
			`<CiscoIPPhoneDirectory><Title>Contacts</Title><Prompt>No entries</Prompt><DirectoryEntry><Name>No entries</Name><Telephone></Telephone></DirectoryEntry>` + ciscoKeys + `</CiscoIPPhoneDirectory>`,
		},
		{
			"grandstream/phonebook.xml", `<AddressBook><version>1</version><Contact><LastName>Söhne</LastName><FirstName>Ada Müller &amp;</FirstName>` +
				`<Phone type="Work"><phonenumber>0201234567</phonenumber><accountindex>1</accountindex></Phone><Phone type="Mobile"><phonenumber>0612345678</phonenumber><accountindex>1</accountindex></Phone></Contact></AddressBook>`,
			`<AddressBook><version>1</version><Contact><LastName>No entries</LastName><FirstName></FirstName><Phone type="Work"><phonenumber></phonenumber><accountindex>1</accountindex></Phone></Contact></AddressBook>`,
		},
		{
			"fanvil.xml", `<PhoneBook><DirectoryEntry><Name>` + name + `</Name><Telephone>0201234567</Telephone><Mobile>0612345678</Mobile><Other></Other></DirectoryEntry></PhoneBook>`,
			`<PhoneBook><DirectoryEntry><Name>No entries</Name><Telephone></Telephone><Mobile></Mobile><Other></Other></DirectoryEntry></PhoneBook>`,
		},
	} {
		for search, want := range map[string]string{"": tt.found, "ada": tt.found, "MULLER": tt.found, "nobody": tt.nobody, "#SEARCH": tt.found} {
			got := w.get(c.url, "/phonebook/"+tt.file+"?search="+strings.ReplaceAll(search, "#", "%23"))
			if diff := cmp.Diff(head+want+"\n", got.body); diff != "" {
				t.Errorf("%s, %q:\n%s", tt.file, search, diff)
			}
			if media := got.header.Get("Content-Type"); media != "text/xml; charset=utf-8" {
				t.Errorf("%s is %s", tt.file, media)
			}
		}
		got := w.get(credential{}, "/phonebook/"+tt.file)
		if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s without a key: %d %v", tt.file, got.status, got.header)
		}
	}
}

const ciscoKeys = `<SoftKeyItem><Name>Dial</Name><URL>SoftKey:Dial</URL><Position>1</Position></SoftKeyItem>` +
	`<SoftKeyItem><Name>EditDial</Name><URL>SoftKey:EditDial</URL><Position>2</Position></SoftKeyItem>` +
	`<SoftKeyItem><Name>Exit</Name><URL>SoftKey:Exit</URL><Position>3</Position></SoftKeyItem>`

// Following the links of the pages shows everybody once, in order, with the key that came in the URL and the text searched
// for; a page is never longer than the phone reads.
func TestXMLPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var csv strings.Builder
	csv.WriteString("Name;Phone\n")
	for i := range 120 {
		fmt.Fprintf(&csv, "Person & %03d;020 123 4%03d\n", i, i)
	}
	csv.WriteString("Other;020 999 9999\n")
	c := w.bookOf("anna", csv.String())
	for shape, tt := range map[string]struct {
		page, entries int
		entry, link   string
	}{
		"cisco": {32, 4, "DirectoryEntry>Name", "SoftKeyItem"}, "snom": {50, 3, "DirectoryEntry>Name", "SoftKeyItem"}, "fanvil": {16, 8, "MenuItem>Prompt", "SoftKey"},
	} {
		var names []string
		pages := 0
		for next := "/phonebook/" + shape + ".xml?key=" + c.url.key + "&page=1&search=person"; next != ""; pages++ {
			got := w.get(credential{}, next)
			var page struct {
				People []struct {
					Name   string
					Prompt string
				} `xml:",any"`
			}
			var keys struct {
				Soft []struct{ Name, Label, URL, URI string } `xml:"SoftKeyItem"`
				Menu []struct{ Name, Label, URL, URI string } `xml:"SoftKey"`
			}
			w.must(xml.Unmarshal([]byte(got.body), &page))
			w.must(xml.Unmarshal([]byte(got.body), &keys))
			on := 0
			for _, one := range page.People {
				if text := one.Name + one.Prompt; strings.HasPrefix(text, "Person") {
					names = append(names, text)
					on++
				}
			}
			if on > tt.page {
				t.Errorf("%s: %d on a page", shape, on)
			}
			next = ""
			for _, k := range append(keys.Soft, keys.Menu...) {
				if k.Name == "Next" || k.Label == "Next" {
					next = strings.TrimPrefix(k.URL+k.URI, "https://ringdex.example")
				}
			}
			if shape == "snom" && strings.Contains(got.body, "&amp;page") {
				t.Errorf("some phones do not decode that: %s", got.body)
			}
		}
		if len(names) != 120 || names[0] != "Person & 000" || names[119] != "Person & 119" || pages != tt.entries {
			t.Errorf("%s: %d people on %d pages: %v", shape, len(names), pages, names)
		}
	}
}

// A key that asks too often is told so on the phone's display.
func TestXMLFailureCanBeShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	slow := credential{key: w.key(c.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 0.01})}
	w.get(slow, "/phonebook/yealink.xml")
	got := w.get(slow, "/phonebook/yealink.xml")
	if got.status != http.StatusOK || !strings.Contains(got.body, "<Name>this key asks more often than it may") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A 3CX gets a template it can load, with a working key in it; what it says of calls and contacts arrives, once; nothing it
// is answered holds what it would take for an expression.
func Test3CX(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book+"Odd [Number];;;[x] BV;020 333 3333;;\n")
	made := w.do(request{method: http.MethodPost, path: "/v1/systems/" + string(c.system) + "/3cx-template", as: c.boss})
	var crm struct {
		Country    string `xml:"Country,attr"`
		Parameters []struct {
			Name    string `xml:"Name,attr"`
			Default string `xml:"Default,attr"`
		} `xml:"Parameters>Parameter"`
		Scenarios []struct {
			ID      string `xml:"Id,attr"`
			Request struct {
				URL string `xml:"Url,attr"`
			}
		} `xml:"Scenarios>Scenario"`
	}
	w.must(xml.Unmarshal([]byte(made.body), &crm))
	if crm.Country != "NL" || len(crm.Scenarios) != 3 || crm.Parameters[0].Default != "https://ringdex.example" {
		t.Errorf("template %+v", crm)
	}
	key := credential{key: crm.Parameters[1].Default}
	if shown := w.get(c.boss, "/v1/systems/"+string(c.system)+"/3cx-template"); strings.Contains(shown.body, key.key) || shown.status != 200 {
		t.Errorf("the key is shown again: %d", shown.status)
	}
	if got := w.get(key, "/3cx/lookup?number=0201234567").body; !strings.Contains(got, `"last":"Ada Muster","company":"Muster AG","email":"ada@muster.example","phone":"0201234567"`) {
		t.Errorf("look-up %s", got)
	}
	if got := w.get(key, "/3cx/lookup?number=0201111111").body; strings.TrimSpace(got) != `{"contacts":[]}` {
		t.Errorf("nobody %s", got)
	}
	if got := readAs[pbxContacts](t, w.get(key, "/3cx/lookup?number=0203333333").body); strings.ContainsAny(fmt.Sprint(got.Contacts[0]), "[]") {
		t.Errorf("brackets: %+v", got)
	}
	created := w.do(request{method: http.MethodPost, path: "/3cx/contacts", as: key, body: `{"number":"020 111 1111","first":"Eva","last":"New","company":"New BV"}`})
	if created.status != 200 || w.get(key, "/v1/name?number=0201111111").body != "Eva New (New BV)" {
		t.Errorf("created %d %s", created.status, created.body)
	}
	for range 2 {
		if got := w.do(request{method: http.MethodPost, path: "/3cx/journal", as: key, body: `{"type":"Missed","number":"0201234567","agent":"201","duration":"00:00:00","start":"2026-11-20T13:00:00Z"}`}); got.status != 204 {
			t.Errorf("report %d %s", got.status, got.body)
		}
	}
	page, err := w.Calls.History(t.Context(), c.id, calls.Filter{State: calls.StateMissed})
	w.must(err)
	if len(page.Calls) != 1 || page.Calls[0].Known.Matches[0].Name != "Ada Muster" {
		t.Errorf("history %+v", page.Calls)
	}
}

// A phone system's own shape of JSON is made from a closed set of values, each encoded for its place; one that makes no JSON
// or names something else cannot be saved.
func TestLookupShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book+`O'Neil "Bob";;;Back\slash;020 333 3333;;`+"\n")
	set := func(template, none string) answered {
		body, _ := json.Marshal(map[string]string{"lookup-template": template, "lookup-none": none})
		return w.do(request{method: http.MethodPatch, path: "/v1/systems/default", as: c.boss, body: string(body)})
	}
	if got := set(`{"data":[{"n":"$(DisplayName)","c":"$(Company)","t":"$(Number)"}]}`, `{"data":[]}`); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for ask, want := range map[string]string{
		"/v1/lookup?number=0201234567":      `{"data":[{"n":"Ada Muster","c":"Muster AG","t":"0201234567"}]}`,
		"/v1/lookup?PhoneNumber=0201111111": `{"data":[]}`,
		"/v1/lookup?phone=0203333333":       `{"data":[{"n":"O'Neil Bob","c":"Backslash","t":"0203333333"}]}`,
		"/v1/lookup?number=0205550000":      `{"data":[{"n":"","c":"Shared BV","t":"0205550000"}]}`,
	} {
		if got := w.get(c.match, ask).body; got != want {
			t.Errorf("%s: %s, want %s", ask, got, want)
		}
	}
	posted := w.do(request{method: http.MethodPost, path: "/v1/lookup", as: c.match, body: `{"inputs":{"phoneNumber":"31201234567"}}`})
	if want := `{"data":[{"n":"Ada Muster","c":"Muster AG","t":"31201234567"}]}`; posted.body != want {
		t.Errorf("%s, want %s", posted.body, want)
	}
	for _, bad := range [][2]string{{`{"n":"$(Password)"}`, "{}"}, {`{"n":$(DisplayName}`, "{}"}, {`{"n":"x"`, "{}"}, {"{}", "nobody"}} {
		if got := set(bad[0], bad[1]); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v was saved: %d", bad, got.status)
		}
	}
}

// A softphone keeps one connection: pages of other origins and wrong keys get none, a message that cannot be understood is
// answered as an error, a revoked key ends it.
func TestSoftphone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	ctx := t.Context()
	dial := func(key string, origin string) (*websocket.Conn, int) {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, resp, err := websocket.Dial(ctx, server.URL+"/v1/softphone?key="+key, &websocket.DialOptions{HTTPHeader: header})
		if err != nil && resp == nil {
			t.Fatal(err)
		}
		return conn, resp.StatusCode
	}
	for _, tt := range []struct {
		key, origin string
		want        int
	}{{"rdx_x", "", 401}, {c.match.key, "", 401}, {c.url.key, "https://evil.example", 403}, {c.url.key, server.URL, 101}, {c.url.key, "", 101}} {
		conn, status := dial(tt.key, tt.origin)
		if status != tt.want {
			t.Errorf("origin %q: %d, want %d", tt.origin, status, tt.want)
		}
		if conn != nil {
			_ = conn.CloseNow()
		}
	}
	conn, _ := dial(c.url.key, "")
	defer func() { _ = conn.CloseNow() }()
	for _, tt := range []struct{ ask, want string }{
		{`{"message":"dnLookup","type":"request","id":7,"data":{"number":"0201234567"}}`, `{"message":"dnLookup","type":"response","id":7,"data":{"number":"0201234567","displayName":"Ada Muster (Muster AG)"}}`},
		{`{"message":"dnLookup","id":"a","data":{"number":"anonymous"}}`, `{"message":"dnLookup","type":"response","id":"a","data":{"number":"anonymous","displayName":""}}`},
		{`{"message":"format","id":"a","data":{}}`, `{"message":"format","type":"error","id":"a","data":{"error":"message must be dnLookup or launchCrmIntegration"}}`},
		{`{`, `{"message":"","type":"error","data":{"error":"a message is a JSON object"}}`},
		{`{"message":"dnLookup","data":[]}`, `{"message":"dnLookup","type":"error","data":{"error":"data must hold the number as text"}}`},
	} {
		w.must(conn.Write(ctx, websocket.MessageText, []byte(tt.ask)))
		_, got, err := conn.Read(ctx)
		w.must(err)
		if string(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.ask, got, tt.want)
		}
	}
	keys, err := w.Directory.Keys(ctx, c.id)
	w.must(err)
	for _, k := range keys {
		w.must(w.Directory.RevokeKey(ctx, by, c.id, k.ID))
	}
	w.must(conn.Write(ctx, websocket.MessageText, []byte(`{"message":"dnLookup","data":{"number":"1"}}`)))
	if _, _, err := conn.Read(context.WithoutCancel(ctx)); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("after its key was revoked: %v", err)
	}
}
