package presets

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/scripts"
)

// Markdown is the page of a preset for the docs, made from its declaration alone.
func Markdown(p *Preset) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", p.Name, p.Summary)
	p.facts(&b)
	if p.Setup != "" {
		b.WriteString("## Set it up\n\n" + p.steps() + "\n\n")
	}
	p.settings(&b)
	p.reads(&b)
	p.offers(&b)
	p.limits(&b)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (p *Preset) facts(b *strings.Builder) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "| %s | %s |\n", name, strings.ReplaceAll(value, "|", `\|`))
		}
	}
	b.WriteString("| | |\n|---|---|\n")
	row("Preset", "`"+p.ID+"`")
	row("Category", meaning("category", p.Category))
	row("Read by", either(meaning("kind", p.Kind), p.Kind))
	row("Sign-in", p.signIn())
	row("Maturity", helpOf("maturity", p.Maturity))
	row("Tried against", p.verified())
	row("Vendor's documentation", p.Docs)
	b.WriteString("\n")
}

func helpOf(table, name string) string {
	if m := meaning(table, name); m != "" {
		return name + ": " + m
	}
	return ""
}

// meaning is what a value of a closed list means.
func meaning(table, name string) string {
	for _, n := range names[table] {
		if n.Name == name {
			return n.Help
		}
	}
	return ""
}

// signIn says in words how a connection shows who it is.
func (p *Preset) signIn() string {
	auth := p.Auth
	if name, chosen := wholeOption(auth.Kind); chosen {
		return "as the option `" + name + "` says"
	}
	text := meaning("auth.kind", auth.Kind)
	if auth.Kind == "oauth2" {
		text = "OAuth2: " + meaning("auth.grant", either(auth.Grant, "authorization_code"))
		if name, chosen := wholeOption(auth.Grant); chosen {
			text = "OAuth2, in the way the option `" + name + "` says"
		}
	}
	if auth.Token != "" {
		text += "; or a token that is pasted (" + strings.Join(quoted(optionsIn(auth.Token)), ", ") + ")"
	}
	if n := len(auth.Session); n > 0 {
		session := fmt.Sprintf("a session that begins with %s, and again when the CRM ends it", counted(n, "request", "requests"))
		if auth.Kind == "session" {
			return session
		}
		text += ", then " + session
	}
	return text
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = "`" + text + "`"
	}
	return out
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (p *Preset) verified() string {
	v := p.Verified
	if v.How == "" {
		return ""
	}
	var parts []string
	for _, part := range []string{meaning("verified", v.How), v.API, v.On} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// steps are the setup steps as a page shows them: a server puts its own address in.
func (p *Preset) steps() string {
	text := strings.NewReplacer(
		"$(server.callback_url)", "`https://YOUR-SERVER/oauth/callback`", "$(server.public_url)", "`https://YOUR-SERVER`", "$(server.integration)", "`ID`",
	).Replace(dedent(p.Setup))
	for _, name := range optionsIn(text) {
		text = strings.ReplaceAll(text, optionRef+name+")", "`"+name+"`")
	}
	return text
}

// dedent takes the blanks off that setup steps are written with.
func dedent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}

// settings are the options, the tenant's first.
func (p *Preset) settings(b *strings.Builder) {
	if len(p.Options) == 0 {
		return
	}
	b.WriteString("## Options\n\n" + p.Options.Markdown() + "\n")
	if len(p.Options.At(option.Operator)) > 0 {
		b.WriteString("Those marked operator are set once for all customers (docs/set-up-a-crm.md); a customer with an app of its own sets them for its integration.\n\n")
	}
	if names := p.Choosable(); len(names) > 0 {
		fmt.Fprintf(b, "The CRM itself says what there is for %s: `ringdex integration choices ID OPTION --tenant T`.\n\n", strings.Join(quoted(names), ", "))
	}
}

func (p *Preset) offers(b *strings.Builder) {
	b.WriteString("## Notification and scripts\n\n")
	common := make([]string, 0, 16)
	for _, f := range scripts.CommonFields(p.FieldNames()...) {
		common = append(common, "`$("+f+")`")
	}
	if p.Reads() {
		fmt.Fprintf(b, "Fields: %s", strings.Join(common, ", "))
		if names := p.fieldOptions(); len(names) > 0 {
			fmt.Fprintf(b, ", and those named by the option %s", strings.Join(quoted(names), ", "))
		}
		if p.AnyField() {
			b.WriteString(", and each field of the source by its own name")
		}
		b.WriteString(".\n\n")
	}
	if begin := p.notified(); len(begin) > 0 {
		fmt.Fprintf(b, "The notification begins with %s.\n\n", strings.Join(begin, ", "))
	}
	if len(p.Scripts) == 0 {
		return
	}
	b.WriteString("| script | when | opened | address |\n|---|---|---|---|\n")
	for _, s := range p.Scripts {
		opened := "by a click"
		switch {
		case s.Run == "server":
			opened = "asked by the server when it rings"
		case s.Pop:
			opened = "by itself, where the tenant allows it"
		}
		fmt.Fprintf(b, "| %s | %s | %s | `%s` |\n", s.Name, meaning("when", either(s.When, p.usualWhen())), opened, strings.ReplaceAll(s.URL, "|", `\|`))
	}
	b.WriteString("\n")
}

// words is a limit as people say it.
func (l Limit) words() string {
	for _, u := range []struct {
		one, many string
		of        time.Duration
	}{{"day", "days", 24 * time.Hour}, {"hour", "hours", time.Hour}, {"minute", "minutes", time.Minute}, {"second", "seconds", time.Second}} {
		switch n := int(l.Every / u.of); {
		case n == 1 && l.Every == u.of:
			return fmt.Sprintf("%d requests a %s", l.Count, u.one)
		case n > 1 && l.Every%u.of == 0:
			return fmt.Sprintf("%d requests in %d %s", l.Count, n, u.many)
		}
	}
	return fmt.Sprintf("%d requests in %s", l.Count, l.Every)
}

// fieldOptions are options whose values become fields.
func (p *Preset) fieldOptions() []string {
	var list []string
	for _, s := range p.Streams {
		for _, f := range s.Fields {
			for _, name := range optionsIn(f.Name) {
				if !slices.Contains(list, name) {
					list = append(list, name)
				}
			}
		}
	}
	return list
}

// notified are the fields a notification begins with, in words.
func (p *Preset) notified() []string {
	var list []string
	for _, name := range p.Notification {
		if of, chosen := wholeOption(name); chosen {
			name = "the fields of `" + of + "`"
		}
		list = append(list, name)
	}
	return list
}

func (p *Preset) limits(b *strings.Builder) {
	if len(p.HTTP.Rate) == 0 && p.HTTP.Concurrency == 0 {
		return
	}
	b.WriteString("## Limits kept\n\n")
	for _, r := range p.HTTP.Rate {
		fmt.Fprintf(b, "* %s for %s", r.Limit.words(), meaning("rate.per", r.Per))
		if r.Cost > 1 {
			fmt.Fprintf(b, ", each of which counts as %d", r.Cost)
		}
		if r.Leave > 0 {
			fmt.Fprintf(b, "; %d %% are left to other programs", int(r.Leave))
		}
		b.WriteString("\n")
	}
	if n := p.HTTP.Concurrency; n > 0 {
		fmt.Fprintf(b, "* %s at a time\n", counted(n, "request", "requests"))
	}
}
