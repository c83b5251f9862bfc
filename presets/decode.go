package presets

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// scalarReader is a struct that may also be written as a single text.
type scalarReader interface{ readScalar(text string) }

// decode fills v from a node and notes the place of each key. Everything that
// does not fit becomes a lint; the rest is still read.
func (d *document) decode(n ast.Node, v reflect.Value, path string) {
	d.places[path] = placeOf(n)
	if special(n) != "" {
		d.add(placeOf(n), special(n)+" are not used in presets", "write the value out")
		return
	}
	if text, ok := scalar(n); ok {
		if _, whole := wholeOption(text); whole && isLate(v.Type()) {
			d.late[path] = text
			return
		}
		if d.decodeOwn(n, text, v) {
			return
		}
	}
	if v.Type() == durationType || v.CanAddr() && isTextual(v) {
		d.wrongType(n, "a text")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), path)
	case reflect.Struct:
		d.decodeStruct(n, v, path)
	case reflect.Slice:
		d.decodeSlice(n, v, path)
	case reflect.Map:
		d.decodeMap(n, v, path)
	case reflect.Interface:
		d.decodeAny(n, v, path)
	default:
		d.decodeScalar(n, v)
	}
}

// isLate reports a type whose value an option may give.
func isLate(t reflect.Type) bool {
	return t == durationType || t == reflect.TypeFor[int]() || t == reflect.TypeFor[bool]()
}

var durationType = reflect.TypeFor[time.Duration]()

// special names what makes a description hard to read or grow without end.
func special(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		return "anchors and aliases"
	case *ast.TagNode:
		return "tags"
	case *ast.MergeKeyNode:
		return "merge keys"
	case *ast.MappingKeyNode:
		return "complex keys"
	}
	return ""
}

// scalar is the text of a scalar as it was written; a null is no scalar.
func scalar(n ast.Node) (string, bool) {
	switch t := n.(type) {
	case *ast.StringNode:
		return t.Value, true
	case *ast.LiteralNode:
		return t.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// decodeOwn reads a scalar into a type with a written form of its own.
func (d *document) decodeOwn(n ast.Node, text string, v reflect.Value) bool {
	if v.Type() == durationType {
		dur, err := parseDuration(text)
		if err != nil {
			d.add(placeOf(n), err.Error(), "")
		}
		v.SetInt(int64(dur))
		return true
	}
	if !v.CanAddr() {
		return false
	}
	switch t := v.Addr().Interface().(type) {
	case scalarReader:
		t.readScalar(text)
		return true
	case encoding.TextUnmarshaler:
		if err := t.UnmarshalText([]byte(text)); err != nil {
			d.add(placeOf(n), err.Error(), "")
		}
		return true
	}
	return false
}

func isTextual(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return ok
}

func (d *document) decodeScalar(n ast.Node, v reflect.Value) {
	text, ok := scalar(n)
	switch v.Kind() {
	case reflect.String:
		if !ok {
			d.wrongType(n, "a text")
			return
		}
		v.SetString(text)
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if !ok || err != nil {
			d.wrongType(n, "a whole number")
			return
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		if _, isBool := n.(*ast.BoolNode); !isBool {
			d.wrongType(n, "true or false")
			return
		}
		v.SetBool(text == "true" || text == "True" || text == "TRUE")
	}
}

func (d *document) wrongType(n ast.Node, wanted string) {
	d.add(placeOf(n), fmt.Sprintf("%s stands here, %s is wanted", what(n), wanted), "")
}

// what is a node in words.
func what(n ast.Node) string {
	switch t := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a group of keys"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return fmt.Sprintf("the text %.40q", t.Value)
	case *ast.LiteralNode:
		return "a block of text"
	}
	return n.GetToken().Value
}

func (d *document) decodeSlice(n ast.Node, v reflect.Value, path string) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.wrongType(n, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, e := range list.Values {
		d.decode(e, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

func (d *document) decodeMap(n ast.Node, v reflect.Value, path string) {
	entries, ok := members(n)
	if !ok {
		d.wrongType(n, "a group of keys")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(entries)))
	seen := map[string]int{}
	for _, e := range entries {
		key, ok := d.key(e, seen)
		if !ok {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.decode(e.Value, value, join(path, key))
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
}

// members are the entries of a group of keys.
func members(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch t := n.(type) {
	case *ast.MappingNode:
		return t.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{t}, true
	}
	return nil, false
}

// key is the text of an entry's key, once.
func (d *document) key(e *ast.MappingValueNode, seen map[string]int) (string, bool) {
	if special(e.Key) != "" {
		d.add(placeOf(e.Key), special(e.Key)+" are not used in presets", "")
		return "", false
	}
	key, ok := scalar(e.Key)
	if !ok {
		d.wrongType(e.Key, "a key")
		return "", false
	}
	at := placeOf(e.Key)
	if first, twice := seen[key]; twice {
		d.add(at, fmt.Sprintf("key %s is given twice", key), fmt.Sprintf("the first one is on line %d", first))
		return "", false
	}
	seen[key] = at.line
	return key, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
