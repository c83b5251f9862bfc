package presets

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// lintTests reports tests that show nothing and selectors that select nothing
// in any fixture of their stream.
func (p *Preset) lintTests() []Lint {
	var lints []Lint
	if len(p.Tests) == 0 && p.Kind != "push" && p.Kind != "link" {
		lints = append(lints, p.At("tests", 0, "there is no test", "record a few answers and say what must come out"))
	}
	answers := map[string][]Value{}
	for i, t := range p.Tests {
		at := fmt.Sprintf("tests[%d]", i)
		if _, ok := p.Stream(p.testStream(t)); !ok {
			lints = append(lints, p.At(at+".stream", 0, fmt.Sprintf("there is no stream %q", t.Stream), ""))
			continue
		}
		bodies, lint := p.answers(t, at)
		lints = append(lints, lint...)
		answers[p.testStream(t)] = append(answers[p.testStream(t)], bodies...)
	}
	for i, s := range p.Streams {
		if bodies := answers[s.ID]; len(bodies) > 0 {
			lints = append(lints, p.lintSelections(fmt.Sprintf("streams[%d]", i), s, bodies)...)
		}
	}
	return lints
}

// testStream is the stream a test reads.
func (p *Preset) testStream(t Test) string {
	if t.Stream == "" && len(p.Streams) > 0 {
		return p.Streams[0].ID
	}
	return t.Stream
}

// answers are the JSON bodies of a test's exchanges.
func (p *Preset) answers(t Test, at string) ([]Value, []Lint) {
	if len(t.Exchange) == 0 && p.Kind == "rest" {
		return nil, []Lint{p.At(at, 0, "the test has no exchange", "name .http files with what the CRM answered")}
	}
	exchanges, err := p.Exchanges(t)
	var missing *Lint
	if errors.As(err, &missing) {
		return nil, nil // reported where the file is named
	}
	if err != nil {
		return nil, []Lint{p.At(at+".exchange", 0, err.Error(), "")}
	}
	var bodies []Value
	for _, x := range exchanges {
		if v, ok := ParseValue(x.Answer); ok && len(x.Answer) > 0 {
			bodies = append(bodies, v)
		}
	}
	return bodies, nil
}

// lintSelections holds each selector of a stream against the answers.
func (p *Preset) lintSelections(at string, s Stream, bodies []Value) []Lint {
	records := elements(s.Records, bodies)
	lints := p.lintSides(at, s, bodies, &records)
	if len(records) == 0 {
		return append(lints, p.At(at+".records", 0, fmt.Sprintf("%q selects no record in any answer of the tests", s.Records), ""))
	}
	for _, e := range p.entries() {
		if !strings.HasPrefix(e.path, at+".") || e.text == "" {
			continue
		}
		values := bodies
		key := strings.TrimPrefix(e.path, at+".")
		if isOfRecord(key) && !(key == "since.field" && s.Since.ofAnswer()) {
			values = records
		} else if !strings.HasPrefix(key, "page.") && key != "since.field" {
			continue
		}
		lints = append(lints, p.lintSelection(e, values)...)
	}
	return append(lints, p.lintElements(at, s, records)...)
}

// lintSides checks requests beside the full read and adds changed records to records.
func (p *Preset) lintSides(at string, s Stream, bodies []Value, records *[]Value) []Lint {
	var lints []Lint
	for _, side := range []struct {
		key string
		of  *Side
	}{{"changes", s.Changes}, {"deletions", s.Deletions}} {
		if side.of == nil || side.of.Records == "" {
			continue
		}
		found := elements(side.of.Records, bodies)
		if len(found) == 0 {
			lints = append(lints, p.At(at+"."+side.key+".records", 0, fmt.Sprintf("%q selects no record in any answer of the tests", side.of.Records), ""))
		}
		if side.key == "changes" {
			*records = append(*records, found...)
		}
	}
	return lints
}

// ofAnswer reports a watermark that stands beside the records, not in them.
func (s Since) ofAnswer() bool { return s.Format == "opaque" || s.Format == "url" }

// isOfRecord tells selectors into a record from those into an answer.
func isOfRecord(key string) bool {
	if key == "deleted" || key == "since.field" || key == "url" || key == "page.key" {
		return true
	}
	for _, group := range []string{"record.", "phones[", "fields["} {
		if strings.HasPrefix(key, group) {
			return true
		}
	}
	return strings.HasPrefix(key, "joins[") && strings.HasSuffix(key, ".by")
}

func (p *Preset) lintSelection(e entry, values []Value) []Lint {
	var lints []Lint
	for _, sel := range selectorsIn(e) {
		if !selectsAny(sel, values) {
			lints = append(lints, p.At(e.path, 0, fmt.Sprintf("%q selects nothing in any answer of the tests", sel), sel.missing(values)))
		}
	}
	return lints
}

// selectorsIn are the selectors of an entry: itself, or those of its $(…).
func selectorsIn(e entry) []Selector {
	if cond, err := ParseCondition(e.text); e.form == "condition" && err == nil {
		return []Selector{cond.Selector()}
	}
	if e.form == "selector" || e.form == "path" && !strings.Contains(e.text, "$(") {
		if sel, err := ParseSelector(e.text); err == nil {
			return []Selector{sel}
		}
		return nil
	}
	if e.form != "path" && e.form != "link" {
		return nil
	}
	text, err := ParseText(e.text)
	if err != nil {
		return nil
	}
	var list []Selector
	for _, ref := range text.References() {
		if ref.Space == SpaceRecord {
			list = append(list, ref.Selector)
		}
	}
	return list
}

// missing says which names stand where the selector finds none.
func (s Selector) missing(values []Value) string {
	for i, st := range s.steps {
		if selectsAny(Selector{steps: s.steps[:i+1]}, values) {
			continue
		}
		var names []string
		for _, v := range values {
			for at := range (Selector{steps: s.steps[:i]}).All(v) {
				for name := range at.Members() {
					if !slices.Contains(names, name) && len(names) < 50 {
						names = append(names, name)
					}
				}
			}
		}
		return didYouMean(st.key, names)
	}
	return ""
}

func selectsAny(sel Selector, values []Value) bool {
	for _, v := range values {
		for range sel.All(v) {
			return true
		}
	}
	return false
}

// lintElements checks selectors into the entries of phone lists.
func (p *Preset) lintElements(at string, s Stream, records []Value) []Lint {
	var lints []Lint
	for i, phone := range s.Phones {
		for key, text := range map[string]string{"value": phone.Value, "label_at": phone.LabelAt} {
			sel, err := ParseSelector(text)
			if text == "" || err != nil {
				continue
			}
			if entries := elements(phone.Path, records); len(entries) > 0 && !selectsAny(sel, entries) {
				lints = append(lints, p.At(fmt.Sprintf("%s.phones[%d].%s", at, i, key), 0, fmt.Sprintf("%q selects nothing in any entry of %s", text, phone.Path), ""))
			}
		}
	}
	return lints
}

// elements are the values a selector picks, lists opened.
func elements(selector string, values []Value) []Value {
	sel, err := ParseSelector(selector)
	if err != nil {
		return nil
	}
	var list []Value
	for _, v := range values {
		list = append(list, Elements(sel, v)...)
	}
	return list
}

// Elements are the values a selector picks in v, with lists replaced by their elements.
func Elements(sel Selector, v Value) []Value {
	var list []Value
	for e := range sel.All(v) {
		if !e.IsList() {
			list = append(list, e)
			continue
		}
		for one := range e.List() {
			list = append(list, one)
		}
	}
	return list
}
