package presets

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// lintTests reports tests that show nothing and selectors that select nothing in any fixture of their stream.
func (p *Preset) lintTests() []Lint {
	var lints []Lint
	if len(p.Tests) == 0 && p.Kind != "push" && p.Kind != "link" {
		lints = append(lints, p.At("tests", 0, "there is no test", "record a few answers and say what must come out"))
	}
	groups := fixtures{}
	for i, t := range p.Tests {
		at := fmt.Sprintf("tests[%d]", i)
		if _, ok := p.Stream(p.testStream(t)); !ok {
			lints = append(lints, p.At(at+".stream", 0, fmt.Sprintf("there is no stream %q", t.Stream), ""))
			continue
		}
		bodies, lint := p.answers(t, at)
		lints = append(lints, lint...)
		q, problem := p.forTest(t)
		if problem != "" {
			lints = append(lints, p.At(at+".options", 0, problem, ""))
			continue
		}
		if t.Choices != "" {
			lints = append(lints, q.lintChoices(t, at, bodies)...)
			continue
		}
		groups.add(q, p.testStream(t), bodies)
	}
	return append(lints, groups.lint()...)
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
		if v, ok := p.ParseAnswer(x.Answer); ok && len(x.Answer) > 0 {
			bodies = append(bodies, v)
		}
	}
	return bodies, nil
}

// checkSelections holds each selector of a stream against the answers.
func (p *Preset) checkSelections(at string, s Stream, bodies []Value) []check {
	records := elements(s.Records, bodies)
	checks := p.checkSides(at, s, bodies, &records)
	checks = append(checks, check{at + " records " + s.Records, len(records) > 0, p.At(at+".records", 0, fmt.Sprintf("%q selects no record in any answer of the tests", s.Records), "")})
	if len(records) == 0 {
		return checks
	}
	if s.Detail.Get != "" || s.Detail.Post != "" {
		records = append(records, s.Detail.records(bodies)...)
	}
	for _, e := range p.entries() {
		if !strings.HasPrefix(e.path, at+".") || e.text == "" {
			continue
		}
		key := strings.TrimPrefix(e.path, at+".")
		values, isRecord := bodies, isOfRecord(key) && !(key == "since.field" && s.Since.ofAnswer())
		if isRecord {
			values = records
		} else if !strings.HasPrefix(key, "page.") && key != "since.field" {
			continue
		}
		for _, sel := range selectorsIn(e) {
			found := selectsAny(sel, values)
			c := check{what: fmt.Sprintf("%s %t %s", at, isRecord, sel), good: found}
			if !found {
				c.lint = p.At(e.path, 0, fmt.Sprintf("%q selects nothing in any answer of the tests", sel), sel.missing(values))
			}
			checks = append(checks, c)
		}
	}
	return append(checks, p.checkElements(at, s, records)...)
}

// checkSides checks requests beside the full read and adds changed records to records.
func (p *Preset) checkSides(at string, s Stream, bodies []Value, records *[]Value) []check {
	var checks []check
	for _, side := range []struct {
		key string
		of  *Side
	}{{"changes", s.Changes}, {"deletions", s.Deletions}} {
		if side.of == nil || side.of.Records == "" {
			continue
		}
		found := elements(side.of.Records, bodies)
		checks = append(checks, check{at + " " + side.key + " " + side.of.Records, len(found) > 0, p.At(at+"."+side.key+".records", 0, fmt.Sprintf("%q selects no record in any answer of the tests", side.of.Records), "")})
		if side.key == "changes" {
			*records = append(*records, found...)
		}
	}
	return checks
}

// records are the answers about single records among others.
func (d Detail) records(bodies []Value) []Value {
	if d.Record == "" {
		return bodies
	}
	return elements(d.Record, bodies)
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

// checkElements checks selectors into the entries of phone lists.
func (p *Preset) checkElements(at string, s Stream, records []Value) []check {
	var checks []check
	for i, phone := range s.Phones {
		for _, one := range [][2]string{{"value", phone.Value}, {"label_at", phone.LabelAt}, {"country_at", phone.CountryAt}} {
			sel, err := ParseSelector(one[1])
			if one[1] == "" || err != nil {
				continue
			}
			if entries := elements(phone.Path, records); len(entries) > 0 {
				checks = append(checks, check{at + " entry " + phone.Path + " " + one[1], selectsAny(sel, entries), p.At(fmt.Sprintf("%s.phones[%d].%s", at, i, one[0]), 0, fmt.Sprintf("%q selects nothing in any entry of %s", one[1], phone.Path), "")})
			}
		}
	}
	return checks
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
