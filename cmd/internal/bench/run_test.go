package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// The in-process benchmarks run at a small size, find what they ask for, and print their tables.
func TestMatchAndSync(t *testing.T) {
	var out bytes.Buffer
	r := &Run{Out: &out, Rounds: 1, Dir: t.TempDir()}
	r.Header("test")
	s, err := r.filled(t.Context(), 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.lookups(500) {
		for i := range 500 {
			if err := l.ask(l.made(i)); err != nil {
				t.Fatalf("%s, contact %d: %v", l.name, i, err)
			}
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Sync(t.Context(), 500); err != nil {
		t.Fatal(err)
	}
	if err := r.ReadWhileSync(t.Context(), 500); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"load average", "500 contacts with one number each", "| second, nothing changed |", "worst µs"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
}

// A look-up that finds nobody where somebody is known is an error and no figure.
func TestWrongAnswersAreNoFigures(t *testing.T) {
	r := &Run{Out: &bytes.Buffer{}, Dir: t.TempDir()}
	s, err := r.filled(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.index(1)(international(11)); err == nil {
		t.Error("an unknown number passed for a known one in the index")
	}
	if err := s.answer(1)(international(11)); err == nil {
		t.Error("an unknown number passed for a known one in the answer")
	}
	if err := s.answer(0)(national(3)); err == nil {
		t.Error("a known number passed for an unknown one")
	}
}

// A peer is asked for the record that was stored of the number, about as large as the one the targets were measured with.
func TestStoredRecord(t *testing.T) {
	for _, i := range []int{0, 999_999} {
		body := entry{i}.stored()
		if len(body) != recordSize || !bytes.Contains(body, []byte(entry{i}.name())) {
			t.Errorf("%d bytes: %s", len(body), body)
		}
	}
}

// A process that ends instead of serving is noticed at once.
func TestProcessThatDoesNotServe(t *testing.T) {
	if _, ok := installed("taskset"); !ok {
		t.Skip("taskset is not installed")
	}
	p, err := start(t.Context(), serverCore, 0, "false")
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	address, err := free()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := p.ready(t.Context(), address); err == nil {
		t.Error("ready")
	}
	if time.Since(began) > time.Minute {
		t.Error("waited for a process that had ended")
	}
}
