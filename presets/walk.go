package presets

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// entry is a text of a preset with what its key's tags say of it.
type entry struct {
	path string
	form string   // selector, element, path, text, url, link, template, name:TABLE, file, id, key (of a group of names), late (no text), or ""
	refs []string // name spaces its $(…) may use
	text string
}

// entries are all texts of a preset in the order of the struct's keys.
func (p *Preset) entries() []entry {
	var list []entry
	walkStruct(reflect.ValueOf(p).Elem(), "", func(e entry) { list = append(list, e) })
	if p.source != nil && !p.expanded {
		for _, path := range slices.Sorted(maps.Keys(p.source.late)) {
			list = append(list, entry{path: path, form: "late", refs: []string{"option"}, text: p.source.late[path]})
		}
	}
	return list
}

func walkStruct(v reflect.Value, path string, visit func(entry)) {
	for _, c := range columns(v.Type()) {
		like := entry{path: join(path, c.key), form: c.tag.Get("form"), refs: strings.Fields(c.tag.Get("refs"))}
		walkValue(v.FieldByIndex(c.index), like, visit)
	}
}

// walkValue visits every text in a value; like carries path and tags.
func walkValue(v reflect.Value, like entry, visit func(entry)) {
	switch v.Kind() {
	case reflect.String:
		if like.text = v.String(); like.text != "" {
			visit(like)
		}
	case reflect.Struct:
		walkStruct(v, like.path, visit)
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walkValue(v.Elem(), like, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			inner := like
			inner.path = fmt.Sprintf("%s[%d]", like.path, i)
			walkValue(v.Index(i), inner, visit)
		}
	case reflect.Map:
		group := reflect.ValueOf(v.Interface())
		keys := slices.Sorted(maps.Keys(stringKeys(group)))
		for _, key := range keys {
			inner := like
			inner.path = join(like.path, key)
			if strings.HasPrefix(key, optionRef) {
				visit(entry{path: inner.path, form: "key", refs: []string{"option"}, text: key})
			}
			walkValue(group.MapIndex(reflect.ValueOf(key)), inner, visit)
		}
	}
}

func stringKeys(m reflect.Value) map[string]bool {
	keys := make(map[string]bool, m.Len())
	for _, k := range m.MapKeys() {
		keys[k.String()] = true
	}
	return keys
}
