package crmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// window is one page of a list.
type window struct {
	all    []int // the list
	page   []int // the part asked for
	number int   // page number from 1
	size   int
	from   int // offset of the page
	next   int // offset of the next page
	more   bool
	fault  *Fault
}

// cut takes a page out of a list, and lets the faults of lists happen to it.
func (s *Server) cut(path string, all []int, from, size int) window {
	size = max(1, size)
	from = min(max(0, from), len(all))
	w := window{all: all, size: size, from: from, number: from/size + 1}
	w.fault = s.faults.take(path, w.number)
	start := from
	if w.fault.is(IgnoreCursor) {
		start = 0
	}
	end := min(start+size, len(all))
	w.page, w.next, w.more = all[start:end], end, end < len(all)
	switch {
	case w.fault.is(Loop):
		w.next, w.more = from, true
	case w.fault.is(Empty):
		w.page, w.more = nil, false
	case w.fault.is(NoRecords):
		w.page, w.more = nil, true
	case w.fault.is(ForeignNext):
		w.more = true
	}
	return w
}

// answer puts a page into its envelope.
func (w window) answer(body []byte, header map[string]string) answer {
	return answer{status: http.StatusOK, header: header, body: body, fault: w.fault, page: w.number}
}

// intParam reads a parameter, with a default.
func intParam(q url.Values, name string, otherwise int) int {
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

// filterOf reads the parameters every list of the own shape has.
func filterOf(q url.Values) (filter, error) {
	f := filter{deleted: q.Get("deleted") == "include"}
	if text := q.Get("changed_since"); text != "" {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return f, fmt.Errorf("changed_since is no RFC 3339 time")
		}
		f.since, f.byTime, f.deleted = t, true, true
	}
	return f, nil
}

const ownPageLimit = 2000

// byCursor is GET /api/v1/contacts?limit=&cursor=&changed_since=&fields=.
func (s *Server) byCursor(r *http.Request) answer {
	q := r.URL.Query()
	if a, bad := s.unknownField(q.Get("fields")); bad {
		return a
	}
	f, err := filterOf(q)
	if err != nil {
		return refuse(err.Error())
	}
	from := intParam(url.Values{"c": {trimCursor(q.Get("cursor"))}}, "c", 0)
	w := s.cut(r.URL.Path, s.data.list(f), from, min(intParam(q, "limit", 100), ownPageLimit))
	return w.answer(s.envelope(w, "", cursorOf(w)), nil)
}

func cursorOf(w window) string {
	if !w.more {
		return ""
	}
	return "after-" + strconv.Itoa(w.next)
}

func trimCursor(c string) string { return c[min(len(c), len("after-")):] }

// envelope is the body of a page in the own shape; a next that is empty becomes null.
func (s *Server) envelope(w window, link, cursor string) []byte {
	body := append([]byte(`{"contacts":[`), s.data.bodies("own", w.page)...)
	body = append(body, fmt.Sprintf(`],"total":%d,"more":%t,"server_time":%q`, len(w.all), w.more, stamp(s.o.Now()))...)
	for name, value := range map[string]string{"cursor": cursor, "link": link} {
		text := []byte("null")
		if value != "" {
			text, _ = json.Marshal(value)
		}
		body = append(append(body, fmt.Sprintf(`,%q:`, name)...), text...)
	}
	return append(body, '}')
}

// byWay is the same list in another way of paging: offset, page, link, next, relative, keyset, body.
func (s *Server) byWay(r *http.Request) answer {
	q := r.URL.Query()
	f, err := filterOf(q)
	if err != nil {
		return refuse(err.Error())
	}
	size := min(intParam(q, "limit", 100), ownPageLimit)
	all, from, header := s.data.list(f), 0, map[string]string{}
	switch r.PathValue("way") {
	case "offset", "next", "relative", "link":
		from = intParam(q, "offset", 0)
	case "page":
		from = (max(1, intParam(q, "page", 1)) - 1) * size
	case "keyset":
		from = after(all, q.Get("after"))
	case "body":
		var in struct {
			Cursor string `json:"cursor"`
			Limit  int    `json:"limit"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			return refuse("the body is no JSON")
		}
		size = in.Limit
		from = intParam(url.Values{"c": {trimCursor(in.Cursor)}}, "c", 0)
	default:
		return answer{status: http.StatusNotFound, body: []byte(`{"error":"no such way"}`)}
	}
	w := s.cut(r.URL.Path, all, from, size)
	link := s.nextLink(r, w)
	if r.PathValue("way") == "link" && w.more {
		header["Link"] = "<" + link + `>; rel="next", <https://crm.example/first>; rel="first"`
	}
	return w.answer(s.envelope(w, link, cursorOf(w)), header)
}

// nextLink is the address of the next page, absolute except for the way called relative.
func (s *Server) nextLink(r *http.Request, w window) string {
	if !w.more {
		return ""
	}
	u := *r.URL
	q := u.Query()
	q.Set("offset", strconv.Itoa(w.next))
	u.RawQuery = q.Encode()
	if r.PathValue("way") != "relative" {
		u.Scheme, u.Host = "http", r.Host
	}
	if w.fault.is(ForeignNext) {
		u.Scheme, u.Host = "http", "elsewhere.example"
	}
	return u.String()
}

// after finds where a keyset goes on behind an id.
func after(all []int, id string) int {
	var n int
	if _, err := fmt.Sscanf(id, "c-%d", &n); err != nil {
		return 0
	}
	at, _ := slices.BinarySearch(all, n) // id c-n is index n-1, so this is the first behind it
	return at
}

// deletions is GET /api/v1/deletions?since=&limit=&cursor=: ids and times only.
func (s *Server) deletions(r *http.Request) answer {
	q := r.URL.Query()
	since, err := time.Parse(time.RFC3339, q.Get("since"))
	if err != nil && q.Get("since") != "" {
		return refuse("since is no RFC 3339 time")
	}
	all := s.data.list(filter{since: since, deleted: true, only: true, byTime: true})
	from := intParam(url.Values{"c": {trimCursor(q.Get("cursor"))}}, "c", 0)
	w := s.cut(r.URL.Path, all, from, min(intParam(q, "limit", 100), ownPageLimit))
	type gone struct {
		ID string `json:"id"`
		At string `json:"at"`
	}
	list := []gone{}
	for _, i := range w.page {
		if c, ok := s.data.copyOf(i); ok {
			list = append(list, gone{c.ID(), stamp(c.Changed)})
		}
	}
	body, _ := json.Marshal(map[string]any{"deletions": list, "cursor": cursorOf(w), "server_time": stamp(s.o.Now())})
	return w.answer(body, nil)
}

func (s *Server) account(*http.Request) answer {
	body, _ := json.Marshal(map[string]any{"name": "Simulated CRM", "contacts": s.o.Contacts, "simulated": true})
	return answer{status: http.StatusOK, body: body}
}

func refuse(text string) answer {
	body, _ := json.Marshal(map[string]string{"error": text})
	return answer{status: http.StatusBadRequest, body: body}
}
