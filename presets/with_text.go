package presets

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/wording"
)

const optionRef = "$(option."

// wholeOption is the option a text consists of.
func wholeOption(text string) (name string, ok bool) {
	name, ok = strings.CutPrefix(text, optionRef)
	if !ok || !strings.HasSuffix(name, ")") || strings.Contains(name[:len(name)-1], ")") {
		return "", false
	}
	return name[:len(name)-1], true
}

// piece is a stretch of text, or an option's name.
type piece struct{ literal, option string }

func pieces(text string) []piece {
	var list []piece
	for {
		before, rest, found := strings.Cut(text, optionRef)
		name, behind, closed := strings.Cut(rest, ")")
		if !found || !closed {
			return append(list, piece{literal: text})
		}
		list = append(list, piece{literal: before}, piece{option: name})
		text = behind
	}
}

// text puts options into a text where the format has them replaced once; elsewhere they stay for the request.
func (x *expander) text(e entry) string {
	if !strings.Contains(e.text, optionRef) || !isStructural(e) {
		return e.text
	}
	name, whole := wholeOption(e.text)
	form, table, _ := strings.Cut(e.form, ":")
	switch {
	case form == "link":
		return x.link(name)
	case form == "url":
		return x.path(name)
	case form == "name":
		return x.listed(name, table)
	case form == "":
		return x.plain(e)
	case form == "condition" && whole:
		return x.condition(name)
	case whole:
		return x.one(x.selectors(name))
	case form == "path" && !isOneSelector(e.text):
		return x.places(e.text)
	}
	return x.inside(e.text)
}

// isStructural tells texts that [Preset.With] completes from those a request completes.
func isStructural(e entry) bool {
	_, whole := wholeOption(e.text)
	switch form, _, _ := strings.Cut(e.form, ":"); form {
	case "selector", "element", "path", "condition":
		return true
	case "name", "link":
		return whole
	case "url":
		return whole && (strings.HasSuffix(e.path, ".get") || strings.HasSuffix(e.path, ".post"))
	case "":
		for _, ref := range e.refs {
			if ref == "option" {
				return true
			}
		}
	}
	return false
}

// several are the values of an option, none where it is empty.
func (x *expander) several(name string) []string {
	o, _ := x.preset.Options.Find(name)
	if o.List {
		return x.values.List(name)
	}
	if v := x.values.Get(name); v != "" {
		return []string{v}
	}
	return nil
}

// selectors are the values of an option, each a selector.
func (x *expander) selectors(name string) []string {
	list := x.several(name)
	for i, text := range list {
		_, err := ParseSelector(text)
		if err != nil && x.fromCRM(name) {
			list[i], err = keyText(text), nil
		}
		if err != nil || strings.Contains(text, "$(") {
			x.problem(name, wording.New("presets.has_value_which_no_selector", `has "{Value}", which is no selector`, "Value", short(text)), wording.New("presets.keys_joined_by_dots_key", "keys joined by dots; a key with dots, brackets or quotes in it stands in double quotes"))
			return nil
		}
	}
	return list
}

// condition is a selector or a comparison an admin wrote.
func (x *expander) condition(name string) string {
	text := x.values.Get(name)
	if _, err := ParseCondition(text); text != "" && (err != nil || strings.Contains(text, "$(")) {
		x.problem(name, wording.New("presets.has_value_which_no_selector2", `has "{Value}", which is no selector or comparison`, "Value", short(text)), wording.New("presets.write_like_deleted_like_active", "write it like deleted, or like active == false"))
		return ""
	}
	return text
}

func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

