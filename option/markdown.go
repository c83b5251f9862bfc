package option

import (
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Markdown returns the options as a table for the docs; a set without options is "".
func (s Set) Markdown() string {
	if len(s) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| option | type | default | meaning |\n|---|---|---|---|\n")
	for _, o := range s {
		fmt.Fprintf(&b, "| `%s`%s | %s | %s | %s |\n", o.Name, o.marks(), o.typeText(), cell(code(o.Default)), cell(o.meaning()))
	}
	return b.String()
}

func (o Option) marks() string {
	var marks []string
	if o.Required {
		marks = append(marks, "required")
	}
	if o.ForOperator() {
		marks = append(marks, "operator")
	}
	if len(marks) == 0 {
		return ""
	}
	return " (" + strings.Join(marks, ", ") + ")"
}

func (o Option) typeText() string {
	text := string(o.Kind())
	if o.Kind() == OneOf {
		text = strings.Join(o.choiceValues(), ", ")
	}
	if o.List {
		text += ", several"
	}
	if o.hasBounds() && o.takesBounds() {
		text += ", " + strings.TrimPrefix(o.bounds(wording.Text{}).String(), "must be ")
	}
	return cell(text)
}

func (o Option) meaning() string {
	parts := []string{o.Title, o.Help}
	if o.Example != "" {
		parts = append(parts, "Example: "+code(o.Example))
	}
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, strings.TrimSuffix(part, "."))
		}
	}
	return strings.Join(said, ". ")
}

// cell keeps a text from ending a table's cell or line.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", "").Replace(text)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}
