package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// entry is an entry's values by attribute, in lower case and without options: cn;lang-de is cn.
type entry struct {
	dn       string
	id       string
	values   map[string][]string
	more     map[string]int // attributes of which the server gave a part only, and how much
	replaced int            // values that were not valid UTF-8
	long     string         // an attribute with a value that is too long
}

func (e *entry) first(name string) string {
	if v := e.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func readEntry(from *ldap.Entry) entry {
	e := entry{dn: from.DN, values: make(map[string][]string, len(from.Attributes))}
	for _, inOtherLanguage := range []bool{false, true} { // those come last
		for _, a := range from.Attributes {
			name, options, has := strings.Cut(strings.ToLower(a.Name), ";")
			lower, upper, ranged := rangeOf(options)
			if (has && !ranged) != inOtherLanguage {
				continue
			}
			if ranged && upper >= lower {
				e.part(name, upper+1)
			}
			e.add(name, a)
		}
	}
	e.identify(from)
	return e
}

func (e *entry) part(name string, have int) {
	if e.more == nil {
		e.more = map[string]int{}
	}
	e.more[name] = have
}

func (e *entry) add(name string, a *ldap.EntryAttribute) {
	for _, v := range a.Values {
		if len(e.values[name]) >= maxValues {
			return
		}
		if len(v) > maxValue {
			e.long = a.Name
			continue
		}
		clean := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(v, "\ufffd"), "\x00", ""))
		if !isBinary(name) && strings.Contains(clean, "\ufffd") && !strings.Contains(v, "\ufffd") {
			e.replaced++
		}
		if clean != "" {
			e.values[name] = append(e.values[name], clean)
		}
	}
}

func isBinary(name string) bool { return name == "objectguid" || name == "invocationid" }

// rangeOf reads range=0-1499, with which Active Directory gives the first of many values; upper is -1 for the last ones.
func rangeOf(options string) (lower, upper int, ok bool) {
	for o := range strings.SplitSeq(options, ";") {
		from, to, found := strings.Cut(strings.TrimPrefix(o, "range="), "-")
		if !strings.HasPrefix(o, "range=") || !found {
			continue
		}
		lower, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		if to == "*" {
			return lower, -1, true
		}
		if upper, err := strconv.Atoi(to); err == nil {
			return lower, upper, true
		}
	}
	return 0, 0, false
}

// idAttributes are those that stay when an entry is renamed or moved, in order of preference.
var idAttributes = []string{"objectGUID", "entryUUID", "nsUniqueId"}

// identify finds what stays of an entry; where the server has nothing of the sort, that is its name.
func (e *entry) identify(from *ldap.Entry) {
	for _, a := range from.Attributes {
		if strings.EqualFold(a.Name, "objectGUID") && len(a.ByteValues) > 0 && len(a.ByteValues[0]) == 16 {
			e.id = guid(a.ByteValues[0])
			return
		}
	}
	for _, name := range idAttributes[1:] {
		if v := e.first(strings.ToLower(name)); v != "" {
			e.id = bounded(strings.ToLower(v))
			return
		}
	}
	e.id = bounded(strings.ToLower(e.dn))
}

// bounded is an id, or the digest of one that is too long to be kept.
func bounded(id string) string {
	if len(id) <= maxID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:])
}

// guid is the text of a GUID, whose first three groups are stored with their lowest byte first (MS-DTYP section 2.3.4.2).
func guid(b []byte) string {
	if len(b) != 16 {
		return ""
	}
	return fmt.Sprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x", b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8:10], b[10:])
}

// timeOf reads a GeneralizedTime (RFC 4517 section 3.3.13) as servers write their own: to the second, in UTC.
func timeOf(text string) time.Time {
	text, fraction, _ := strings.Cut(strings.TrimSuffix(text, "Z"), ".")
	t, err := time.Parse("20060102150405", text)
	if err != nil || strings.Trim(fraction, "0123456789") != "" {
		return time.Time{}
	}
	return t
}

// complete fetches the values the server kept back in its first answer.
func (c *conn) complete(ctx context.Context, e *entry) error {
	for name, have := range e.more {
		for have < maxValues {
			res, err := c.search(ctx, wording.New("directory.read_rest_entry", "read the rest of an entry"), ldap.NewSearchRequest(e.dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 1, 0, false, "(objectClass=*)",
				[]string{fmt.Sprintf("%s;range=%d-*", name, have)}, nil))
			if err != nil {
				return err
			}
			if len(res.Entries) == 0 {
				break
			}
			rest := readEntry(res.Entries[0])
			if len(rest.values[name]) == 0 {
				break
			}
			e.values[name] = append(e.values[name], rest.values[name]...)
			next, ok := rest.more[name]
			if !ok {
				break
			}
			if next <= have {
				return &presets.Error{Op: wording.New("directory.read_rest_entry", "read the rest of an entry"), Text: wording.New("directory.server_gives_same_values_again", "the server gives the same values again and again")}
			}
			have = next
		}
	}
	return nil
}
