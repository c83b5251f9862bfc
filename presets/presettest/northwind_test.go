package presettest_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

var _ = flag.Bool("update", false, "write golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func kinds() map[string]presets.Kind {
	return map[string]presets.Kind{"rest": rest.Kind{}, "file": file.Kind{}}
}

// The example of the documentation lints clean and gives what its fixtures say,
// clean and with every fault.
func TestNorthwind(t *testing.T) {
	presettest.RunPreset(t, kinds(), "../testdata", "northwind")
}

// Kind rest keeps the promises of sources.
func TestRestKind(t *testing.T) {
	p, lints := presets.LoadChecked(os.DirFS("../testdata"), "northwind", kinds())
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	connect := func(test presets.Test) func(*testing.T) presets.Connection {
		return func(t *testing.T) presets.Connection {
			c, err := presettest.Recorded(p, test, "")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	cut := p.Tests[0]
	cut.Exchange = cut.Exchange[:1] // nobody answers for the second page
	presettest.RunKind(t, presettest.Subject{Kind: rest.Kind{}, Preset: p, Stream: "contact", Connect: connect(p.Tests[0]), Broken: connect(cut)})
}
