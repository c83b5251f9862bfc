package option

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Values are texts by option name as [Set.Validate] returns them. Since secrets may be among them, printing, logging or
// marshalling shows the names only.
type Values map[string]string

// Get returns the value, "" if there is none. The spelling of the name does not matter for - and _.
func (v Values) Get(name string) string {
	if text, ok := v[name]; ok {
		return text
	}
	for n, text := range v {
		if sameName(n, name) {
			return text
		}
	}
	return ""
}

// Has tells whether the option has a value that is not empty.
func (v Values) Has(name string) bool { return v.Get(name) != "" }

// Int returns the value of an integer, 0 if there is none.
func (v Values) Int(name string) int {
	n, err := strconv.Atoi(v.Get(name))
	if err != nil {
		return 0
	}
	return n
}

// Bool returns the value of a boolean, false if there is none.
func (v Values) Bool(name string) bool { return v.Get(name) == "true" }

// Duration returns the value of a duration, 0 if there is none.
func (v Values) Duration(name string) time.Duration {
	d, err := parseDuration(v.Get(name))
	if err != nil {
		return 0
	}
	return d
}

// List returns the values of a list, nil if there are none.
func (v Values) List(name string) []string { return split(v.Get(name)) }

// Names returns the names that have a value, sorted.
func (v Values) Names() []string { return slices.Sorted(maps.Keys(v)) }

// String shows the names only.
func (v Values) String() string { return "values of [" + strings.Join(v.Names(), " ") + "]" }

// GoString shows the names only.
func (v Values) GoString() string { return v.String() }

// Format shows the names only, whatever the verb.
func (v Values) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, v.String()) }

// LogValue shows the names only.
func (v Values) LogValue() slog.Value { return slog.StringValue(v.String()) }

// MarshalText keeps encoders of every format from showing more than the names.
func (v Values) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// split cuts a list at commas and line ends and drops empty elements.
func split(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// join is the canonical spelling of a list.
func join(list []string) string { return strings.Join(list, ",") }
