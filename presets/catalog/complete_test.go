package catalog_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
)

// Promise: every preset of the catalogue is whole: it looks like the others in the wizard, speaks Dutch, says what it was tried
// against, and its fixtures show pages, changes and numbers as people write them. A preset of one's own need not.
func TestPresetsAreComplete(t *testing.T) {
	t.Parallel()
	c, _ := presets.NewCatalog(kinds(), catalog.FS())
	var report strings.Builder
	incomplete := 0
	for _, p := range c.All() {
		if missing := missingIn(t, p); len(missing) > 0 {
			incomplete++
			fmt.Fprintf(&report, "\n%s\n  - %s\n", p.ID, strings.Join(missing, "\n  - "))
		}
	}
	if incomplete > 0 {
		t.Errorf("%d of %d presets lack something:\n%s", incomplete, len(c.All()), report.String())
	}
}

// missingIn is what a preset lacks, in words.
func missingIn(t *testing.T, p *presets.Preset) []string {
	var missing []string
	need := func(there bool, format string, args ...any) {
		if !there {
			missing = append(missing, fmt.Sprintf(format, args...))
		}
	}
	need(len(p.Icon) > 0, "icon.svg")
	need(p.Category != "", "category")
	need(strings.TrimSpace(p.Setup) != "", "setup: how an admin gets the values")
	need(strings.HasSuffix(strings.TrimSpace(p.Summary), "."), "summary: one sentence with a full stop")
	if v := p.Verified; p.Opens() { // what is not read from a CRM has no vendor
		need(v.How != "" && v.On != "" && v.API != "", "verified: api, on and how")
		address, err := url.Parse(p.Docs)
		need(err == nil && address.Scheme == "https" && address.Host != "" || p.ID == "democrm", "docs: an https address")
	}
	for _, o := range p.Options {
		need(o.Title != "", "options.%s: title", o.Name)
	}
	if p.Reads() {
		need(len(p.Notification) > 0, "notification")
		for _, s := range p.Streams {
			need(s.Title != "", "streams.%s: title", s.ID)
		}
	}
	if p.NeedsSignIn(option.Values{}) && p.Auth.Grant == "authorization_code" {
		need(strings.Contains(p.Setup, "$(server.callback_url)"), "setup: $(server.callback_url), which has to be registered")
	}
	missing = append(missing, missingDutch(p)...)
	return append(missing, missingProof(t, p)...)
}

// words are texts that have a meaning in a language: names of methods and forms of times have none.
var words = regexp.MustCompile(`[a-z]{2}`)

// missingDutch are English texts without a Dutch one.
func missingDutch(p *presets.Preset) []string {
	nl := p.Translations["nl"]
	var missing []string
	need := func(english, dutch, where string, args ...any) {
		if words.MatchString(english) && strings.TrimSpace(dutch) == "" {
			missing = append(missing, "nl.yaml: "+fmt.Sprintf(where, args...))
		}
	}
	need(p.Summary, nl.Summary, "summary")
	need(p.Setup, nl.Setup, "setup")
	for _, o := range p.Options {
		text := nl.Options[o.Name]
		need(o.Title, text.Title, "options.%s.title", o.Name)
		need(o.Help, text.Help, "options.%s.help", o.Name)
		for _, c := range o.Choices {
			need(c.Title, text.Choices[c.Value], "options.%s.choices.%s", o.Name, c.Value)
		}
	}
	for _, s := range p.Streams {
		need(s.Title, nl.Streams[s.ID], "streams.%s", s.ID)
		for _, f := range s.Fields {
			need(f.Title, nl.Fields[f.Name], "fields.%s", f.Name)
		}
	}
	for _, s := range p.Scripts {
		need(s.Name, nl.Scripts[s.Name], "scripts.%s", s.Name)
	}
	for _, r := range p.HTTP.Errors {
		need(r.Hint, nl.Hints[r.Hint], "hints.%s", r.Hint)
	}
	return missing
}

// golden is what the tests of a preset give.
type golden struct {
	Records []struct {
		Deleted bool
		Phones  []struct{ Raw string }
	}
}

// Numbers as no person types them: digits alone, or as a CRM has them that makes E.164 of everything.
var (
	plain = regexp.MustCompile(`^\+?[0-9]*$`)
	e164  = regexp.MustCompile(`^\+[0-9]+$`)
)

// tells reports that a CRM says what has changed or is gone.
func tells(p *presets.Preset) bool {
	return slices.ContainsFunc(p.Streams, func(s presets.Stream) bool {
		return s.Changes != nil || s.Deletions != nil || s.Deleted != "" || s.DeletedIDs != "" || s.Since.Field != "" || s.Since.Param != "" || s.Since.Where != ""
	})
}

// missingProof is what the fixtures do not show.
func missingProof(t *testing.T, p *presets.Preset) []string {
	t.Helper()
	if !p.Reads() || !p.Opens() {
		return nil
	}
	var missing []string
	messy, change, pages, international := false, false, false, true
	for _, test := range p.Tests {
		if test.Choices != "" {
			continue
		}
		text, err := fs.ReadFile(p.FS, test.Want)
		if err != nil {
			t.Fatal(err)
		}
		var g golden
		if err := json.Unmarshal(text, &g); err != nil {
			t.Fatalf("%s/%s: %v", p.ID, test.Want, err)
		}
		change = change || test.Since != ""
		pages = pages || pagesIn(t, p, test) > 1
		for _, r := range g.Records {
			change = change || r.Deleted
			for _, phone := range r.Phones {
				messy = messy || !plain.MatchString(phone.Raw)
				international = international && e164.MatchString(phone.Raw)
			}
		}
	}
	if !messy && !international {
		missing = append(missing, "tests: a number as people write it")
	}
	if p.Kind != "rest" {
		return missing
	}
	if !change && tells(p) {
		missing = append(missing, "tests: a change or a deletion since the last run")
	}
	if !pages {
		missing = append(missing, "tests: two pages")
	}
	return missing
}

// pagesIn is how many answers of a test hold records of its stream.
func pagesIn(t *testing.T, p *presets.Preset, test presets.Test) int {
	t.Helper()
	values, err := p.TestValues(test)
	if err != nil {
		t.Fatal(err)
	}
	own, err := p.With(values)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := own.Stream(test.Stream)
	if !ok {
		s = own.Streams[0]
	}
	exchanges, err := own.Exchanges(test)
	if err != nil {
		t.Fatal(err)
	}
	selectors := []string{s.Records}
	for _, then := range []*presets.Then{s.Page.Then} {
		if then != nil && then.Records != "" {
			selectors = append(selectors, then.Records)
		}
	}
	n := 0
	for _, x := range exchanges {
		answer, ok := own.ParseAnswer(x.Answer)
		for _, text := range selectors {
			sel, err := presets.ParseSelector(text)
			if ok && err == nil && len(presets.Elements(sel, answer)) > 0 {
				n++
				break
			}
		}
	}
	return n
}
