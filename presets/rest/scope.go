package rest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// scope is the values a preset's texts may use at one moment.
type scope struct {
	declared option.Set
	options  option.Values
	auth     map[string]string // the token, and what was kept of the answer that brought it
	session  kept
	check    kept
	ask      kept
	filter   string // the admin's own condition
	since    string // watermark, the CRM's way; "" in a full read
	numeric  bool   // the watermark is a number in JSON
	now      string // the clock when the run began, the CRM's way
	where    string // the condition with the watermark
	page     position
	size     int
	keys     bool     // keys of a keyset are numbers
	selected []string // fields the account has
	join     string   // what stands between them
	ids      []presets.Value
	item     string // id of the record asked for by itself
}

// kept are values taken out of answers, by name. They remember whether they were numbers.
type kept map[string]presets.Value

// take keeps the value a selector picks; nothing of the answer stays in memory but that. It reports whether there is one.
func (k kept) take(name string, sel presets.Selector, doc presets.Value) bool {
	v := sel.First(doc)
	if v.Text() == "" {
		return false
	}
	k[name], _ = presets.ParseValue([]byte(v.Raw()))
	return true
}

// put keeps a text.
func (k kept) put(name, text string) {
	raw, _ := json.Marshal(text)
	k[name], _ = presets.ParseValue(raw)
}

// lookup gives the value of a reference outside a record.
func (s *scope) lookup(p presets.Part) (string, error) {
	switch p.Space {
	case "option":
		return s.options.Get(p.Name), nil
	case "auth":
		return s.auth[p.Name], nil
	case "session":
		return s.session[p.Name].Text(), nil
	case "check":
		return s.check[p.Name].Text(), nil
	case "ask":
		return s.ask[p.Name].Text(), nil
	case "stream":
		return s.filter, nil
	case "select":
		return joinFields(s.selected, s.join), nil
	case "join":
		return strings.Join(texts(s.ids), ","), nil
	case "item":
		return s.item, nil
	case "since":
		return s.ofSince(p.Name)
	case "page":
		return s.ofPage(p.Name)
	}
	return "", fmt.Errorf("$(%s) has no value here", p)
}

func (s *scope) ofSince(name string) (string, error) {
	switch name {
	case "where":
		return s.where, nil
	case "now":
		return s.now, nil
	case "value":
		return s.since, nil
	}
	return "", fmt.Errorf("$(since.%s) has no value here", name)
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
		if s.page.Cursor != "" {
			return "", nil // from here on the cursor leads
		}
		return strconv.Itoa(s.page.Number), nil
	case "size":
		return strconv.Itoa(s.size), nil
	}
	return "", fmt.Errorf("$(page.%s) has no value here", name)
}

// typed is the value of a reference that is a whole text of a JSON body: what is a number by nature is one there, and
// what is a list a list.
func (s *scope) typed(p presets.Part) (any, error) {
	switch p.Space {
	case "select":
		return s.selected, nil
	case "join":
		list := make([]json.RawMessage, 0, len(s.ids))
		for _, id := range s.ids {
			list = append(list, json.RawMessage(id.Raw()))
		}
		return list, nil
	case "session":
		return inJSON(s.session[p.Name]), nil
	case "check":
		return inJSON(s.check[p.Name]), nil
	case "ask":
		return inJSON(s.ask[p.Name]), nil
	case "option":
		return s.typedOption(p.Name), nil
	}
	text, err := s.lookup(p)
	if err != nil {
		return nil, err
	}
	if s.isNumber(p) && isNumber(text) {
		return json.RawMessage(text), nil
	}
	return text, nil
}

func (s *scope) isNumber(p presets.Part) bool {
	switch p.Space + "." + p.Name {
	case "page.offset", "page.number", "page.size":
		return true
	case "page.key":
		return s.keys
	case "page.cursor":
		return s.page.Bare
	case "since.value", "since.now":
		return s.numeric
	}
	return false
}

func (s *scope) typedOption(name string) any {
	o, _ := s.declared.Find(name)
	switch {
	case o.List:
		return s.options.List(name)
	case o.Kind() == option.Integer && isNumber(s.options.Get(name)):
		return json.RawMessage(s.options.Get(name))
	case o.Kind() == option.Boolean && s.options.Has(name):
		return s.options.Bool(name)
	}
	return s.options.Get(name)
}

// inJSON is a value of an answer as it stands in a JSON body.
func inJSON(v presets.Value) any {
	if isBare(v) {
		return json.RawMessage(v.Raw())
	}
	return v.Text()
}

// isBare reports a JSON number.
func isBare(v presets.Value) bool { return isNumber(v.Raw()) }

// isNumber reports a text that is a number in JSON as it stands.
func isNumber(text string) bool {
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return false
	}
	return json.Valid([]byte(text))
}

func texts(values []presets.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.Text()
	}
	return list
}
