package api

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/tenant"
)

// mouth is a way to ask whose a number is; the answer is the line a phone would show, "" for nobody.
type mouth struct {
	name string
	ask  func(number string) string
}

// mouths are all there are, over real connections.
func (p *phones) mouths(c *customer) []mouth {
	t := p.tb
	server := httptest.NewServer(p.handler)
	t.Cleanup(server.Close)
	get := func(path string) string {
		got := p.get(c.match, path)
		if got.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		return got.body
	}
	asked := func(path string) func(string) string {
		return func(number string) string { return get(path + url.QueryEscape(number)) }
	}
	conn := p.dial(c.match.key)
	all := []mouth{
		{"name", asked("/v1/name?number=")},
		{"name as a form", func(n string) string {
			values, err := url.ParseQuery(get("/v1/name?format=form&number=" + url.QueryEscape(n)))
			p.must(err)
			return values.Get("name")
		}},
		{"name as JSON", func(n string) string {
			return readAs[named](t, get("/v1/name?format=json&number="+url.QueryEscape(n))).Name
		}},
		{"look-up", func(n string) string {
			return readAs[struct{ Line string }](t, get("/v1/lookup?number="+url.QueryEscape(n))).Line
		}},
		{"3CX", func(n string) string {
			list := readAs[pbxContacts](t, get("/3cx/lookup?number="+url.QueryEscape(n))).Contacts
			if len(list) == 0 {
				return ""
			}
			name := strings.TrimSpace(list[0].First + " " + list[0].Last)
			switch {
			case name == "":
				return list[0].Company
			case list[0].Company == "" || strings.EqualFold(name, list[0].Company):
				return name
			}
			return name + " (" + list[0].Company + ")"
		}},
		{"softphone", p.softphoneMouth(server, c)},
		{"match", func(n string) string { return lineOf(t, get("/v1/match?number="+url.QueryEscape(n))) }},
	}
	for _, filter := range []string{"(|(telephoneNumber=%s)(mobile=%s))", "(telephoneNumber=%s*)", "(|(telephoneNumber=*%s)(mobile=*%s)(homePhone=*%s))", "(&(ipPhone=%s)(cn=*))"} {
		all = append(all, mouth{"LDAP " + filter, func(n string) string {
			if (strings.Contains(filter, "*%s") || strings.Contains(filter, "%s*")) && typing(n) || n == "" {
				return skipped // without a number, the pattern is "whoever has one"
			}
			f := strings.ReplaceAll(filter, "%s", ldap.EscapeFilter(n))
			found, err := conn.Search(ldap.NewSearchRequest("dc=ringdex", ldap.ScopeWholeSubtree, 0, 0, 0, false, f, []string{"displayName"}, nil))
			p.must(err)
			if len(found.Entries) == 0 {
				return ""
			}
			if len(found.Entries) > 1 {
				t.Errorf("%s: %d people", f, len(found.Entries))
			}
			return found.Entries[0].GetAttributeValue("displayName")
		}})
	}
	for _, shape := range []string{"yealink", "snom"} {
		all = append(all, mouth{"XML " + shape, func(n string) string {
			if _, digits := strings.CutPrefix(n, "+"); !digits && strings.Trim(n, "0123456789") != "" || len(n) < 2 || typing(n) {
				return skipped // typed text that is no number is a name
			}
			var page struct {
				Entries []struct{ Name, Telephone string } `xml:"DirectoryEntry"`
			}
			p.must(xml.Unmarshal([]byte(get("/phonebook/"+shape+".xml?search="+url.QueryEscape(n))), &page))
			if len(page.Entries) == 1 && page.Entries[0].Telephone == "" {
				return ""
			}
			if len(page.Entries) != 1 {
				t.Errorf("%s %s: %d entries", shape, n, len(page.Entries))
			}
			return page.Entries[0].Name
		}})
	}
	return all
}

// typing tells whether phones ask with n while somebody types a number: everybody with that beginning is listed.
func typing(n string) bool {
	return len(n) >= 3 && len(n) <= 6 && strings.Trim(n, "+0123456789") == "" && (n[0] == '0' || n[0] == '+')
}

