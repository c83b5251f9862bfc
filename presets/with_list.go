package presets

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// list copies a list; an element that is an option with several values becomes several.
func (x *expander) list(v reflect.Value, like entry) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.MakeSlice(v.Type(), 0, v.Len())
	for i := range v.Len() {
		inner := like
		inner.path = fmt.Sprintf("%s[%d]", like.path, i)
		out = reflect.Append(out, x.elements(v.Index(i), inner)...)
	}
	return out
}

func (x *expander) elements(v reflect.Value, like entry) []reflect.Value {
	switch one := v.Interface().(type) {
	case PhonePath:
		return x.phones(v, one, like)
	case FieldPath:
		return x.fields(v, one, like)
	case Join:
		j := x.copy(v, like).Interface().(Join)
		if j.By == "" || j.Key == "" || j.Value == "" {
			return nil
		}
		return []reflect.Value{reflect.ValueOf(j)}
	case string:
		return x.names(one, like)
	}
	return []reflect.Value{x.copy(v, like)}
}

// phones is one place of numbers for each value of its path.
func (x *expander) phones(v reflect.Value, one PhonePath, like entry) []reflect.Value {
	var out []reflect.Value
	paths, given := x.alternatives(one.Path)
	for _, path := range paths {
		at := v
		if given {
			at = reflect.New(v.Type()).Elem()
			one.Path = path
			at.Set(reflect.ValueOf(one))
		}
		if p := x.copy(at, like).Interface().(PhonePath); p.Path != "" {
			out = append(out, reflect.ValueOf(p))
		}
	}
	return out
}

// alternatives are the selectors an option with several values makes of a text: the values themselves, or the text with each
// of them as a key. given is false where no option stands in it so.
func (x *expander) alternatives(text string) (paths []string, given bool) {
	if name, whole := wholeOption(text); whole {
		return x.selectors(name), true
	}
	list := x.listIn(text)
	if list == "" {
		return []string{text}, false
	}
	for _, value := range x.several(list) {
		with := expander{preset: x.preset, values: maps.Clone(x.values)}
		with.values[list] = value
		paths = append(paths, with.inside(text))
	}
	return paths, true
}

// listIn is the option with several values in a longer text, "" where there is none.
func (x *expander) listIn(text string) string {
	for _, name := range optionsIn(text) {
		if o, _ := x.preset.Options.Find(name); o.List {
			return name
		}
	}
	return ""
}

// fields is one field for each value; one without a name of its own is called by the last key of its selector.
func (x *expander) fields(v reflect.Value, one FieldPath, like entry) []reflect.Value {
	name, _ := wholeOption(either(one.Path, one.Name))
	paths, given := x.alternatives(either(one.Path, one.Name))
	if !given {
		f := x.copy(v, like).Interface().(FieldPath)
		if f.Name == "" || f.Path == "" && one.Path != "" {
			return nil
		}
		return []reflect.Value{reflect.ValueOf(f)}
	}
	var out []reflect.Value
	for _, path := range paths {
		f := FieldPath{Name: one.Name, Path: path, Title: one.Title}
		if called, ok := wholeOption(one.Name); ok && called == either(name, x.listIn(one.Path)) {
			f.Name = lastKey(path)
		} else {
			like.text = one.Name
			f.Name = x.plain(like)
		}
		if f.Name != "" {
			out = append(out, reflect.ValueOf(f))
		}
	}
	return out
}

// names are the elements of a list of plain texts.
func (x *expander) names(text string, like entry) []reflect.Value {
	name, whole := wholeOption(text)
	if !whole || !slices.Contains(like.refs, "option") || like.form != "" {
		like.text = text
		if text = x.text(like); text == "" {
			return nil
		}
		return []reflect.Value{reflect.ValueOf(text)}
	}
	var out []reflect.Value
	for _, value := range x.several(name) {
		if sel, err := ParseSelector(value); strings.HasPrefix(like.path, "notification[") {
			value = lastKey(value) // as the field is called
		} else if err == nil && len(sel.steps) == 1 && sel.steps[0].key != "" {
			value = sel.steps[0].key // without the quotes of a selector
		}
		out = append(out, reflect.ValueOf(value))
	}
	return out
}

// lastKey is the last key of a selector, or the selector where it ends otherwise.
func lastKey(selector string) string {
	sel, err := ParseSelector(selector)
	if err != nil || sel.steps[len(sel.steps)-1].key == "" {
		return selector
	}
	return sel.steps[len(sel.steps)-1].key
}
