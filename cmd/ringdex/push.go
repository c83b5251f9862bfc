package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/push"
)

const pushHelp = `Reads contacts with a preset on this machine and sends them to a server that cannot reach the CRM. Only outgoing connections
are made, and private addresses are allowed. The server remembers how far it got: the next time only changes are sent, where
the preset can tell them. A run that breaks off publishes nothing; start it again.

The integration on the server has the option pushed=yes. Secrets are best given as variables, RINGDEX_KEY for the API key (scope
admin) and RINGDEX_OPTION_PASSWORD for the option password, or as files, --key-file and --set-file password=FILE: command lines
can be seen by others on this machine.`

// pushFlags are what `push` is told.
type pushFlags struct {
	url, key, keyFile, integration, preset string
	sets, files, objects                   []string
	full                                   bool
}

func newPush() *cobra.Command {
	var f pushFlags
	cmd := jsonFlag(presetsFlag(&cobra.Command{
		Use:   "push --url URL --key-file FILE --integration ID --preset P [--set OPTION=VALUE ...]",
		Short: "Send contacts from behind a firewall to a server elsewhere", Long: pushHelp, Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			server, err := f.server(cmd)
			if err != nil {
				return err
			}
			from, err := f.source(cmd)
			if err != nil {
				return err
			}
			defer from.close()
			run, err := server.push(cmd.Context(), cmd, from, f.full)
			if err != nil {
				return err
			}
			return sayRun(cmd, runAnswer{Run: run})
		},
	}))
	fs := cmd.Flags()
	fs.StringVar(&f.url, "url", os.Getenv("RINGDEX_URL"), "address of the server, https://…")
	fs.StringVar(&f.key, "key", "", "API key with the scope admin; better in RINGDEX_KEY or by --key-file")
	fs.StringVar(&f.keyFile, "key-file", "", "file with the API key")
	fs.StringVar(&f.integration, "integration", "", "integration on the server, by id or name")
	fs.StringVar(&f.preset, "preset", "", "how to read the CRM; see `ringdex preset list`")
	fs.StringArrayVar(&f.sets, "set", nil, "OPTION=VALUE, as `ringdex preset show P` lists them; may be repeated")
	fs.StringArrayVar(&f.files, "set-file", nil, "OPTION=FILE: the option's value is the file's content; may be repeated")
	fs.StringSliceVar(&f.objects, "objects", nil, "objects to send, as the integration's option objects has them; all if left out")
	fs.BoolVar(&f.full, "full", false, "send everything, also where changes would do")
	return cmd
}

// pushServer is where contacts are sent.
type pushServer struct {
	http      *http.Client
	base, key string // of the integration
}

func (f pushFlags) server(cmd *cobra.Command) (*pushServer, error) {
	u, err := url.Parse(f.url)
	switch {
	case f.url == "":
		return nil, usagef(cmd, "--url is missing: the address of the server, https://…")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, usagef(cmd, "--url %q is no address such as https://ringdex.example", f.url)
	case f.integration == "":
		return nil, usagef(cmd, "--integration is missing: its id or name on the server")
	}
	key, err := f.apiKey(cmd)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "http" && u.Hostname() != "localhost" && !strings.HasPrefix(u.Hostname(), "127.") && u.Hostname() != "::1" {
		warn(cmd, "The key and all contacts travel unencrypted: use https:// for %s.", u.Host)
	}
	return &pushServer{
		http: &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
		}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		base: strings.TrimRight(f.url, "/") + "/v1" + path("integrations", f.integration), key: key,
	}, nil
}

func (f pushFlags) apiKey(cmd *cobra.Command) (string, error) {
	if f.key != "" {
		return f.key, nil
	}
	if f.keyFile != "" {
		raw, err := os.ReadFile(f.keyFile)
		if err != nil {
			return "", fmt.Errorf("read --key-file: %w", err)
		}
		return strings.TrimSpace(string(raw)), nil
	}
	if key := strings.TrimSpace(os.Getenv("RINGDEX_KEY")); key != "" {
		return key, nil
	}
	return "", usagef(cmd, "the API key is missing: set RINGDEX_KEY or --key-file; `ringdex key add --scope admin` makes one")
}

// errWhole says that the source cannot tell what has changed.
var errWhole = errors.New("the source reads everything")

