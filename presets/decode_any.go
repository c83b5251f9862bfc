package presets

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decodeAny reads a free tree of texts, numbers, flags, lists and groups, as a JSON body is one.
func (d *document) decodeAny(n ast.Node, v reflect.Value, path string) {
	switch t := n.(type) {
	case *ast.SequenceNode:
		list := make([]any, len(t.Values))
		target := reflect.ValueOf(&list).Elem()
		d.decodeSlice(n, target, path)
		v.Set(target)
	case *ast.MappingNode, *ast.MappingValueNode:
		group := map[string]any{}
		target := reflect.ValueOf(&group).Elem()
		d.decodeMap(n, target, path)
		v.Set(target)
	case *ast.NullNode:
		v.SetZero()
	case *ast.IntegerNode, *ast.FloatNode:
		v.Set(reflect.ValueOf(Number(n.GetToken().Value)))
	case *ast.BoolNode:
		v.Set(reflect.ValueOf(t.Value))
	default:
		text, _ := scalar(n)
		v.Set(reflect.ValueOf(text))
	}
}

// Number is a number of a JSON body as it was written.
type Number string

// MarshalJSON writes the digits; a form JSON does not have, such as 0x10, becomes a text.
func (n Number) MarshalJSON() ([]byte, error) {
	if _, err := strconv.ParseFloat(string(n), 64); err != nil || strings.Trim(string(n), "0123456789.-eE") != "" {
		return strconv.AppendQuote(nil, string(n)), nil
	}
	return []byte(n), nil
}
