package presettest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// Result is what one replay gave.
type Result struct {
	Preset, Test, Fault string
	Problems            []string // empty when the test passed
	Records             int
	Requests            int
	Waited              time.Duration // on the replay's own clock
	Got                 []byte        // what came out, in the form of golden files
}

// Passed reports that nothing was wrong.
func (r Result) Passed() bool { return len(r.Problems) == 0 }

// All replays every test of a preset, clean and with each fault that fits.
func All(ctx context.Context, kind presets.Kind, p *presets.Preset) []Result {
	return Some(ctx, kind, p, func(presets.Test, string) bool { return true })
}

// Some replays those tests of a preset, with those faults ("" for none), that are wanted and fit.
func Some(ctx context.Context, kind presets.Kind, p *presets.Preset, wanted func(t presets.Test, fault string) bool) []Result {
	var list []Result
	for _, t := range p.Tests {
		if wanted(t, "") {
			list = append(list, Replay(ctx, kind, p, t, ""))
		}
		for _, name := range Faults() {
			if len(t.Faults) > 0 && !slices.Contains(t.Faults, name) {
				continue
			}
			if wanted(t, name) && fits(p, t, name) {
				list = append(list, Replay(ctx, kind, p, t, name))
			}
		}
	}
	return list
}

func fits(p *presets.Preset, t presets.Test, name string) bool {
	exchanges, err := p.Exchanges(t)
	if err != nil {
		return false
	}
	p, _, _, err = withOptions(p, t)
	return err == nil && fault{name: name, preset: p, pages: pagesOf(p, t, exchanges)}.fits(p, exchanges)
}

func streamOf(p *presets.Preset, t presets.Test) presets.Stream {
	if s, ok := p.Stream(t.Stream); ok {
		return s
	}
	return p.Streams[0]
}

// Replay runs one test with one fault ("" for none) and compares the result with
// the test's golden file.
func Replay(ctx context.Context, kind presets.Kind, p *presets.Preset, t presets.Test, faultName string) Result {
	r := Result{Preset: p.ID, Test: t.Name, Fault: faultName}
	run, err := prepare(p, t, faultName)
	if err != nil {
		r.Problems = append(r.Problems, err.Error())
		return r
	}
	if t.Choices != "" {
		return run.choose(ctx, kind, t, r)
	}
	out, err := run.read(ctx, kind, t)
	r.Records, r.Requests, r.Waited = len(out.Records), run.tape.requests, run.clock.waited
	r.Problems = append(r.Problems, run.problems(err)...)
	if err == nil && faultName != "repeat" {
		r.Got = out.encode()
		r.Problems = append(r.Problems, compare(p, t, faultName, r.Got)...)
	}
	return r
}

// longestWait is what a run with one fault may wait on its clock.
const longestWait = 4 * time.Hour

// run is everything one replay needs.
type run struct {
	preset  *presets.Preset // with the test's options
	tape    *tape
	clock   *clock
	conn    presets.Connection
	log     *bytes.Buffer
	secrets []string
}

func prepare(p *presets.Preset, t presets.Test, faultName string) (*run, error) {
	exchanges, err := p.Exchanges(t)
	if err != nil {
		return nil, err
	}
	p, values, secrets, err := withOptions(p, t)
	if err != nil {
		return nil, err
	}
	now := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	if t.Now != "" {
		if now, err = time.Parse(time.RFC3339, t.Now); err != nil {
			return nil, fmt.Errorf("now: %q is no time such as 2026-11-20T01:00:00Z", t.Now)
		}
	}
	toks := &tokens{keep: t.Auth}
	r := &run{preset: p, clock: &clock{now: now}, log: &bytes.Buffer{}, secrets: secrets}
	r.tape = newTape(exchanges, fault{name: faultName, preset: p, pages: pagesOf(p, t, exchanges), token: toks})
	if !keysInAddresses(p.Auth) {
		r.tape.secrets = secrets
	}
	if t.Database != "" {
		values = maps.Clone(values)
		values["driver"], values["path"] = "sqlite", t.Database
	}
	directory, err := directoryOf(p, t)
	if err != nil {
		return nil, err
	}
	r.conn = presets.Connection{
		Options: values, HTTP: &http.Client{Transport: r.tape, CheckRedirect: asItIs}, Dial: directory.Dial, Token: toks, Files: folder{p.FS}, Pace: r.clock,
		Now: r.clock.Now, Sleep: r.clock.Sleep, Log: quiet(r.log),
	}
	return r, nil
}

