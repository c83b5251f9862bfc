package presets

import (
	"iter"

	"github.com/tidwall/gjson"
)

// Value is a JSON value that was not decoded: numbers keep their digits.
type Value struct{ r gjson.Result }

// ParseValue reads a JSON document; ok is false where it is not valid JSON or Unfit.
// Where an object has a key twice, the last one counts.
func ParseValue(doc []byte) (v Value, ok bool) {
	if Unfit(doc) || !gjson.ValidBytes(doc) {
		return Value{}, false
	}
	return Value{gjson.ParseBytes(doc)}, true
}

// Exists reports that there is a value, null included.
func (v Value) Exists() bool { return v.r.Exists() }

// Raw is the value's JSON.
func (v Value) Raw() string { return v.r.Raw }

// Text is a string's text, a number's digits as they stand, "true" for true;
// "" for null, false, nothing, an object and a list. That false is empty is how
// several CRMs write a field without value.
func (v Value) Text() string {
	switch v.r.Type {
	case gjson.String:
		return v.r.Str
	case gjson.Number:
		return v.r.Raw
	case gjson.True:
		return "true"
	}
	return ""
}

// Truth reads a flag as CRMs write it: true, a number other than 0, or a text
// other than "", "0", "false", "no" and "N".
func (v Value) Truth() bool {
	switch t := v.Text(); t {
	case "", "0", "false", "False", "FALSE", "no", "No", "N", "n":
		return v.r.IsObject() || v.r.IsArray()
	}
	return true
}

// Int is a whole number, also one written as text.
func (v Value) Int() (int64, bool) {
	if v.r.Type != gjson.Number && v.r.Type != gjson.String {
		return 0, false
	}
	return parseInt(v.Text())
}

// List is the elements of a list; a value that is no list has none.
func (v Value) List() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.r.IsArray() {
			v.r.ForEach(func(_, e gjson.Result) bool { return yield(Value{e}) })
		}
	}
}

// IsList reports a list.
func (v Value) IsList() bool { return v.r.IsArray() }

// IsObject reports an object.
func (v Value) IsObject() bool { return v.r.IsObject() }

// Members are the keys and values of an object.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.r.IsObject() {
			v.r.ForEach(func(k, e gjson.Result) bool { return yield(k.Str, Value{e}) })
		}
	}
}

// All is everything the selector picks.
func (s Selector) All(v Value) iter.Seq[Value] {
	return func(yield func(Value) bool) { pick(v, s.steps, yield) }
}

// First is the first value picked that has a text, else the first one; Exists is
// false where nothing is picked.
func (s Selector) First(v Value) Value {
	var first Value
	for e := range s.All(v) {
		if e.Text() != "" {
			return e
		}
		if !first.Exists() {
			first = e
		}
	}
	return first
}

// Text is the text of the first value that has one.
func (s Selector) Text(v Value) string { return s.First(v).Text() }

// pick walks the steps depth first; it answers false when yield wants no more.
func pick(v Value, steps []step, yield func(Value) bool) bool {
	if len(steps) == 0 {
		return yield(v)
	}
	st, rest := steps[0], steps[1:]
	if !st.every && st.filter == nil {
		if next, ok := v.member(st.key); ok {
			return pick(next, rest, yield)
		}
		return true
	}
	for e := range v.List() {
		if st.filter != nil && !st.filter.holds(e) {
			continue
		}
		if !pick(e, rest, yield) {
			return false
		}
	}
	return true
}

// member is the value at a key, or at a place of a list.
func (v Value) member(key string) (Value, bool) {
	if v.r.IsArray() {
		n, ok := parseInt(key)
		if !ok || n < 0 {
			return Value{}, false
		}
		for e := range v.List() {
			if n == 0 {
				return e, true
			}
			n--
		}
		return Value{}, false
	}
	var found Value
	for k, e := range v.Members() {
		if k == key {
			found = e
		}
	}
	return found, found.Exists()
}

func (f *filter) holds(v Value) bool {
	var got Value
	pick(v, f.path, func(e Value) bool { got = e; return false })
	return f.equals(got) != f.differs
}

func (f *filter) equals(v Value) bool {
	if f.isNull {
		return !v.Exists() || v.r.Type == gjson.Null
	}
	if v.r.Type == gjson.False {
		return f.literal == "false"
	}
	return v.Exists() && v.r.Type != gjson.Null && v.Text() == f.literal
}
