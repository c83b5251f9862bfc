package presets

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// formatMarkdown is the reference of the format: every key of every group, and
// every closed list, made from the tags the loader follows.
func formatMarkdown() string {
	var b strings.Builder
	seen := map[reflect.Type]bool{}
	queue := []group{{"preset.yaml", reflect.TypeFor[Preset]()}}
	for len(queue) > 0 {
		g := queue[0]
		queue = queue[1:]
		if seen[g.typ] {
			continue
		}
		seen[g.typ] = true
		queue = append(queue, g.write(&b)...)
	}
	b.WriteString("### Closed lists\n\n| list | value | meaning |\n|---|---|---|\n")
	for _, table := range slices.Sorted(maps.Keys(names)) {
		for i, n := range names[table] {
			list := ""
			if i == 0 {
				list = "`" + table + "`"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", list, n.Name, n.Help)
		}
	}
	return b.String()
}

// group is a struct of the format with the key it stands at.
type group struct {
	title string
	typ   reflect.Type
}

// write is the table of one group; it answers with the groups inside.
func (g group) write(b *strings.Builder) []group {
	fmt.Fprintf(b, "### %s\n\n| key | holds | meaning |\n|---|---|---|\n", g.title)
	var inside []group
	for _, c := range columns(g.typ) {
		need := ""
		if c.need() {
			need = " (needed)"
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", c.key, need, holdsText(c), c.tag.Get("help"))
		if inner := elementType(c.typ); inner.Kind() == reflect.Struct && inner.PkgPath() == g.typ.PkgPath() && !isWritten(inner) {
			inside = append(inside, group{"`" + c.key + "`", inner})
		}
	}
	b.WriteString("\n")
	return inside
}

func elementType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

func isWritten(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// holdsText says what stands at a key.
func holdsText(c column) string {
	one := holdsOne(c, elementType(c.typ))
	switch c.typ.Kind() {
	case reflect.Slice:
		return "list of " + one
	case reflect.Map:
		return "names, each with " + one
	}
	return one
}

func holdsOne(c column, t reflect.Type) string {
	form, table, _ := strings.Cut(c.tag.Get("form"), ":")
	refs := ""
	if r := c.tag.Get("refs"); r != "" {
		refs = " with " + strings.ReplaceAll(r, " ", ", ")
	}
	switch {
	case t == durationType:
		return "duration"
	case t.PkgPath() != "" && t.PkgPath() != reflect.TypeFor[Preset]().PkgPath():
		return "option"
	case form == "name":
		return "`" + table + "`" + refs
	case form == "url" || form == "link":
		return "address" + refs
	case form == "text":
		return "text" + refs
	case form == "path":
		return "selector, or text" + refs
	case form == "element":
		return "selector into an entry" + refs
	case form == "template", form == "body", form == "header":
		return "script"
	case form == "condition":
		return "selector or comparison" + refs
	case form == "selector" || form == "file" || form == "id":
		return form + refs
	case t.Kind() == reflect.Int && !isWritten(t):
		return "number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Struct && !isWritten(t):
		return "group"
	case t.Kind() == reflect.Interface:
		return "anything"
	}
	return "text" + refs
}
