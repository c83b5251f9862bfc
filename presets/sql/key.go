package sql

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// key is a value rows are put in order by, in a form that survives being stored.
type key struct {
	Kind string `json:"k"` // int, uint, float, text
	Text []byte `json:"t"`
}

// keyOf is the key of a value as the driver gave it, nil for NULL.
func (d *dialect) keyOf(v any, c column) *key {
	switch t := v.(type) {
	case nil:
		return nil
	case int64:
		return &key{"int", strconv.AppendInt(nil, t, 10)}
	case uint64:
		return &key{"uint", strconv.AppendUint(nil, t, 10)}
	case float64:
		return &key{"float", strconv.AppendFloat(nil, t, 'g', -1, 64)}
	case float32:
		return &key{"float", strconv.AppendFloat(nil, float64(t), 'g', -1, 32)}
	}
	text, _ := d.text(v, c)
	return &key{"text", []byte(text)}
}

// value is the key as an argument.
func (k *key) value(d *dialect, c column) any {
	text := string(k.Text)
	switch k.Kind {
	case "int":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case "uint":
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return n
		}
	case "float":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case "text":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && c.class == classNumber && !d.textual {
			return n
		}
	}
	if d.textArg != nil {
		return d.textArg(c.typeName, text)
	}
	return text
}

func (k *key) same(other *key) bool {
	return k != nil && other != nil && k.Kind == other.Kind && bytes.Equal(k.Text, other.Text)
}

// timeLayouts are the forms times have in databases. A fraction may follow each that has seconds.
var timeLayouts = []string{
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05 -07:00",
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
}

// moment reads a key as a time, and how it was written; numbers are seconds, or parts of a second, since 1970.
func (k *key) moment() (t time.Time, write func(time.Time) key, ok bool) {
	if k == nil {
		return t, nil, false
	}
	text := string(k.Text)
	if k.Kind == "int" || k.Kind == "uint" {
		n, err := strconv.ParseInt(text, 10, 64)
		for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond, time.Nanosecond} {
			// from 1980 to 2100 in this unit; smaller numbers count versions
			if per := int64(time.Second / unit); err == nil && n > 315_532_800*per && n < 4_102_444_800*per {
				return time.Unix(n/per, n%per*int64(unit)).UTC(), func(t time.Time) key {
					return key{k.Kind, strconv.AppendInt(nil, t.UnixNano()/int64(unit), 10)}
				}, true
			}
		}
		return t, nil, false
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, func(t time.Time) key {
				return key{k.Kind, []byte(t.Format(strings.Replace(layout, ":05", ":05.999999999", 1)))}
			}, true
		}
	}
	return t, nil, false
}

// back is the key that much earlier; what counts no time stays as it is.
func (k *key) back(by time.Duration) *key {
	t, write, ok := k.moment()
	if !ok {
		return k
	}
	earlier := write(t.Add(-by))
	return &earlier
}
