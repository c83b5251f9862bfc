package presets

import (
	"context"
	"crypto/x509"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/option"
)

// Kind is a reader that presets of one sort share: rest, file, ….
type Kind interface {
	// Lint checks what only the kind knows; [Preset.At] makes its findings.
	Lint(p *Preset) []Lint
	// Open makes a source. It sends nothing.
	Open(ctx context.Context, p *Preset, c Connection) (Source, error)
}

// OptionReader is a Kind that reads options by fixed names of its own; the
// linter then does not call these unused.
type OptionReader interface{ ReadsOptions() []string }

// Fetcher is a Kind whose sources get whole files over HTTP: an answer may have that many bytes, and take a while.
type Fetcher interface{ FetchesUpTo() int64 }

// Connection is everything a source may use of the world.
type Connection struct {
	// Trusting is HTTP for a server whose certificate is of an authority of its own; nil where there is no such client.
	Trusting func(roots *x509.CertPool) *http.Client

	ID      string                                                               // names the connection where it shares a Pace with others
	Options option.Values                                                        // validated, operator-level and secret ones included
	HTTP    *http.Client                                                         // behind the outbound guard
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // TCP behind the same guard
	Token   TokenSource
	Files   FileOpener
	Pace    Pace
	Now     func() time.Time
	Sleep   func(ctx context.Context, d time.Duration) error
	Log     *slog.Logger
}

// Whole is the connection with the real clock and a silent log where none are given.
func (c Connection) Whole() Connection {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = Sleep
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Sleep waits for d or until ctx is over.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// TokenSource gives access tokens. It is safe for concurrent use.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
	// Reject says the CRM refused this token; the next Token is another one, or an
	// error that asks for a person.
	Reject(ctx context.Context, t Token) error
}

// Token is an access token and what was kept of the answer that brought it.
type Token struct {
	Access string
	Type   string
	Keep   map[string]string // $(auth.NAME)
}

// Uploaded is the path of the file that was uploaded for an integration.
const Uploaded = "uploaded:"

// FileOpener opens a file the connection may read.
type FileOpener interface {
	Open(ctx context.Context, path string) (OpenFile, error)
}

// OpenFile is an open file that can be read from any place; *os.File is one.
type OpenFile interface {
	io.Reader
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// Pace shares limits between connections.
type Pace interface {
	// Wait returns when one more request fits all limits at once, or with ctx's error.
	Wait(ctx context.Context, shares ...Share) error
	// Hold lets nobody with this key through before until.
	Hold(key string, until time.Time)
}

// Share is one limit a request is under. Key names who shares it.
type Share struct {
	Key  string
	Rate Rate
}