func (x *expander) one(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// plain puts values into a name.
func (x *expander) plain(e entry) string {
	var b strings.Builder
	for _, p := range pieces(e.text) {
		if p.option == "" {
			b.WriteString(p.literal)
			continue
		}
		v := x.values.Get(p.option)
		if v == "" || strings.Contains(v, "$(") {
			return ""
		}
		b.WriteString(v)
	}
	return b.String()
}

// inside puts values into a longer selector, each as one key. Without a value there is no selector.
func (x *expander) inside(text string) string {
	var b strings.Builder
	for _, p := range pieces(text) {
		if p.option == "" {
			b.WriteString(p.literal)
			continue
		}
		v := x.values.Get(p.option)
		switch {
		case v == "":
			return ""
		case isQuoted(b.String()):
			b.WriteString(quotes.Replace(v))
		default:
			b.WriteString(keyText(v))
		}
	}
	return b.String()
}

// places puts selectors into a text with several; one without a value is left out.
func (x *expander) places(text string) string {
	var b strings.Builder
	for _, p := range pieces(text) {
		if p.option == "" {
			b.WriteString(p.literal)
			continue
		}
		sel := x.one(x.selectors(p.option))
		if sel == "" {
			continue
		}
		if first, rest, dotted := strings.Cut(sel, "."); dotted && isSpace(first) {
			sel = `"` + first + `".` + rest // a record's own key called option, page, …
		}
		b.WriteString("$(" + sel + ")")
	}
	return strings.TrimSpace(b.String())
}

var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// keyText is a key as a selector has it, in double quotes where it needs them.
func keyText(key string) string {
	if sel, err := ParseSelector(key); err == nil && len(sel.steps) == 1 && sel.steps[0].key == key {
		return key
	}
	return `"` + quotes.Replace(key) + `"`
}

// isQuoted reports whether the end of a selector's beginning is inside double quotes.
func isQuoted(before string) bool {
	open := false
	for i := 0; i < len(before); i++ {
		switch {
		case open && before[i] == '\\':
			i++
		case before[i] == '"':
			open = !open
		}
	}
	return open
}

// isOneSelector tells a selector with options for keys from a text with several selectors: each option is a whole key.
func isOneSelector(text string) bool {
	list := pieces(text)
	before := ""
	for i, p := range list {
		if strings.Contains(p.literal, "$(") {
			return false
		}
		if p.option == "" {
			before += p.literal
			continue
		}
		behind := ""
		if i+1 < len(list) {
			behind = list[i+1].literal
		}
		begins := before == "" || strings.HasSuffix(before, ".")
		ends := behind == "" && i+2 >= len(list) || strings.HasPrefix(behind, ".")
		if !isQuoted(before) && (!begins || !ends) {
			return false
		}
		before += "x"
	}
	return true
}

// listed is a value of a closed list that the admin chose.
func (x *expander) listed(name, table string) string {
	v := x.values.Get(name)
	if v != "" && !known(table, v) {
		x.problem(name, wording.New("presets.cannot_value", `cannot be "{Value}"`, "Value", short(v)), wording.Plain(didYouMean(v, nameList(table))))
		return ""
	}
	return v
}

var ownPath = regexp.MustCompile(`^/[^\s\x00-\x1f\\]*$`)

// path is the path of a request as an admin wrote it, parameters included.
func (x *expander) path(name string) string {
	v := x.values.Get(name)
	way, _, _ := strings.Cut(v, "?")
	if v != "" && (!ownPath.MatchString(v) || strings.HasPrefix(v, "//") || strings.Contains(way+"/", "/../") || strings.Contains(v, "#")) {
		x.problem(name, wording.New("presets.no_path", "is no path"), wording.New("presets.begin_slash_as_api_v1", "begin with a slash, as /api/v1/contacts"))
		return ""
	}
	if v != "" && !x.admins(name, v) {
		return ""
	}
	return v
}

// unset reports a number that may be left out and whose option is empty.
func (x *expander) unset(t reflect.Type, like entry) bool {
	if x.preset.source == nil || !isLate(t) {
		return false
	}
	name, ok := wholeOption(x.preset.source.late[like.path])
	return ok && x.values.Get(name) == ""
}

// number is a number, a flag or a time span of the format that an option gives.
func (x *expander) number(v reflect.Value, like entry) reflect.Value {
	if x.preset.source == nil {
		return v
	}
	name, ok := wholeOption(x.preset.source.late[like.path])
	if !ok {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		out.SetInt(int64(x.values.Duration(name)))
	case v.Kind() == reflect.Bool:
		out.SetBool(x.values.Bool(name))
	default:
		n, err := strconv.Atoi(either(x.values.Get(name), "0"))
		if err != nil || n < 0 {
			x.problem(name, wording.New("presets.must_whole_number", "must be a whole number"), wording.Text{})
		}
		out.SetInt(int64(n))
	}
	return out
}
