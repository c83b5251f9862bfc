package file

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
)

// mark is a watermark: the content that was read, and what its server called it.
type mark struct {
	Sum      string `json:"sum"`            // of content and settings
	As       string `json:"as,omitempty"`   // of address and settings: under others, the server is not asked whether it has changed
	ETag     string `json:"etag,omitempty"` // RFC 9110, 8.8.3
	Modified string `json:"modified,omitempty"`
}

// String is how a run keeps it. That of a file on this machine is its sum alone.
func (m mark) String() string {
	if m.As == "" {
		return m.Sum
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return m.Sum
	}
	return string(raw)
}

func readMark(text string) mark {
	var m mark
	if json.Unmarshal([]byte(text), &m) != nil {
		m.Sum = text
	}
	return m
}

// errUnchanged says that the server has still what was read the last time.
var errUnchanged = errors.New("not modified")

const (
	fetchTries = 4
	fetchPause = 5 * time.Second
	fetchMost  = 5 * time.Minute // of a Retry-After
)

// fetch gets the file from its address into a sealed temporary file, and says what the server calls it. errUnchanged if that
// is what since names.
func (s *source) fetch(ctx context.Context, since mark) (presets.OpenFile, mark, error) {
	now := mark{As: digestOf(s.set.url + "\n" + s.set.fingerprint())}
	if since.As != now.As {
		since = mark{}
	}
	for try := 1; ; try++ {
		file, err := s.fetchOnce(ctx, since, &now)
		var failed *presets.Error
		if err == nil || !errors.As(err, &failed) || !failed.Retry || try == fetchTries {
			return file, now, err
		}
		if err := s.sleep(ctx, min(max(failed.RetryAfter, fetchPause<<(try-1)), fetchMost)); err != nil {
			return nil, now, err
		}
	}
}

func (s *source) fetchOnce(ctx context.Context, since mark, now *mark) (presets.OpenFile, error) {
	if s.http == nil {
		return nil, failure(s.set.name(), 0, wording.New("file.connection_may_not_ask_servers", "this connection may not ask servers"), wording.Text{})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.set.url, nil)
	if err != nil {
		return nil, failure(s.set.name(), 0, wording.New("file.address_cannot_read", "the address cannot be read"), wording.Text{})
	}
	s.set.authorise(req)
	if since.ETag != "" {
		req.Header.Set("If-None-Match", since.ETag)
	}
	if since.Modified != "" {
		req.Header.Set("If-Modified-Since", since.Modified)
	}
	resp, err := outbound.Follow(s.http, 3).Do(req)
	if err != nil {
		return nil, s.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && since.As != "" {
		*now = since
		return nil, errUnchanged
	}
	if resp.StatusCode != http.StatusOK {
		return nil, s.refused(resp)
	}
	now.ETag, now.Modified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	return s.keep(ctx, resp.Body)
}

// unreachable tells what kept a request from being answered, without the address, which may hold a name or a key.
func (s *source) unreachable(ctx context.Context, err error) error {
	e := &presets.Error{Op: wording.New("file.get_name", "get {Name}", "Name", s.set.name()), Text: wording.New("file.server_did_not_answer", "the server did not answer"), Retry: true, Err: err}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, outbound.ErrAddress):
		e.Text, e.Hint, e.Retry = wording.Of(outbound.ErrAddress), wording.New("outbound.private", "private addresses need the operator's --allow-outbound"), false
	case errors.Is(err, outbound.ErrRedirect):
		e.Text, e.Hint, e.Retry = wording.New("file.server_sends_us_where_nobody", "the server sends us on to where nobody should follow"), wording.New("file.give_address_file_end", "give the address the file is at in the end"), false
	}
	return e
}

// refused tells what an answer that is no file means.
func (s *source) refused(resp *http.Response) error {
	e := &presets.Error{Op: wording.New("file.get_name", "get {Name}", "Name", s.set.name()), Text: wording.New("file.answered", "the server answered {Status}", "Status", resp.StatusCode)}
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		e.Hint = wording.New("file.check_user_name_password_token", "check user name, password or token, and that they may read the file")
	case code == http.StatusNotFound || code == http.StatusGone:
		e.Text, e.Hint = wording.New("file.no_file_address", "there is no file at this address"), wording.New("file.check_address_browser", "check the address in a browser")
	case code == http.StatusTooManyRequests || code >= 500:
		e.Retry = true
		if wait, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && wait > 0 {
			e.RetryAfter = time.Duration(min(wait, 3600)) * time.Second
		}
	}
	return e
}

// keep writes a body to a temporary file nobody else can read.
func (s *source) keep(ctx context.Context, body io.Reader) (presets.OpenFile, error) {
	sp, err := newSpill()
	if err != nil {
		return nil, &presets.Error{Op: wording.New("file.get_name", "get {Name}", "Name", s.set.name()), Text: wording.Of(err), Retry: true}
	}
	n, err := io.Copy(textWriter{sp}, io.LimitReader(body, maxFile+1))
	if err == nil {
		err = sp.out.Flush()
	}
	switch {
	case err != nil:
		_ = sp.file.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, outbound.ErrTooLarge) {
			return nil, tooLarge(s.set.name())
		}
		return nil, &presets.Error{Op: wording.New("file.get_name", "get {Name}", "Name", s.set.name()), Text: wording.New("file.file_broke_off_middle", "the file broke off in the middle"), Retry: true, Err: err}
	case n > maxFile:
		_ = sp.file.Close()
		return nil, tooLarge(s.set.name())
	}
	return &fetched{spill: sp, name: s.set.name(), size: n}, nil
}

func tooLarge(name string) error {
	return failure(name, 0, wording.New("presets.file_larger", "the file is larger than {MiB} MiB", "MiB", maxFile>>20), wording.New("file.split_into_several_files", "split it into several files"))
}

type textWriter struct{ to *spill }

func (w textWriter) Write(b []byte) (int, error) {
	if err := w.to.write(string(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// fetched is a file that came over the network, as a file.
type fetched struct {
	*spill
	name string
	size int64
	at   int64
}

func (f *fetched) ReadAt(b []byte, off int64) (int, error) {
	n := int(min(int64(len(b)), max(f.size-off, 0)))
	if n > 0 {
		text, err := f.read(off, n)
		if err != nil {
			return 0, err
		}
		copy(b, text)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *fetched) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, f.at)
	if f.at += int64(n); n > 0 {
		err = nil
	}
	return n, err
}

func (f *fetched) Close() error { return f.file.Close() }

func (f *fetched) Stat() (fs.FileInfo, error) { return fileInfo{f.name, f.size}, nil }

// fileInfo is what is known of a file that is not on a disk.
type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return 0o400 }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return nil }

// name is the file's in messages: the last part of its address, without what a query may hold.
func (s settings) name() string {
	if s.url == "" {
		return path.Base(s.path)
	}
	u, err := url.Parse(s.url)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return "the file"
	}
	return path.Base(u.Path)
}

// authorise signs a request in, if that is asked for.
func (s settings) authorise(req *http.Request) {
	switch {
	case s.token != "":
		req.Header.Set("Authorization", "Bearer "+s.token)
	case s.user != "" || s.password != "":
		req.SetBasicAuth(s.user, s.password)
	}
}
