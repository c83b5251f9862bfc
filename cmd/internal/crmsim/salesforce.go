package crmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The Salesforce-like shape, as far as the preset uses it: SOQL with SELECT, FROM and one condition on SystemModstamp,
// pages by locator. Facts: developer.salesforce.com, REST API guide, pages query and queryAll (read 2026-11-20).

var (
	soqlForm  = regexp.MustCompile(`(?i)^\s*SELECT\s+(.+?)\s+FROM\s+(\w+)(.*)$`)
	soqlSince = regexp.MustCompile(`(?i)SystemModstamp\s*>=?\s*(\S+)`)
)

// snapshots are lists held for locators, so that a page is the same however often it is asked for.
type snapshots struct {
	mu   sync.Mutex
	last int
	held map[string][]int
}

func (s *snapshots) hold(list []int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	id := fmt.Sprintf("01g%012d", s.last)
	s.held[id] = list
	return id
}

func (s *snapshots) get(id string) ([]int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, ok := s.held[id]
	return list, ok
}

func salesforceContact(c *Contact) any {
	return map[string]any{
		"attributes": map[string]string{"type": "Contact", "url": "/services/data/v66.0/sobjects/Contact/" + salesforceID(c)},
		"Id":         salesforceID(c), "IsDeleted": c.Deleted, "SystemModstamp": c.Changed.UTC().Format("2006-01-02T15:04:05.000+0000"),
		"Name": c.Name(), "FirstName": c.First, "LastName": c.Last, "Email": c.Email, "Company": c.Company,
		"Account": map[string]any{"attributes": map[string]string{"type": "Account"}, "Name": c.Company},
		"Phone":   nullable(c.Phone), "MobilePhone": nullable(c.Mobile), "HomePhone": nil, "OtherPhone": nil,
		"MasterRecordId": nil,
	}
}

func salesforceID(c *Contact) string { return fmt.Sprintf("003%012dAAA", c.Index+1) }

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// soql is GET /services/data/vNN/query and queryAll.
func (s *Server) soql(r *http.Request) answer {
	parts := soqlForm.FindStringSubmatch(r.URL.Query().Get("q"))
	if parts == nil {
		return answer{status: http.StatusBadRequest, body: []byte(`[{"message":"unexpected token","errorCode":"MALFORMED_QUERY"}]`)}
	}
	for _, field := range strings.Split(parts[1], ",") {
		if f := strings.TrimSpace(field); !s.has(sfFields, f) {
			return invalidField(f)
		}
	}
	f := filter{byTime: true, deleted: strings.HasSuffix(r.URL.Path, "queryAll")}
	if cond := soqlSince.FindStringSubmatch(parts[3]); cond != nil {
		t, err := time.Parse(time.RFC3339, cond[1])
		if err != nil {
			return answer{status: http.StatusBadRequest, body: []byte(`[{"message":"bad datetime","errorCode":"INVALID_QUERY_FILTER_OPERATOR"}]`)}
		}
		f.since = t
	}
	var all []int
	if parts[2] == "Contact" {
		all = s.data.list(f)
	}
	return s.soqlPage(r, s.lists.hold(all), all, 0)
}

func (s *Server) soqlMore(r *http.Request) answer {
	id, offset, _ := strings.Cut(r.PathValue("locator"), "-")
	all, ok := s.lists.get(id)
	from, err := strconv.Atoi(offset)
	if !ok || err != nil {
		return answer{status: http.StatusNotFound, body: []byte(`[{"message":"locator","errorCode":"INVALID_QUERY_LOCATOR"}]`)}
	}
	return s.soqlPage(r, id, all, from)
}

func (s *Server) soqlPage(r *http.Request, id string, all []int, from int) answer {
	w := s.cut(r.URL.Path, all, from, sfPageSize(r))
	head := fmt.Sprintf(`{"totalSize":%d,"done":%t,`, len(all), !w.more)
	if w.more {
		host := ""
		if w.fault.is(ForeignNext) {
			host = "https://elsewhere.example"
		}
		head += fmt.Sprintf(`"nextRecordsUrl":"%s/services/data/%s/query/%s-%d",`, host, r.PathValue("version"), id, w.next)
	}
	body := append([]byte(head+`"records":[`), s.data.bodies("salesforce", w.page)...)
	return w.answer(append(body, "]}"...), map[string]string{"Sforce-Limit-Info": "api-usage=18/100000"})
}

func sfPageSize(r *http.Request) int {
	var n int
	if _, err := fmt.Sscanf(r.Header.Get("Sforce-Query-Options"), "batchSize=%d", &n); err != nil {
		return 2000
	}
	return min(max(n, 1), 2000)
}

func (s *Server) limits(*http.Request) answer {
	body, _ := json.Marshal(map[string]any{"DailyApiRequests": map[string]int{"Max": 100000, "Remaining": 99982}})
	return answer{status: http.StatusOK, body: body}
}
