package recognition

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// NumberNames are the names phone systems give the caller's number in a query or a body.
var NumberNames = []string{"number", "phoneNumber", "PhoneNumber", "phone", "Phone", "callerNumber", "caller"}

// Parameter takes one parameter of a query string as it stands there, still encoded; ok is false for a name that is none of a
// question. A phone rings while it is read, so a value that cannot be understood is as good as none.
func (q *Question) Parameter(name, value string) (ok bool) {
	switch name {
	case "number":
		q.Number = RestorePlus(Unescaped(value))
	case "region":
		q.Region = strings.ToUpper(Unescaped(value))
	case "caller_name":
		q.CallerName = Unescaped(value)
	case "device_name":
		q.DeviceName = Unescaped(value)
	case "device_number":
		q.DeviceNumber = RestorePlus(Unescaped(value))
	case "ddi_name":
		q.DDIName = Unescaped(value)
	case "ddi_number":
		q.DDINumber = RestorePlus(Unescaped(value))
	case "call_id":
		q.CallID = Unescaped(value)
	case "start_time":
		// A zone's plus may have arrived as a blank, like a number's.
		if at, err := time.Parse(time.RFC3339, strings.ReplaceAll(Unescaped(value), " ", "+")); err == nil {
			q.Start = at
		}
	case "limit":
		if n, err := strconv.Atoi(value); err == nil {
			q.Limit = max(n, 0)
		}
	default:
		return false
	}
	return true
}

// Unescaped decodes a value of a query string; one that was never encoded ("100%") stays as it is.
func Unescaped(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}

// RestorePlus undoes what query strings do to a plus that was not encoded: it arrives as a blank, at the beginning or
// behind the scheme of an address.
func RestorePlus(s string) string {
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
