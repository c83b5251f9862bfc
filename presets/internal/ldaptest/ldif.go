package ldaptest

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Entry is an entry with its attributes in their order.
type Entry struct {
	DN         string
	Attributes []Attribute
}

// Attribute is a name, with options if it has any, and its values.
type Attribute struct {
	Name   string
	Values []string
}

// Values are the values of an attribute, whatever the case of its name.
func (e Entry) Values(name string) []string {
	for _, a := range e.Attributes {
		if strings.EqualFold(a.Name, name) {
			return a.Values
		}
	}
	return nil
}

// ParseLDIF reads entries as RFC 2849 writes them; change records and files named by address are not read.
func ParseLDIF(text string) ([]Entry, error) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n ", "")
	var list []Entry
	var e *Entry
	for n, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			continue
		case strings.TrimSpace(line) == "":
			e = nil
			continue
		}
		name, value, err := readLine(line)
		switch {
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		case name == "version":
			continue
		case strings.EqualFold(name, "dn"):
			list = append(list, Entry{DN: value})
			e = &list[len(list)-1]
			continue
		case e == nil:
			return nil, fmt.Errorf("line %d: an entry begins with dn", n+1)
		}
		e.add(name, value)
	}
	return list, nil
}

func readLine(line string) (name, value string, err error) {
	name, value, ok := strings.Cut(line, ":")
	if !ok || strings.HasPrefix(value, "<") {
		return "", "", fmt.Errorf("%.40q is no line NAME: VALUE", line)
	}
	if coded, ok := strings.CutPrefix(value, ":"); ok {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(coded))
		if err != nil {
			return "", "", fmt.Errorf("the value of %s is no base64", name)
		}
		return name, string(raw), nil
	}
	return name, strings.TrimLeft(value, " "), nil
}

func (e *Entry) add(name, value string) {
	for i, a := range e.Attributes {
		if strings.EqualFold(a.Name, name) {
			e.Attributes[i].Values = append(a.Values, value)
			return
		}
	}
	e.Attributes = append(e.Attributes, Attribute{name, []string{value}})
}
