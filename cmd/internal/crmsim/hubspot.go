package crmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The HubSpot-like shape: list, search with its cap of 10,000 results, account details. Facts: HubSpot's public API
// specification collection and developers.hubspot.com, "CRM search" (read 2026-11-20).

func hubspotContact(c *Contact) any {
	return map[string]any{
		"id": strconv.Itoa(c.Index + 51), "createdAt": stamp(c.Changed), "updatedAt": stamp(c.Changed), "archived": c.Deleted,
		"url": fmt.Sprintf("https://app.hubspot.example/contacts/123456/record/0-1/%d", c.Index+51),
		"properties": map[string]any{
			"firstname": c.First, "lastname": c.Last, "company": c.Company, "email": c.Email,
			"phone": nullable(c.Phone), "mobilephone": nullable(c.Mobile), "lastmodifieddate": stamp(c.Changed),
			"hs_object_id": strconv.Itoa(c.Index + 51),
		},
	}
}

func (s *Server) hubspotList(r *http.Request) answer {
	q := r.URL.Query()
	var all []int
	if r.PathValue("object") == "contacts" {
		all = s.data.list(filter{deleted: q.Get("archived") == "true", only: q.Get("archived") == "true"})
	}
	return s.hubspotPage(r, all, intParam(q, "after", 0), min(intParam(q, "limit", 10), 100), false)
}

// searchCap is how deep one search goes.
const searchCap = 10_000

func (s *Server) hubspotSearch(r *http.Request) answer {
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return refuse("the body is no JSON")
	}
	var since time.Time
	if ms, ok := firstFilterValue(in); ok {
		since = time.UnixMilli(ms)
	}
	var all []int
	if r.PathValue("object") == "contacts" {
		all = s.data.list(filter{since: since, byTime: true})
	}
	after, _ := strconv.Atoi(fmt.Sprint(in["after"]))
	limit, _ := strconv.Atoi(fmt.Sprint(in["limit"]))
	if after >= searchCap {
		return refuse("paging beyond 10,000 results")
	}
	return s.hubspotPage(r, all, after, min(max(limit, 1), 200), true)
}

// firstFilterValue digs filterGroups[0].filters[0].value out, as unix milliseconds.
func firstFilterValue(body map[string]any) (int64, bool) {
	groups, _ := body["filterGroups"].([]any)
	if len(groups) == 0 {
		return 0, false
	}
	group, _ := groups[0].(map[string]any)
	filters, _ := group["filters"].([]any)
	if len(filters) == 0 {
		return 0, false
	}
	one, _ := filters[0].(map[string]any)
	ms, err := strconv.ParseInt(fmt.Sprint(one["value"]), 10, 64)
	return ms, err == nil
}

func (s *Server) hubspotPage(r *http.Request, all []int, from, size int, counted bool) answer {
	w := s.cut(r.URL.Path, all, from, size)
	body := append([]byte(`{"results":[`), s.data.bodies("hubspot", w.page)...)
	body = append(body, ']')
	if counted {
		body = append(body, fmt.Sprintf(`,"total":%d`, len(all))...)
	}
	if w.more {
		link := (&url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: fmt.Sprintf("after=%d", w.next)}).String()
		body = append(body, fmt.Sprintf(`,"paging":{"next":{"after":"%d","link":%q}}`, w.next, link)...)
	}
	return w.answer(append(body, '}'), map[string]string{"X-HubSpot-RateLimit-Remaining": "99"})
}

func (s *Server) hubspotAccount(*http.Request) answer {
	body, _ := json.Marshal(map[string]any{
		"portalId": 123456, "uiDomain": "app.hubspot.example", "timeZone": "Europe/Amsterdam", "accountType": "SANDBOX",
	})
	return answer{status: http.StatusOK, body: body}
}
