package presets

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// column is one key of a struct of the format, with its tags.
type column struct {
	key   string
	index []int
	typ   reflect.Type
	tag   reflect.StructTag
}

// need reports that the key may not be missing.
func (c column) need() bool { return c.tag.Get("need") == "yes" }

// columns are the keys of a struct, those of inlined structs included.
func columns(t reflect.Type) []column {
	var list []column
	for i := range t.NumField() {
		f := t.Field(i)
		key, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case rest == "inline":
			for _, c := range columns(f.Type) {
				c.index = append([]int{i}, c.index...)
				list = append(list, c)
			}
		case key != "" && key != "-":
			list = append(list, column{key: key, index: []int{i}, typ: f.Type, tag: f.Tag})
		}
	}
	return list
}

func (d *document) decodeStruct(n ast.Node, v reflect.Value, path string) {
	entries, ok := members(n)
	if !ok {
		d.wrongType(n, "a group of keys")
		return
	}
	cols := columns(v.Type())
	seen := map[string]int{}
	for _, e := range entries {
		key, ok := d.key(e, seen)
		if !ok {
			continue
		}
		c, known := findColumn(cols, key)
		if !known {
			d.unknownKey(e.Key, key, path, cols)
			continue
		}
		if _, null := e.Value.(*ast.NullNode); null {
			d.add(placeOf(e.Key), fmt.Sprintf("%s has no value", key), "leave the key out if there is none")
			continue
		}
		d.decode(e.Value, v.FieldByIndex(c.index), join(path, key))
	}
	d.missing(cols, seen, path)
}

func findColumn(cols []column, key string) (column, bool) {
	for _, c := range cols {
		if c.key == key {
			return c, true
		}
	}
	return column{}, false
}

func (d *document) unknownKey(at ast.Node, key, path string, cols []column) {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.key
	}
	where := "a preset"
	if path != "" {
		where = path
	}
	d.add(placeOf(at), fmt.Sprintf("%s has no key %q", where, key), didYouMean(key, names))
}

func (d *document) missing(cols []column, seen map[string]int, path string) {
	for _, c := range cols {
		if _, ok := seen[c.key]; !ok && c.need() {
			d.lints = append(d.lints, d.at(path, 0, fmt.Sprintf("key %s is missing", c.key), c.tag.Get("help")))
		}
	}
}