// keysInAddresses reports that the vendor wants keys where they are not safe.
func keysInAddresses(a presets.Auth) bool {
	return len(a.Query) > 0 || a.Kind == "path" || slices.ContainsFunc(a.Session, func(s presets.SessionStep) bool { return len(s.Query) > 0 })
}

// withOptions is a preset with a test's options, these, and the secrets among them.
func withOptions(p *presets.Preset, t presets.Test) (*presets.Preset, option.Values, []string, error) {
	values, err := p.TestValues(t)
	if err != nil {
		return nil, nil, nil, err
	}
	var secrets []string
	for _, o := range p.Options {
		if o.IsSecret() && values.Has(o.Name) {
			secrets = append(secrets, values.Get(o.Name))
		}
	}
	q, err := p.With(values)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("options: %w", err)
	}
	return q, values, secrets, nil
}

// read reads the stream to its end marker.
func (r *run) read(ctx context.Context, kind presets.Kind, t presets.Test) (output, error) {
	p := r.preset
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var out output
	source, err := kind.Open(ctx, p, r.conn)
	if err != nil {
		return out, err
	}
	ended := false
	for page, err := range source.Read(ctx, streamOf(p, t).ID, presets.Cursor{Since: t.Since}) {
		if ended {
			_ = source.Close()
			return out, fmt.Errorf("something came behind the last page")
		}
		if err != nil {
			_ = source.Close()
			return out, err
		}
		out.add(page)
		ended = page.Last
	}
	if !ended {
		_ = source.Close()
		return out, fmt.Errorf("the stream ended without its end marker")
	}
	return out, source.Close()
}

// problems are what was wrong with the requests and with how the run ended.
func (r *run) problems(err error) []string {
	repeats := r.tape.fault.repeats()
	var list []string
	switch {
	case err != nil && !repeats:
		list = append(list, "the run failed: "+err.Error())
	case err == nil && repeats:
		list = append(list, "the same page came again and again, and the run took it for the end")
	case err == nil:
		r.tape.unplayed()
	}
	if r.clock.waited > longestWait {
		list = append(list, fmt.Sprintf("the run waited %s", r.clock.waited))
	}
	list = append(list, r.tape.problems...)
	for _, s := range r.secrets {
		if strings.Contains(r.log.String(), s) || err != nil && strings.Contains(err.Error(), s) {
			list = append(list, "a secret is in a log line or an error")
		}
	}
	return list
}

// watermark is the part of a golden file a fault may change: waiting moves the
// moment up to which a run has seen everything.
var watermark = regexp.MustCompile(`^\{"since":"(\\.|[^"\\])*"`)

// compare holds what came out against the golden file.
func compare(p *presets.Preset, t presets.Test, faultName string, got []byte) []string {
	want, err := fs.ReadFile(p.FS, t.Want)
	if err != nil {
		return []string{t.Want + " cannot be read"}
	}
	if faultName != "" {
		want, got = watermark.ReplaceAll(want, []byte(`{"since":""`)), watermark.ReplaceAll(got, []byte(`{"since":""`))
	}
	if d := firstDifference(string(want), string(got)); d != "" {
		return []string{t.Want + " " + d}
	}
	return nil
}

// around is a text where it begins to differ from another one.
func around(text, other string) string {
	at := 0
	for at < min(len(text), len(other)) && text[at] == other[at] {
		at++
	}
	from, to := max(0, at-60), min(len(text), at+120)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	shown := text[from:to]
	if from > 0 {
		shown = "…" + shown
	}
	if to < len(text) {
		shown += "…"
	}
	return shown
}

// firstDifference names the first line that differs.
func firstDifference(want, got string) string {
	w, g := strings.Split(strings.TrimSpace(strings.ReplaceAll(want, "\r\n", "\n")), "\n"), strings.Split(strings.TrimSpace(got), "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = strings.TrimSpace(w[i])
		}
		if i < len(g) {
			b = strings.TrimSpace(g[i])
		}
		if a != b {
			return fmt.Sprintf("line %d: want %s, got %s", i+1, around(a, b), around(b, a))
		}
	}
	return ""
}

// asItIs hands redirects to whoever asked, as the client behind the guard does.
func asItIs(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
