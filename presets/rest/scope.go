package rest

import (
	"fmt"
	"strconv"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// scope is the values a preset's texts may use at one moment.
type scope struct {
	options  option.Values
	auth     map[string]string // kept of the token answer
	check    map[string]string // kept of the check's answer
	since    string            // watermark, the CRM's way; "" in a full read
	where    string            // the condition with it
	page     position
	size     int
	selected string // fields the account has
	ids      string // of a join
}

// lookup gives the value of a reference outside a record.
func (s *scope) lookup(p presets.Part) (string, error) {
	switch p.Space {
	case "option":
		return s.options.Get(p.Name), nil
	case "auth":
		return s.auth[p.Name], nil
	case "check":
		return s.check[p.Name], nil
	case "select":
		return s.selected, nil
	case "join":
		return s.ids, nil
	case "since":
		if p.Name == "where" {
			return s.where, nil
		}
		return s.since, nil
	case "page":
		return s.ofPage(p.Name)
	}
	return "", fmt.Errorf("$(%s) has no value here", p)
}

func (s *scope) ofPage(name string) (string, error) {
	switch name {
	case "cursor":
		return s.page.Cursor, nil
	case "key":
		return s.page.Key, nil
	case "offset":
		return strconv.Itoa(s.page.Offset), nil
	case "number":
		return strconv.Itoa(s.page.Number), nil
	case "size":
		return strconv.Itoa(s.size), nil
	}
	return "", fmt.Errorf("$(page.%s) has no value here", name)
}
