package presettest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

const sessions = `format: 1
id: sample
name: Sample
summary: A CRM with sessions that answers XML to POST.
kind: rest
maturity: beta
options: [ { name: key, type: secret } ]
auth:
  kind: session
  headers: { X-Session: $(session.id) }
  session:
    - { post: /rpc, body: { type: application/xml, text: "<begin/>" }, keep: { challenge: answer.challenge } }
    - { post: /rpc, body: { type: application/xml, text: "<proof>$(session.challenge)</proof>" }, keep: { id: answer.session } }
http:
  base_url: https://crm.example.com
  answer: xml
  errors: [ { status: [403], do: refresh_token } ]
streams:
  - id: contact
    request: { post: /rpc, body: { type: application/xml, text: "<list page='$(page.number)'/>" } }
    records: answer.contact
    page: { kind: page_number, pages: answer.pages }
    record: { id: "@id" }
    phones: [ { path: phone } ]
tests:
  - { name: all, exchange: [ all.http ], want: all.json }
`

const sessionTape = `POST /rpc

<begin/>

HTTP/1.1 200 OK
Content-Type: text/xml

<answer><challenge>c1</challenge></answer>

###
POST /rpc

<proof>c1</proof>

HTTP/1.1 200 OK
Content-Type: text/xml

<answer><session>s1</session></answer>

###
POST /rpc
X-Session: s1

<list page='1'/>

HTTP/1.1 200 OK
Content-Type: text/xml

<answer><pages>2</pages><contact id="1"><phone>020 123 45 67</phone></contact><contact id="2"><phone>06 1234</phone></contact></answer>

###
POST /rpc
X-Session: s1

<list page='2'/>

HTTP/1.1 200 OK
Content-Type: text/xml

<answer><pages>2</pages><contact id="3"><phone/></contact><contact id="4"/></answer>
`

func sessionPreset(t *testing.T, change ...string) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(fstest.MapFS{
		"sample/preset.yaml": {Data: []byte(strings.NewReplacer(change...).Replace(sessions))},
		"sample/icon.svg":    {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"sample/all.http":    {Data: []byte(sessionTape)},
		"sample/all.json": {Data: []byte(`{"full":true,"records": [
{"id":"1","identifier":"1","phones":[{"raw":"020 123 45 67","column":"phone"}]},
{"id":"2","identifier":"2","phones":[{"raw":"06 1234","column":"phone"}]},
{"id":"3","identifier":"3"},
{"id":"4","identifier":"4"}
]}`)},
	}, "sample", kinds())
	for _, l := range lints {
		if !strings.Contains(l.Text, "option key is used nowhere") {
			t.Fatal(l)
		}
	}
	return p
}

// Promise: every fault is tried on a CRM with sessions, POST lists and XML too: a session that ends before each page begins
// again in all its steps, and an answer that breaks off is no page, noticed or not.
func TestFaultsOfSessions(t *testing.T) {
	t.Parallel()
	faults := map[string]int{}
	for _, r := range presettest.All(t.Context(), rest.Kind{}, sessionPreset(t)) {
		faults[r.Fault] = r.Requests
		for _, problem := range r.Problems {
			t.Errorf("%s: %s", r.Fault, problem)
		}
	}
	for fault, requests := range map[string]int{"": 4, "throttle": 8, "cut": 12, "slow": 8, "expire": 10} {
		if faults[fault] != requests {
			t.Errorf("%s: %d requests, want %d", fault, faults[fault], requests)
		}
	}
	if _, ok := faults["repeat"]; !ok {
		t.Error("a page that repeats was not tried")
	}
}

// Promise: a preset that does not know its CRM's way of ending a session fails its test.
func TestUnknownEndOfSession(t *testing.T) {
	t.Parallel()
	p := sessionPreset(t, "status: [403], do: refresh_token", "status: [401], do: fail")
	if r := presettest.Replay(t.Context(), rest.Kind{}, p, p.Tests[0], "expire"); r.Passed() {
		t.Error("it passed")
	}
}