const skipped = "(not asked)"

func readAs[T any](tb testing.TB, body string) (v T) {
	tb.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		tb.Errorf("%v in %s", err, body)
	}
	return v
}

// lineOf makes the line of rule 16 from the whole answer, by itself.
func lineOf(tb testing.TB, body string) string {
	m := readAs[struct {
		Number  struct{ Name string }
		Matches []struct{ Name, Company, Quality string }
	}](tb, body)
	if len(m.Matches) == 0 {
		return m.Number.Name
	}
	names, companies := map[string]bool{}, map[string]bool{}
	for _, one := range m.Matches {
		names[strings.ToLower(one.Name)], companies[strings.ToLower(one.Company)] = true, true
	}
	first := m.Matches[0]
	switch {
	case len(m.Matches) == 1 && first.Name != "" && first.Company != "":
		return first.Name + " (" + first.Company + ")"
	case len(m.Matches) == 1 && first.Name != "":
		return first.Name
	case len(names) == 1 && first.Name != "":
		return first.Name + " (" + first.Company + ")"
	case len(companies) == 1:
		return first.Company
	}
	return ""
}

func (p *phones) softphoneMouth(server *httptest.Server, c *customer) func(string) string {
	ctx, cancel := context.WithCancel(p.tb.Context())
	conn, _, err := websocket.Dial(ctx, server.URL+"/v1/softphone", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + c.match.key}}})
	p.must(err)
	p.tb.Cleanup(func() { _ = conn.CloseNow(); cancel() })
	return func(n string) string {
		ask, err := json.Marshal(map[string]any{"message": "dnLookup", "type": "request", "id": n, "data": map[string]string{"number": n}})
		p.must(err)
		p.must(conn.Write(ctx, websocket.MessageText, ask))
		_, text, err := conn.Read(ctx)
		p.must(err)
		got := readAs[struct {
			Message, Type, ID string
			Data              softphoneNumber
		}](p.tb, string(text))
		if got.Message != "dnLookup" || got.Type != "response" || got.ID != n || got.Data.Number != n {
			p.tb.Errorf("a softphone is answered %s", text)
		}
		return got.Data.DisplayName
	}
}

// questions are 200 numbers in the ways phone systems write them: known, unknown, ambiguous, withheld, internal, shared,
// in a block, foreign, the tenant's own.
func questions() []string {
	list := []string{
		"", "anonymous", "Anonymous", "unknown", "restricted", "unavailable", "private", "asserted-none", "0", "000", "999", "P",
		"101", "301", "*97", "**1", "112", "201", "0201234567", "+31201234567", "0031201234567", "31201234567", "00 31 20 123 4567",
		"+31 (0)20 1234567", "sip:+31201234567@10.0.0.1;user=phone", "tel:+31-20-123-4567;ext=12", `"Ada" <0201234567>`, `"Ada" <sip:+31201234567@x>`,
		"0612345678", "+31612345678", "0031612345678", "31612345678", "0205550000", "+31205550000", "0205551111", "+31205551111",
		"004930 12345678", "+493012345678", "00493012345678", "493012345678", "030 12345678", "+4930123456", "+442079460018", "0044 20 7946 0018",
		"0209998888", "+31209998888", "0207654321", "0201230000", "+31201230000", "0201230012", "+31201230012", "0207770000", "+31207770001", "0207770055", "+31207770099",
		"4915112345678", "6562123456", "+1 212 555 0100", "800", "08001234", "14020", "hello", "06", "0201", "02012345", "020123456", "02012345678", "1234567",
	}
	for i := 0; len(list) < 200; i++ {
		list = append(list, fmt.Sprintf("0201%06d", i*7919%1_000_000), fmt.Sprintf("+3161%07d", i*104_729%10_000_000))
	}
	return list[:200]
}

