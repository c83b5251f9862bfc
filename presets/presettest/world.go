package presettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// clock is a clock on which waiting takes no time.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	waited time.Duration
}

// Now is the time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock on.
func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now, c.waited = c.now.Add(d), c.waited+d
	}
	return ctx.Err()
}

// Wait implements [presets.Pace]: limits are kept elsewhere.
func (c *clock) Wait(ctx context.Context, _ ...presets.Share) error { return ctx.Err() }

// Hold implements [presets.Pace]: everyone waits until then.
func (c *clock) Hold(_ string, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := until.Sub(c.now); d > 0 {
		c.now, c.waited = until, c.waited+d
	}
}

// tokens hands out access tokens; a rejected one is replaced by the next.
type tokens struct {
	mu      sync.Mutex
	number  int
	expired bool
	keep    map[string]string
}

// Token implements [presets.TokenSource].
func (t *tokens) Token(ctx context.Context) (presets.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return presets.Token{Access: fmt.Sprintf("access-token-%d", t.number), Type: "Bearer", Keep: t.keep}, ctx.Err()
}

// Reject implements [presets.TokenSource]. A token that is still good may not be rejected.
func (t *tokens) Reject(_ context.Context, tok presets.Token) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if tok.Access != fmt.Sprintf("access-token-%d", t.number) {
		return nil
	}
	if !t.expired {
		return &presets.Error{Op: wording.Plain("refresh the token"), Text: wording.Plain("the token was refused though it is new"), ReauthNeeded: true, Err: errRefused}
	}
	t.number++
	t.expired = false
	return nil
}

func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expired = true
}

// folder opens files of the preset's own folder.
type folder struct{ fsys fs.FS }

// Open implements [presets.FileOpener].
func (f folder) Open(_ context.Context, path string) (presets.OpenFile, error) {
	file, err := f.fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, 64<<20))
	if err != nil {
		return nil, errors.New("a fixture cannot be read")
	}
	return &openFile{bytes.NewReader(text), info}, nil
}

type openFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *openFile) Close() error { return nil }

// quiet drops log lines; it keeps them to look for secrets.
func quiet(to io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
