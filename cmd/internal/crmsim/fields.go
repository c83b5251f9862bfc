package crmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// ownFields and sfFields are the fields a full account has.
var (
	ownFields = strings.Fields("id first_name last_name email company country customer_number phones changed deleted")
	sfFields  = strings.Fields(`Id IsDeleted SystemModstamp Name FirstName LastName Email Phone MobilePhone HomePhone OtherPhone
		AccountId Account.Name AccountNumber MasterRecordId Company IsConverted Title`)
)

func (s *Server) has(all []string, field string) bool {
	return slices.Contains(all, field) && !slices.Contains(s.o.Lacks, field)
}

// unknownField answers a request for a field the account lacks: the whole request fails.
func (s *Server) unknownField(list string) (answer, bool) {
	if list == "" {
		return answer{}, false
	}
	for _, f := range strings.Split(list, ",") {
		if !s.has(ownFields, strings.TrimSpace(f)) {
			return refuse("unknown field " + f), true
		}
	}
	return answer{}, false
}

// fields is GET /api/v1/fields.
func (s *Server) fields(*http.Request) answer {
	return answer{status: http.StatusOK, body: s.fieldList(ownFields)}
}

// describe is Salesforce's list of an object's fields.
func (s *Server) describe(*http.Request) answer {
	return answer{status: http.StatusOK, body: s.fieldList(sfFields)}
}

func (s *Server) fieldList(all []string) []byte {
	type field struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	var list []field
	for _, name := range all {
		if s.has(all, name) && !strings.Contains(name, ".") {
			list = append(list, field{name, "string"})
		}
	}
	body, _ := json.Marshal(map[string]any{"fields": list})
	return body
}

// invalidField is Salesforce's answer to a query with a field the account lacks.
func invalidField(name string) answer {
	return answer{
		status: http.StatusBadRequest,
		body:   fmt.Appendf(nil, `[{"message":"No such column '%s' on entity","errorCode":"INVALID_FIELD"}]`, name),
	}
}
