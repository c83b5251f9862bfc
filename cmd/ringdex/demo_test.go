package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// TestDemo guards the first thing a stranger tries: it starts, answers with every name it promises, and ends cleanly.
func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "folder", "that", "lies", "deep", "enough", "to", "be", "longer", "than", "the", "address", "of", "a", "unix", "socket")
	shown, stop := startDemo(t, dir)
	get := func(path string) (int, []byte) { return ask(t, shown, path) }

	if status, _ := get("/readyz"); status != http.StatusOK {
		t.Errorf("/readyz after demo.json was written: %d", status)
	}
	if len(shown.Samples) < 20 {
		t.Errorf("%d samples, the contract says at least 20", len(shown.Samples))
	}
	for _, s := range shown.Samples {
		_, body := get("/v1/match?number=" + url.QueryEscape(s.Number))
		var answer struct {
			Matches []struct{ Name string }
		}
		if err := json.Unmarshal(body, &answer); err != nil || len(answer.Matches) != 1 || answer.Matches[0].Name != s.Name {
			t.Errorf("%s: want one match %q, got %s (%v)", s.Number, s.Name, body, err)
		}
	}
	if _, body := get("/v1/name?number=010-7020014"); string(body) != "Jansen & Zn." {
		t.Errorf("a number with an extension behind it names the company: got %q", body)
	}
	if err := stop(); err != nil {
		t.Errorf("the demo ended with: %v", err)
	}

	// Started again on the same folder it finds everything and answers under a new key.
	shown, stop = startDemo(t, dir)
	if status, _ := get("/v1/match?number=" + url.QueryEscape(shown.Samples[0].Number)); status != http.StatusOK {
		t.Errorf("second start: status %d", status)
	}
	if err := stop(); err != nil {
		t.Errorf("the second demo ended with: %v", err)
	}
}

// TestDemoRemovesItsFolder guards that trying leaves nothing behind.
func TestDemoRemovesItsFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- runDemo(ctx, "--listen", "127.0.0.1:0") }()
	waitFor(t, done, func() bool {
		found, _ := filepath.Glob(filepath.Join(os.TempDir(), demoFolder+"*", "demo.json"))
		return len(found) == 1
	})
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the demo ended with: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), demoFolder+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func runDemo(ctx context.Context, args ...string) error {
	cmd := newDemo()
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	return cmd.ExecuteContext(ctx)
}

// startDemo runs a demo until stop; stop returns what it ended with.
func startDemo(t *testing.T, dir string) (shown demoShown, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	file := filepath.Join(dir, "demo.json")
	_ = os.Remove(file)
	go func() { done <- runDemo(ctx, "--listen", "127.0.0.1:0", "--data", dir) }()
	waitFor(t, done, func() bool {
		raw, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(raw, &shown) == nil
	})
	return shown, func() error { cancel(); return <-done }
}

// waitFor polls until ready, or fails with what ended the demo too early.
func waitFor(t *testing.T, done <-chan error, ready func() bool) {
	t.Helper()
	if !comes(func() bool {
		select {
		case err := <-done:
			t.Fatalf("ended before it was ready: %v", err)
		default:
		}
		return ready()
	}) {
		t.Fatal("waited in vain for the demo to be ready")
	}
}

func ask(t *testing.T, shown demoShown, path string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shown.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+shown.Key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(fmt.Errorf("ask %s: %w", path, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}
