package presets

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// reads are the objects of a CRM with what is copied of each, and what runs can make of them.
func (p *Preset) reads(b *strings.Builder) {
	if !p.Reads() {
		b.WriteString("Nothing is copied: the preset brings scripts alone.\n\n")
		return
	}
	b.WriteString("## What is copied\n\n")
	if len(p.Streams) > 1 {
		var ids []string
		for _, s := range p.Streams {
			ids = append(ids, s.ID)
		}
		fmt.Fprintf(b, "All of these; the option `objects` keeps it to some: %s.\n\n", strings.Join(quoted(ids), ", "))
	}
	for _, s := range p.Streams {
		fmt.Fprintf(b, "### %s (`%s`)\n\n", either(s.Title, s.ID), s.ID)
		for _, line := range p.abilities(s) {
			b.WriteString("* " + line + "\n")
		}
		b.WriteString("\n")
		s.numbers(b)
		s.ownFields(b)
	}
}

// abilities says honestly which runs a stream can make, and what else a reader has to know of it.
func (p *Preset) abilities(s Stream) []string {
	lines := []string{p.runs(s)}
	if s.MaxAge > 0 {
		lines = append(lines, fmt.Sprintf("Changes are asked for up to %s back; after a longer pause everything is read.", days(s.MaxAge)))
	}
	if s.Optional {
		lines = append(lines, "An account without these, or without the right to see them, is read all the same; what was copied before stays until they can be read again.")
	}
	if names := optionsIn(s.Filter); len(names) > 0 {
		lines = append(lines, fmt.Sprintf("The option %s narrows down which are copied.", strings.Join(quoted(names), ", ")))
	}
	if s.Select.Describe.Get != "" || s.Select.Describe.Post != "" {
		lines = append(lines, "Only fields that the account has are asked for.")
	}
	for _, j := range s.Joins {
		if strings.Contains(s.Record.Company, "$(join."+j.Name+")") {
			lines = append(lines, "The company's name is looked up by its id.")
		}
	}
	if s.URL == "" && s.Record.URL == "" {
		lines = append(lines, "There is no page of the record that a call could open.")
	}
	return lines
}

// runs says in words how changes and deletions arrive.
func (p *Preset) runs(s Stream) string {
	changes := s.asksForChanges(p)
	deletions := s.Deletions != nil || s.Deleted != "" || s.DeletedIDs != ""
	switch {
	case p.Kind == "push":
		return "Whoever sends the contacts decides whether all or only changes are sent."
	case p.Kind == "file":
		return "The file is read whole whenever it has changed; what is no longer in it is gone."
	case p.Kind == "directory":
		return "Changes and deletions are found between full reads; where the server cannot tell them, everything is read."
	case p.Kind == "sql" && s.OtherFields && !changes:
		return "Changes are fetched between full reads where a column says when a row changed last, deletions where one marks them; both are seen by a full read."
	case changes && deletions:
		return "Changes and deletions are fetched day and night; once a week everything is read, which finds what they missed."
	case changes:
		return "Changes are fetched day and night. The CRM does not tell deletions: a deleted record goes on answering until everything is read, which is once a week."
	case s.mayAskForChanges():
		return "Everything is read each night, unless the options say how to ask for changes."
	}
	return "The CRM does not tell what has changed: everything is read each night, and changes and deletions are seen then."
}

// asksForChanges reports that a stream can be read from a watermark, whatever the options.
func (s Stream) asksForChanges(p *Preset) bool {
	fixed := func(text string) bool { return text != "" && !strings.Contains(text, optionRef) }
	if s.Changes != nil || fixed(s.Since.Param) || s.Since.Where != "" || s.Since.Format == "url" || s.Since.Format == "opaque" {
		return true
	}
	if p.Kind != "rest" {
		return s.Since.Field != ""
	}
	return p.entriesHold(s, "$(since.")
}

func (s Stream) mayAskForChanges() bool { return s.Since.Param != "" || s.Since.Field != "" }

// entriesHold reports whether a request of a stream holds a text.
func (p *Preset) entriesHold(s Stream, text string) bool {
	at := fmt.Sprintf("streams[%d].", slices.IndexFunc(p.Streams, func(o Stream) bool { return o.ID == s.ID }))
	return slices.ContainsFunc(p.entries(), func(e entry) bool {
		return strings.HasPrefix(e.path, at) && strings.Contains(e.path, "request.") && strings.Contains(e.text, text)
	})
}

func days(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return counted(int(d.Hours()), "hour", "hours")
}

// numbers is the table of phone fields.
func (s Stream) numbers(b *strings.Builder) {
	if len(s.Phones) == 0 {
		return
	}
	b.WriteString("| number | kind | |\n|---|---|---|\n")
	for _, p := range s.Phones {
		kind := strings.ReplaceAll(p.Label, "_", " ")
		if p.LabelAt != "" {
			kind = "as the CRM says"
			if p.Label != "" {
				kind += ", else " + strings.ReplaceAll(p.Label, "_", " ")
			}
		}
		note := ""
		if p.Fax {
			note = "only where the option `fax` is set"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", placeText(p.Path), kind, note)
	}
	b.WriteString("\n")
}

// placeText is a selector in words where an option gives it.
func placeText(text string) string {
	if name, chosen := wholeOption(text); chosen {
		return "option `" + name + "`"
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}

// ownFields is the table of the CRM's own fields.
func (s Stream) ownFields(b *strings.Builder) {
	if len(s.Fields) == 0 {
		return
	}
	b.WriteString("| field | in scripts |\n|---|---|\n")
	for _, f := range s.Fields {
		if name, chosen := wholeOption(f.Name); chosen {
			fmt.Fprintf(b, "| option `%s` | by the last key of each |\n", name)
			continue
		}
		fmt.Fprintf(b, "| %s | `$(%s)` |\n", either(f.Title, f.Name), f.Name)
	}
	b.WriteString("\n")
}
