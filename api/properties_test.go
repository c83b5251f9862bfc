package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/scripts"
)

// Promise: every call property that scripts declare is one a phone system can fill. The event tells all there is, so a property
// that stays empty is one whose way from event to script is not whole (scripts/doc.go lists its places). The phone is shared, so
// who is meant is known by the event's agent alone.
func TestEveryPropertyArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	if got := w.do(request{method: http.MethodPost, path: "/v1/users", as: a.admin, body: `{"email":"bo@example.com","name":"Bo","role":"agent","devices":[{"number":"201"}]}`}); got.status != http.StatusCreated {
		t.Fatalf("add an agent: %d %s", got.status, got.body)
	}
	names := map[string]string{}
	template := "https://crm.example/?x=1"
	for i, p := range scripts.Properties() {
		parameter := fmt.Sprintf("p%d", i)
		names[parameter] = p.Name
		template += "&" + parameter + "=#(" + p.Name + ")"
	}
	body, err := json.Marshal(map[string]string{"name": "all of it", "url": template})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.do(request{method: http.MethodPost, path: "/v1/scripts", as: a.admin, body: string(body)}); got.status != http.StatusCreated {
		t.Fatalf("add the script: %d %s", got.status, got.body)
	}
	got := w.do(request{method: http.MethodPost, path: "/v1/calls", as: a.calls, body: `{"call_id":"1","event":"ended","direction":"inbound",
		"caller":{"number":"0201234567","name":"Ada"},"device":{"number":"201","name":"Reception"},"ddi":{"number":"0205550000","name":"Support"},
		"queue":"Sales","agent":"bo@example.com","extra":{"NAME":"VIP"},
		"start_time":"2026-11-20T14:03:00Z","answer_time":"2026-11-20T14:04:00Z","end_time":"2026-11-20T14:09:00Z"}`})
	var answer struct {
		Scripts []struct{ Name, URL string }
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || got.status != http.StatusAccepted {
		t.Fatalf("%d %v: %s", got.status, err, got.body)
	}
	for _, s := range answer.Scripts {
		if s.Name != "all of it" {
			continue
		}
		_, query, _ := strings.Cut(s.URL, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		for parameter, name := range names {
			if values.Get(parameter) == "" {
				t.Errorf("#(%s) is empty: nothing of an event fills it, see scripts/doc.go", name)
			}
		}
		return
	}
	t.Fatalf("the script is not in the answer: %s", got.body)
}