// Every mouth names the same person for the same number, or nobody: HTTP in each form, 3CX, LDAP with each phone's pattern,
// XML phone books and softphones.
func TestEveryMouthSaysTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book+`Ina Inside;Ina;Inside;Stem BV;020 123 0000 ext 12;;
Jan Inside;Jan;Inside;Stem BV;020 123 0000 ext 13;;
Kim Block;Kim;Block;Hundred BV;020 777 0001;;
Lou Block;Lou;Block;Hundred BV;020 777 0002;;
Mia Block;Mia;Block;Hundred BV;020 777 0003;;
Noa Brit;Noa;Brit;Brit Ltd;+44 20 7946 0018;;
Odd [1] "Quote" <x>;;;R&D; +49 151 12345678;;
Pia Leer;Pia;Leer;;+49 491 512345678;;
`)
	_, err := w.Directory.SetAccount(t.Context(), by, c.id, map[string]string{"own_numbers": "+31 20 620 0000"})
	w.must(err)
	mouths := w.ldap().mouths(c)
	known := 0
	for _, n := range append(questions(), "0206200000", "+31206200000", "+4915112345678") {
		want := mouths[0].ask(n)
		if want != "" {
			known++
		}
		for _, m := range mouths[1:] {
			got := m.ask(n)
			if m.name == "match" && strings.Contains(got, "[") {
				got = want // the whole answer is data, not a line
			}
			if got != want && got != skipped {
				t.Errorf("%s says %q is %q, /v1/name says %q", m.name, n, got, want)
			}
		}
	}
	if known < 25 {
		t.Errorf("only %d of the numbers are known", known)
	}
}

// Whatever is asked at /v1/name, nothing but a name stands in the body, and no status hides one: what three phone systems
// send, as they send it.
func TestNameForPhoneSystems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	digits, err := w.Directory.AddSystem(t.Context(), by, c.id, map[string]string{"name": "digits", "number-form": "e164_digits", "name-max": "12", "name-ascii": "true"})
	w.must(err)
	short := w.key(c.id, tenant.Key{Scopes: tenant.ScopeMatch, System: digits.ID, URLKey: true})
	for _, tt := range []struct {
		name string
		req  request
		want string
	}{
		{"Asterisk", request{path: "/v1/name?number=%2B31201234567", as: c.match}, "Ada Muster (Muster AG)"},
		{"FreePBX", request{path: "//v1/name?number=0201234567", header: basic(c.match.key)}, "Ada Muster (Muster AG)"},
		{"a plus that became a blank", request{path: "/v1/name?number= 31201234567", as: c.match}, "Ada Muster (Muster AG)"},
		{"FreeSWITCH", request{path: "/v1/name?key=" + short + "&number=31201234567"}, "Ada Muster (M"},
		{"letters a display has", request{path: "/v1/name?key=" + short + "&number=31207654321"}, "Zofie Grosse"},
		{"nobody", request{path: "/v1/name?number=0201111111", as: c.match}, ""},
		{"HEAD", request{method: "HEAD", path: "/v1/name?number=0201234567", as: c.match}, "Ada Muster (Muster AG)"},
		{"what else is sent", request{path: "/v1/name?number=0201234567&uniqueid=17.3&lang=en", as: c.match}, "Ada Muster (Muster AG)"},
		{"Asterisk's hash", request{path: "/v1/name?format=form&number=0201234567", as: c.match}, "company=Muster+AG&name=Ada+Muster+%28Muster+AG%29&url="},
		{"wrong key", request{path: "/v1/name?number=0201234567", as: credential{key: "rdx_x"}}, ""},
	} {
		tt.req.path = strings.ReplaceAll(tt.req.path, "number= ", "number=%20")
		if tt.req.method == "" {
			tt.req.method = http.MethodGet
		}
		got := w.do(tt.req)
		if tt.name == "FreeSWITCH" {
			tt.want = "Ada Muster ("
		}
		if got.body != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got.body, tt.want)
		}
	}
}

func basic(key string) http.Header {
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	r.SetBasicAuth(key, "x")
	return r.Header
}
