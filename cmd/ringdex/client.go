package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/store"
)

// client speaks the admin API as the operator, to a running server or to the same handlers in this process.
type client struct {
	http  *http.Client
	close func() error
}

// connect finds a way to the data of --data. With a server on it, it is the server's socket; without, this process
// opens the data itself and holds it until close.
func connect(cmd *cobra.Command) (*client, error) {
	s, err := readSettings(cmd)
	if err != nil {
		return nil, err
	}
	c, err := connectSocket(cmd.Context(), s.dir)
	if !errors.Is(err, errNoServer) {
		return c, err
	}
	return connectHere(cmd, s)
}

func connectSocket(ctx context.Context, dir string) (*client, error) {
	conn, err := dialSocket(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := conn.Close(); err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialSocket(ctx, dir) },
	}
	return &client{http: &http.Client{Transport: transport}, close: func() error { transport.CloseIdleConnections(); return nil }}, nil
}

// turnWithin is how long a command or server waits for a command that holds the data, or for a server that is just starting
// or ending.
const turnWithin = 30 * time.Second

// connectHere opens the data in this process, or asks the server that has it.
func connectHere(cmd *cobra.Command, s settings) (*client, error) {
	a, c, err := openInTurn(cmd.Context(), s, newLogger(cmd, "warn"))
	if err != nil || c != nil {
		return c, err
	}
	return a.client(a.close), nil
}

// openInTurn opens the data. Where another process holds it, it returns a way to that server as soon as it answers, and
// waits for another command: most take less than a second. One of the three is there.
func openInTurn(ctx context.Context, s settings, log *slog.Logger) (*app, *client, error) {
	s.warn = once(s.warn)
	for end := time.Now().Add(turnWithin); ; {
		a, err := openApp(ctx, s, log)
		if err == nil {
			return a, nil, nil
		}
		if !errors.Is(err, store.ErrInUse) || time.Now().After(end) {
			return nil, nil, err
		}
		c, socketErr := connectSocket(ctx, s.dir)
		if !errors.Is(socketErr, errNoServer) {
			return nil, c, socketErr
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// once says each text a single time.
func once(say func(format string, args ...any)) func(format string, args ...any) {
	said := map[string]bool{}
	return func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !said[text] {
			said[text] = true
			say("%s", text)
		}
	}
}

// client speaks to the app in this process.
func (a *app) client(end func() error) *client {
	return &client{http: &http.Client{Transport: inProcess{a.socketHandler()}}, close: end}
}

// inProcess hands requests to a handler without a network in between.
type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RequestURI = r.URL.RequestURI()
	pr, pw := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: pw, head: make(chan int, 1)}
	go func() {
		t.handler.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		pw.Close()
	}()
	select {
	case status := <-w.head:
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: w.header.Clone(), Body: pr, ContentLength: -1, Request: r,
		}, nil
	case <-r.Context().Done():
		pr.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
}

// pipeWriter is the server's end of inProcess: the answer flows while it is being made.
type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	head   chan int
	sent   bool
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if !w.sent {
		w.sent = true
		w.head <- status
	}
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *pipeWriter) Flush() {}

// call sends in as JSON (nil: no body) and reads the answer into out (nil: ignored).
func (c *client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	return readAnswer(resp, out)
}

func readAnswer(resp *http.Response, out any) (err error) {
	defer resp.Body.Close()
	if out == nil {
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	if raw, ok := out.(*[]byte); ok {
		*raw, err = io.ReadAll(resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	_, err = io.Copy(io.Discard, resp.Body) // the handler in this process must get rid of its last line break, too
	return err
}

// send returns the answer of a successful request; anything else becomes the problem's own words.
func (c *client) send(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	media := ""
	if in != nil {
		media = "application/json"
	}
	return c.sendBody(ctx, method, path, media, body)
}

// sendBody is send for a body of any media type.
func (c *client) sendBody(ctx context.Context, method, path, media string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://ringdex/v1"+path, body)
	if err != nil {
		return nil, err
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, readProblem(resp)
}

func readProblem(resp *http.Response) error {
	var p api.Problem
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&p); err != nil || p.Title == "" {
		return fmt.Errorf("the server answered %s", resp.Status)
	}
	lines := []string{p.Error()}
	for _, e := range p.Errors {
		line := e.Option + ": " + e.Text
		if e.Hint != "" {
			line += " (" + e.Hint + ")"
		}
		lines = append(lines, line)
	}
	if p.Hint != "" {
		lines = append(lines, p.Hint)
	}
	text := strings.Join(lines, "; ")
	for _, l := range p.Lints {
		text += "\n" + presets.Lint(l).String()
	}
	return errors.New(text)
}

// path joins segments into a path, each of them escaped.
func path(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}
