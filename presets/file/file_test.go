package file

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// disk opens files of the machine, as the commands do.
type disk struct{}

func (disk) Open(_ context.Context, path string) (presets.OpenFile, error) { return os.Open(path) }

// written is the path of a file with this content.
func written(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened is a source for a file, with further options as name, value pairs.
func opened(t testing.TB, format, path string, options ...string) presets.Source {
	t.Helper()
	values := option.Values{"path": path}
	for i := 0; i+1 < len(options); i += 2 {
		values[options[i]] = options[i+1]
	}
	p := &presets.Preset{Kind: "file", File: presets.File{Format: format}, Streams: []presets.Stream{{ID: "contact"}}}
	s, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: values, Files: disk{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// readAll reads the stream to its end marker.
func readAll(t testing.TB, s presets.Source) ([]presets.Record, error) {
	t.Helper()
	var list []presets.Record
	last := false
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			return list, err
		}
		if last {
			t.Fatal("a page came after the last one")
		}
		list, last = append(list, page.Records...), page.Last
	}
	if !last {
		t.Fatal("the stream ended without its end marker")
	}
	return list, nil
}

// records reads a file that must be readable.
func records(t testing.TB, format, path string, options ...string) []presets.Record {
	t.Helper()
	list, err := readAll(t, opened(t, format, path, options...))
	if err != nil {
		t.Fatal(err)
	}
	return list
}
