package crmsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// faultsOverHTTP is /sim/faults: POST adds one fault or a list, DELETE ends all, GET tells what is open.
func (s *Server) faultsOverHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		list, err := readFaults(r)
		if err != nil {
			http.Error(w, "send a fault or a list of faults as JSON; kinds are "+kindList(), http.StatusBadRequest)
			return
		}
		s.Inject(list...)
	case http.MethodDelete:
		s.ClearFaults()
	case http.MethodGet:
	default:
		http.Error(w, "GET, POST or DELETE", http.StatusMethodNotAllowed)
		return
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	reply(w, map[string]any{"faults": s.faults.open})
}

func readFaults(r *http.Request) ([]Fault, error) {
	var raw json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
		return nil, err
	}
	var list []Fault
	if err := json.Unmarshal(raw, &list); err != nil {
		var one Fault
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, err
		}
		list = []Fault{one}
	}
	for _, f := range list {
		if !slices.Contains(FaultKinds(), f.Kind) {
			return nil, http.ErrNotSupported
		}
	}
	return list, nil
}

func kindList() string {
	text := ""
	for _, k := range FaultKinds() {
		text += " " + string(k)
	}
	return text
}

// requestsOverHTTP is GET /sim/requests: the log and the identity provider's counts.
func (s *Server) requestsOverHTTP(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{"requests": s.Requests(), "oauth": s.OAuthCounts()})
}

// recordsOverHTTP is POST /sim/contacts/{index}/change and /delete; the index counts from 0.
func (s *Server) recordsOverHTTP(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(r.PathValue("index"))
	if _, ok := s.data.copyOf(i); err != nil || !ok {
		http.Error(w, "there is no such contact", http.StatusNotFound)
		return
	}
	switch r.PathValue("do") {
	case "change":
		reply(w, map[string]string{"number": s.Change(i)})
	case "delete":
		s.Delete(i)
		reply(w, map[string]bool{"deleted": true})
	default:
		http.Error(w, "change or delete", http.StatusNotFound)
	}
}

// shrinkOverHTTP is POST /sim/shrink/{percent}.
func (s *Server) shrinkOverHTTP(w http.ResponseWriter, r *http.Request) {
	percent, err := strconv.Atoi(r.PathValue("percent"))
	if err != nil || percent < 0 || percent > 100 {
		http.Error(w, "a percentage from 0 to 100", http.StatusBadRequest)
		return
	}
	s.Shrink(percent)
	reply(w, map[string]int{"percent": percent})
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
