package outbound

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/wording"
)

// ErrTooLarge says that a body has more decoded bytes than allowed.
var ErrTooLarge = wording.Error("outbound.too_large", "answer is too large")

// ErrIdle says that a server stopped sending in the middle of a body.
var ErrIdle = wording.Error("outbound.idle", "server stopped sending")

// userAgent is what servers see unless a request says something else.
const userAgent = "Ringdex"

type transport struct {
	base   *http.Transport
	limits Limits
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	req = req.Clone(ctx)
	decode := req.Header.Get("Accept-Encoding") == ""
	if decode {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", userAgent)
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		cancel()
		return nil, err
	}
	if err := t.wrap(resp, cancel, decode); err != nil {
		_ = resp.Body.Close()
		cancel()
		return nil, err
	}
	return resp, nil
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] through.
func (t *transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// wrap puts the limits around a body: bytes on the wire, pauses, and decoded bytes.
func (t *transport) wrap(resp *http.Response, cancel context.CancelFunc, decode bool) error {
	b := &body{raw: resp.Body, cancel: cancel, idle: t.limits.IdleRead}
	b.reader = &limited{r: b.patient(), left: t.limits.Body}
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch {
	case !decode || encoding == "" || encoding == "identity":
	case encoding == "gzip" || encoding == "x-gzip":
		b.reader = &limited{r: &unzip{from: b.reader}, left: t.limits.Body}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength, resp.Uncompressed = -1, true
	default:
		return fmt.Errorf("answer is encoded in a way nobody asked for")
	}
	resp.Body = b
	return nil
}

// body is an answer's body with all limits on.
type body struct {
	raw    io.ReadCloser
	reader io.Reader
	cancel context.CancelFunc
	idle   time.Duration
	once   sync.Once
	stuck  atomic.Bool
}

func (b *body) Read(p []byte) (int, error) { return b.reader.Read(p) }

func (b *body) Close() error {
	var err error
	b.once.Do(func() {
		err = b.raw.Close()
		b.cancel()
	})
	return err
}

// patient reads from the wire and gives up when one read waits too long. Time the caller spends between two reads does
// not count.
func (b *body) patient() io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		late := time.AfterFunc(b.idle, func() {
			b.stuck.Store(true)
			b.cancel()
		})
		n, err := b.raw.Read(p)
		late.Stop()
		if err != nil && b.stuck.Load() && !errors.Is(err, io.EOF) {
			return n, ErrIdle
		}
		return n, err
	})
}

// unzip opens the gzip stream at the first read, so that an empty answer to HEAD or 204 is no error.
type unzip struct {
	from io.Reader
	z    *gzip.Reader
}

func (u *unzip) Read(p []byte) (int, error) {
	if u.z == nil {
		z, err := gzip.NewReader(u.from)
		if err != nil {
			return 0, err
		}
		u.z = z
	}
	return u.z.Read(p)
}

// limited fails, instead of ending, when more than left bytes come.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), ErrTooLarge
	}
	l.left -= int64(n)
	return n, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
