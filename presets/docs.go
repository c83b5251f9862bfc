package presets

import (
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/scripts"
)

// Markdown is the page of a preset for the docs, made from its declaration alone.
func Markdown(p *Preset) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", p.Name, p.Summary)
	p.facts(&b)
	if len(p.Options) > 0 {
		b.WriteString("## Options\n\n" + p.Options.Markdown() + "\n")
	}
	if p.Setup != "" {
		b.WriteString("## How to get these values\n\n" + dedent(p.Setup) + "\n\n")
	}
	p.reads(&b)
	p.offers(&b)
	p.limits(&b)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (p *Preset) facts(b *strings.Builder) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "| %s | %s |\n", name, value)
		}
	}
	b.WriteString("| | |\n|---|---|\n")
	row("Preset", "`"+p.ID+"`")
	row("Kind", p.Kind)
	row("Sign-in", p.signIn())
	row("Maturity", either(helpOf("maturity", p.Maturity), p.Maturity))
	row("Verified", p.verified())
	row("Vendor's documentation", p.Docs)
	b.WriteString("\n")
}

func helpOf(table, name string) string {
	for _, n := range names[table] {
		if n.Name == name {
			return n.Name + ": " + n.Help
		}
	}
	return ""
}

func (p *Preset) signIn() string {
	if p.Auth.Grant != "" {
		return helpOf("auth.grant", p.Auth.Grant)
	}
	return helpOf("auth.kind", p.Auth.Kind)
}

func (p *Preset) verified() string {
	v := p.Verified
	if v.How == "" {
		return ""
	}
	return strings.Join(strings.Fields(v.API+" "+v.On), ", ") + ", " + helpOf("verified", v.How)
}

// dedent takes the blanks off that setup steps are written with.
func dedent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}

func (p *Preset) reads(b *strings.Builder) {
	if !p.Reads() {
		b.WriteString("Nothing is read: the preset brings scripts alone.\n\n")
		return
	}
	b.WriteString("## What is read\n\n")
	for _, s := range p.Streams {
		fmt.Fprintf(b, "* **%s** (`%s`). %s", either(s.Title, s.ID), s.ID, s.runs(p.Kind))
		if phones := s.phoneList(); phones != "" {
			b.WriteString(" Numbers: " + phones + ".")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// runs says in words which runs a stream can make.
func (s Stream) runs(kind string) string {
	changes := s.Since.Field != "" || s.Since.Param != "" || s.Since.Where != "" || s.Changes != nil
	deletions := s.Deletions != nil || s.Deleted != ""
	switch {
	case kind == "file":
		return "Read whole whenever the file has changed."
	case kind == "directory":
		return "Changes and deletions are found between full reads; where the server cannot tell them, everything is read."
	case kind == "sql" && s.OtherFields && !changes:
		return "Changes are fetched between full reads where a column says when a row changed last, deletions where one marks them; both are seen by a full read."
	case changes && deletions:
		return "Changes and deletions are fetched between full reads."
	case changes:
		return "Changes are fetched between full reads; deletions are seen by a full read."
	}
	return "Always read in full."
}

func (s Stream) phoneList() string {
	var list []string
	for _, p := range s.Phones {
		text := "`" + p.Path + "`"
		if p.Label != "" {
			text += " (" + strings.ReplaceAll(p.Label, "_", " ") + ")"
		}
		if p.Fax {
			text += ", only where ticked"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func (p *Preset) offers(b *strings.Builder) {
	b.WriteString("## Notification and scripts\n\n")
	common := make([]string, 0, 16)
	for _, f := range scripts.CommonFields(p.FieldNames()...) {
		common = append(common, "`$("+f+")`")
	}
	if p.Reads() {
		fmt.Fprintf(b, "Fields: %s", strings.Join(common, ", "))
		if p.AnyField() {
			b.WriteString(", and each field of the source by its own name")
		}
		b.WriteString(".\n\n")
	}
	if len(p.Notification) > 0 {
		fmt.Fprintf(b, "The notification begins with %s.\n\n", strings.Join(p.Notification, ", "))
	}
	if len(p.Scripts) == 0 {
		return
	}
	b.WriteString("| script | when | address |\n|---|---|---|\n")
	for _, s := range p.Scripts {
		fmt.Fprintf(b, "| %s | %s | `%s` |\n", s.Name, helpOf("when", either(s.When, p.usualWhen())), strings.ReplaceAll(s.URL, "|", `\|`))
	}
	b.WriteString("\n")
}

func (p *Preset) limits(b *strings.Builder) {
	if len(p.HTTP.Rate) == 0 {
		return
	}
	b.WriteString("## Limits kept\n\n")
	for _, r := range p.HTTP.Rate {
		text, _ := r.Limit.MarshalText()
		fmt.Fprintf(b, "* %s per %s", text, r.Per)
		if r.Leave > 0 {
			fmt.Fprintf(b, ", of which %d %% are left to other programs", int(r.Leave))
		}
		b.WriteString("\n")
	}
}
