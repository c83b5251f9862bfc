package file

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
)

// Kind file keeps the promises of sources.
func TestKind(t *testing.T) {
	p, lints := presets.LoadChecked(os.DirFS("../catalog"), "csv", map[string]presets.Kind{"file": Kind{}})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	var b strings.Builder
	b.WriteString("Name;Phone\n")
	for i := range 2500 {
		fmt.Fprintf(&b, "Person %d;020 %07d\n", i, i)
	}
	whole := written(t, "whole.csv", b.String())
	cut := written(t, "cut.csv", b.String()+"\"Person;020 1234567\n")
	connect := func(path string) func(*testing.T) presets.Connection {
		return func(*testing.T) presets.Connection {
			return presets.Connection{Options: option.Values{"path": path}, Files: disk{}}
		}
	}
	presettest.RunKind(t, presettest.Subject{
		Kind: Kind{}, Preset: p, Stream: "contact", Connect: connect(whole), Broken: connect(cut),
		Refused: []presettest.Refused{
			{Name: "two files", Options: option.Values{"path": whole, "url": "https://x.example"}, Want: "url and path name two files"},
			{Name: "nothing uploaded", Options: option.Values{}, Want: "there is no such file"},
			{Name: "a charset nobody knows", Options: option.Values{"path": whole, "charset": "klingon"}, Want: `charset "klingon" is not known`},
			{Name: "a delimiter of two characters", Options: option.Values{"path": whole, "delimiter": "ab"}, Want: "delimiter is one character"},
			{Name: "a column that is not there", Options: option.Values{"path": whole, "name_column": "Nobody"}, Want: `name_column names column "Nobody"`},
			{Name: "a file that is not there", Options: option.Values{"path": whole + "x"}, Want: "there is no such file"},
		},
	})
}

// A preset of kind file may offer only what the kind reads.
func TestKindLints(t *testing.T) {
	yaml := "format: 1\nid: sample\nname: S\nsummary: S\nkind: file\nmaturity: beta\nauth: { kind: none }\noptions: [ { name: folder, type: path, title: F } ]\n" +
		"streams: [ { id: a }, { id: b } ]\ntests: [ { name: t, want: w.json } ]\n"
	fsys := fstest.MapFS{"sample/preset.yaml": {Data: []byte(yaml)}, "sample/icon.svg": {Data: []byte("<svg/>")}, "sample/w.json": {Data: []byte("{}")}}
	_, lints := presets.LoadChecked(fsys, "sample", map[string]presets.Kind{"file": Kind{}})
	var got strings.Builder
	for _, l := range lints {
		got.WriteString(l.Error() + "\n")
	}
	for _, want := range []string{":7:7: a file has no auth", "option path is missing", ":9:23: a file has one stream", "does not read option folder"} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("%q is not in\n%s", want, got.String())
		}
	}
}
