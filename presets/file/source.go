package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// pageSize is how many records go into a page.
const pageSize = 1000

type source struct {
	set    settings
	files  presets.FileOpener
	http   *http.Client
	sleep  func(ctx context.Context, d time.Duration) error
	stream string
}

// Close has nothing to give back: files are closed where they are opened.
func (s *source) Close() error { return nil }

// Check reads the file through and reports what was recognised.
func (s *source) Check(ctx context.Context) (presets.Report, error) {
	var report presets.Report
	err := s.with(ctx, mark{}, func(in *input, f *content, _ mark) error {
		report.Account = in.name
		report.Notes, report.Missing = append(wording.List{f.about}, f.notes()...), f.missing()
		fields := map[string]bool{}
		for rec, err := range f.records(ctx) {
			if err != nil {
				return err
			}
			if report.Total++; len(report.Sample) < 10 {
				report.Sample = append(report.Sample, rec)
			}
			for _, field := range rec.Fields {
				fields[field.Name] = true
			}
		}
		report.Fields = slices.Sorted(maps.Keys(fields))
		if n := f.replaced(); n > 0 {
			report.Notes = append(report.Notes, wording.New("file.replaced", "{Count} invalid characters were replaced", "Count", n))
		}
		return nil
	})
	return report, err
}

// Read yields the whole file, or one empty page if it is the one the watermark names.
func (s *source) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if stream != s.stream {
			yield(presets.Page{}, &presets.Error{Op: wording.New("presets.read_stream_value", "read stream {Value}", "Value", stream), Text: wording.New("presets.no_such_stream", "there is no such stream")})
			return
		}
		before := readMark(from.Since)
		err := s.with(ctx, before, func(in *input, f *content, now mark) error {
			now.Sum = digestOf(in.digest + s.set.fingerprint())
			if before.Sum == now.Sum {
				yield(presets.Page{Last: true, Same: true, Since: now.String(), Bytes: in.size}, nil)
				return nil
			}
			last := presets.Page{Last: true, Since: now.String(), Full: true, Bytes: in.size}
			if s.set.url != "" {
				last.Requests = 1
			}
			return s.pages(ctx, f, last, yield)
		})
		if errors.Is(err, errUnchanged) {
			yield(presets.Page{Last: true, Same: true, Since: from.Since, Requests: 1}, nil)
			return
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(presets.Page{}, err)
		}
	}
}

// errStopped says the reader wants no more pages.
var errStopped = errors.New("the reader wants no more pages")

// pages yields the contacts; last is the page that ends them, still empty.
func (s *source) pages(ctx context.Context, f *content, last presets.Page, yield func(presets.Page, error) bool) error {
	m, err := newMerger(ctx, f, maxCollected)
	if err != nil {
		return err
	}
	var page presets.Page
	for rec, err := range m.all(ctx) {
		if err != nil {
			return err
		}
		if len(page.Records) == pageSize {
			page.Full = true
			if !yield(page, nil) {
				return errStopped
			}
			page = presets.Page{}
		}
		page.Records = append(page.Records, rec)
	}
	last.Records, last.Replaced = page.Records, f.replaced()
	yield(last, nil)
	return nil
}

// digestOf names the file's content and everything that decides what it gives.
func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// with opens the file, which may come from its address first, and closes it behind fn.
func (s *source) with(ctx context.Context, before mark, fn func(*input, *content, mark) error) error {
	in, now, err := s.input(ctx, before)
	if err != nil {
		return err
	}
	defer func() { _ = in.file.Close() }()
	f, err := s.open(ctx, in)
	if err != nil {
		return err
	}
	defer f.close()
	return fn(in, f, now)
}

func (s *source) input(ctx context.Context, before mark) (*input, mark, error) {
	if s.set.url == "" {
		in, err := openInput(ctx, s.files, s.set.path)
		return in, mark{}, err
	}
	file, now, err := s.fetch(ctx, before)
	if err != nil {
		return nil, now, err
	}
	in := &input{name: s.set.name(), file: file}
	if err := in.inspect(ctx); err != nil {
		_ = file.Close()
		return nil, now, err
	}
	return in, now, nil
}
