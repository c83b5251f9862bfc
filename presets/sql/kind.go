package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// Kind opens presets of kind sql. The zero value is ready for use.
type Kind struct{}

var (
	_ presets.Kind         = Kind{}
	_ presets.OptionReader = Kind{}
)

// ReadsOptions are the options whose names mean something here.
func (Kind) ReadsOptions() []string { return optionNames() }

// Lint checks what only databases know: a product, something to read, nothing of HTTP, a mapping that is whole.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"auth", "http", "check", "file"} {
		if p.Has(key) {
			lints = append(lints, p.At(key, 0, fmt.Sprintf("a database has no %s", key), "leave the key out"))
		}
	}
	if _, ok := p.Options.Find("driver"); !ok && p.SQL.Driver == "" {
		lints = append(lints, p.At("sql", 0, "sql.driver is missing", "name the product, or declare an option driver"))
	}
	lints = append(lints, lintDriverOption(p)...)
	for i, st := range p.Streams {
		lints = append(lints, lintStream(p, st, fmt.Sprintf("streams[%d]", i))...)
	}
	return lints
}

func lintDriverOption(p *presets.Preset) []presets.Lint {
	o, ok := p.Options.Find("driver")
	if !ok {
		return nil
	}
	at := fmt.Sprintf("options[%d]", slices.IndexFunc(p.Options, func(one option.Option) bool { return one.Name == o.Name }))
	if o.Kind() != option.OneOf {
		return []presets.Lint{p.At(at, 0, "option driver must be a choice", "its values are those of sql.driver")}
	}
	for _, c := range o.Choices {
		if _, err := dialectOf(c.Value); err != nil {
			return []presets.Lint{p.At(at, 0, err.Error(), "possible: postgresql, mysql, sqlserver, sqlite")}
		}
	}
	return nil
}

func lintStream(p *presets.Preset, st presets.Stream, at string) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"request", "records", "select", "changes", "deletions", "joins"} {
		if p.Has(at + "." + key) {
			lints = append(lints, p.At(at+"."+key, 0, fmt.Sprintf("kind sql does not read %s", key), "a SELECT does all of it"))
		}
	}
	if st.Query != "" && st.Table != "" {
		lints = append(lints, p.At(at+".query", 0, "there is a table too", "leave one of the two out"))
	}
	_, table := p.Options.Find("table")
	_, query := p.Options.Find("query")
	if st.Query == "" && st.Table == "" && !table && !query {
		lints = append(lints, p.At(at, 0, "nothing says what is read", "give the stream a table or a query, or declare option table"))
	}
	if st.Page.Size > maxPageSize {
		lints = append(lints, p.At(at+".page.size", 0, fmt.Sprintf("a page has at most %d records", maxPageSize), ""))
	}
	if d, err := dialectOf(p.SQL.Driver); err == nil && st.Query != "" && !strings.HasPrefix(st.Query, "$(option.") {
		if _, err := readQuery(d, st.Query, nil); err != nil {
			lints = append(lints, p.At(at+".query", 0, err.Error(), ""))
		}
	}
	if _, err := newMapping(p, st); err != nil {
		lints = append(lints, p.At(at, 0, err.Error(), ""))
	}
	return lints
}

// Open checks the settings. Nothing is connected yet.
func (Kind) Open(_ context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	if len(p.Streams) == 0 {
		return nil, fmt.Errorf("open %s: the preset has no stream", p.ID)
	}
	p, err := p.With(c.Options)
	if err != nil {
		return nil, err
	}
	set, err := readSettings(p, c.Options)
	if err != nil {
		return nil, err
	}
	s := &source{preset: p, conn: c, set: set, streams: map[string]*stream{}}
	for _, st := range p.Streams {
		if s.streams[st.ID], err = s.newStream(st); err != nil {
			return nil, err
		}
	}
	return s, s.openDatabase()
}
