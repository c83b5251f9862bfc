package api

import (
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/recognition"
)

// question is a look-up as the query string asks it. A phone rings while it is read, so only a missing number is refused:
// a parameter that cannot be understood is as good as none, and what we do not know, phone systems add for themselves.
type question struct {
	recognition.Question
	explain bool
	ring    bool   // it rings: what scripts ask of the server is done
	format  string // of /v1/name
	asked   bool   // there was a number, even if an empty one
}

// read takes the parameters of the contract.
func (q *question) read(query string) error {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		q.set(name, value)
	}
	if !q.asked {
		return problem(http.StatusBadRequest, "the parameter number is missing: ?number=%%2B31201234567; an empty one is a withheld number")
	}
	return nil
}

func (q *question) set(name, value string) {
	switch name {
	case "format":
		q.format = recognition.Unescaped(value)
	case "ring":
		q.ring = value == "1" || value == "true"
	case "explain":
		q.explain = value == "1" || value == "true"
	default:
		q.asked = q.Parameter(name, value) && name == "number" || q.asked
	}
}