// push sends one run, as changes where server and source can.
func (s *pushServer) push(ctx context.Context, cmd *cobra.Command, from *pushSource, full bool) (jobs.Run, error) {
	var state jobs.PushState
	if err := s.get(ctx, "/watermark", &state); err != nil {
		return jobs.Run{}, err
	}
	header := push.Header{Mode: push.Full}
	if !full && state.Mode == push.Changes && from.hasAll(state.Since) {
		header = push.Header{Mode: push.Changes, Since: state.Since}
	}
	run, err := s.send(ctx, cmd, from, header)
	if !errors.Is(err, errWhole) {
		return run, err
	}
	for range 20 {
		run, err = s.send(ctx, cmd, from, push.Header{Mode: push.Full})
		var busy *busyError
		if !errors.As(err, &busy) { // the server may still be giving up what was begun
			break
		}
		if err := presets.Sleep(ctx, 500*time.Millisecond); err != nil {
			return run, err
		}
	}
	return run, err
}

// busyError says that a run cannot begin now.
type busyError struct{ error }

func (e *busyError) Unwrap() error { return e.error }

// send reads and sends at once: nothing but a page of the source is kept here.
func (s *pushServer) send(ctx context.Context, cmd *cobra.Command, from *pushSource, header push.Header) (run jobs.Run, err error) {
	shown := newProgress(cmd.ErrOrStderr(), "sending")
	defer shown.end()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, in := io.Pipe()
	read, begun := make(chan error, 1), make(chan struct{})
	go func() {
		err := from.write(ctx, in, header, shown, sync.OnceFunc(func() { close(begun) }))
		_ = in.CloseWithError(err) // never fails; without an error it is the body's end
		read <- err
	}()
	select {
	case <-begun: // there is something to send
	case err := <-read:
		return run, from.told(err)
	}
	resp, err := s.do(ctx, http.MethodPost, "/runs", out)
	_ = out.CloseWithError(errEnough)
	cancel()
	if failed := <-read; failed != nil && !errors.Is(failed, errEnough) && !errors.Is(failed, context.Canceled) && !errors.Is(failed, io.ErrClosedPipe) {
		if err == nil {
			resp.Body.Close()
		}
		return run, from.told(failed)
	}
	if err != nil {
		return run, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusConflict {
		return run, &busyError{readProblem(resp)}
	}
	if resp.StatusCode != http.StatusOK {
		return run, readProblem(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(&run); err != nil {
		return run, fmt.Errorf("read the server's answer: %w", err)
	}
	return run, nil
}

// errEnough says that the server has answered and takes no more.
var errEnough = errors.New("the server has answered")

func (s *pushServer) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	if body != nil {
		req.Header.Set("Content-Type", push.MediaType)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("send to the server: %w; start it again", err)
	}
	return resp, nil
}

func (s *pushServer) get(ctx context.Context, path string, out any) error {
	resp, err := s.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return readProblem(resp)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// write writes the body of a run. begun is called when the source has given its first page: a source that turns out to be
// unreachable, or to read everything, then leaves no trace on the server.
func (p *pushSource) write(ctx context.Context, to io.Writer, header push.Header, shown *progress, begun func()) error {
	var w *push.Writer
	var busy atomic.Bool
	stop := func() {}
	defer func() { stop() }()
	since, records := map[string]string{}, 0
	for _, st := range p.preset.Streams {
		mark, err := p.stream(ctx, st.ID, header, func(page presets.Page) (err error) {
			begun()
			if w == nil {
				if w, err = push.NewWriter(to, header); err != nil {
					return err
				}
				stop = keepAlive(w, &busy)
			}
			busy.Store(true)
			records += len(page.Records)
			shown.show(records, 0, "records of "+st.ID)
			return w.Page(st.ID, page.Records)
		})
		if err != nil {
			return err
		}
		since[st.ID] = mark
	}
	return w.End(since)
}

// stream reads one stream to its explicit end and returns its watermark.
func (p *pushSource) stream(ctx context.Context, id string, header push.Header, give func(presets.Page) error) (string, error) {
	for page, err := range p.source.Read(ctx, id, presets.Cursor{Since: header.Since[id]}) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && page.Full && header.Mode == push.Changes {
			err = errWhole
		}
		if err == nil {
			err = give(page)
		}
		if err != nil || page.Last {
			return page.Since, err
		}
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return "", fmt.Errorf("the list of %s ended without saying that it was the end", id)
}

// aliveEvery is how often an idle connection gets an empty line; the server waits for two minutes.
const aliveEvery = 30 * time.Second

// keepAlive keeps the connection open while the source gives nothing, until the function it returns is called.
func keepAlive(w *push.Writer, busy *atomic.Bool) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(aliveEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if !busy.Swap(false) && w.Alive() != nil {
					return
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}
