package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

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
	case "number":
		q.Number, q.asked = restorePlus(unescaped(value)), true
	case "region":
		q.Region = strings.ToUpper(unescaped(value))
	case "caller_name":
		q.CallerName = unescaped(value)
	case "device_name":
		q.DeviceName = unescaped(value)
	case "device_number":
		q.DeviceNumber = restorePlus(unescaped(value))
	case "ddi_name":
		q.DDIName = unescaped(value)
	case "ddi_number":
		q.DDINumber = restorePlus(unescaped(value))
	case "call_id":
		q.CallID = unescaped(value)
	case "format":
		q.format = unescaped(value)
	case "ring":
		q.ring = value == "1" || value == "true"
	case "explain":
		q.explain = value == "1" || value == "true"
	case "start_time":
		// A zone's plus may have arrived as a blank, like a number's.
		if at, err := time.Parse(time.RFC3339, strings.ReplaceAll(unescaped(value), " ", "+")); err == nil {
			q.Start = at
		}
	case "limit":
		if n, err := strconv.Atoi(value); err == nil {
			q.Limit = max(n, 0)
		}
	}
}

// unescaped decodes a value; one that was never encoded ("100%") stays as it is.
func unescaped(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}

// restorePlus undoes what query strings do to a plus that was not encoded: it arrives as a blank, at the beginning or
// behind the scheme of an address.
func restorePlus(s string) string {
	i := strings.IndexByte(s, ' ')
	if i < 0 {
		return s
	}
	if head := strings.ToLower(s[:i]); i > 0 && !strings.HasSuffix(head, "sip:") && !strings.HasSuffix(head, "sips:") && !strings.HasSuffix(head, "tel:") {
		return s
	}
	if rest := strings.TrimLeft(s[i:], " "); rest != "" && rest[0] >= '1' && rest[0] <= '9' {
		return s[:i] + "+" + rest
	}
	return s
}
