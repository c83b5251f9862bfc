package webtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe-core 4.14.1 (MPL-2.0), axe.min.js as it is in the npm package.
const (
	axePackage = "axe-core@4.14.1"
	axeSum     = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
)

var axe struct {
	sync.Mutex
	source string
}

// axeSource fetches axe-core once into the user's cache folder.
func axeSource(t *testing.T) string {
	t.Helper()
	axe.Lock()
	defer axe.Unlock()
	if axe.source != "" {
		return axe.source
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	file := filepath.Join(base, "ringdex-tests", axePackage+".js")
	raw, err := os.ReadFile(file)
	if err != nil {
		raw = fetchAxe(t)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file+fmt.Sprint(os.Getpid()), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+fmt.Sprint(os.Getpid()), file); err != nil {
			t.Fatal(err)
		}
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != axeSum {
		t.Fatalf("%s is not what was published: %x; remove %s", axePackage, sum, file)
	}
	axe.source = string(raw)
	return axe.source
}

func fetchAxe(t *testing.T) []byte {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("SKIPPED: npm is not installed")
	}
	dir := t.TempDir()
	for _, args := range [][]string{{"npm", "pack", "--silent", axePackage}, {"sh", "-c", "tar xzf *.tgz package/axe.min.js"}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Axe fails if axe-core finds something serious or critical on the page.
func (b *Tab) Axe() {
	b.t.Helper()
	ask[bool](b, axeSource(b.t)+"; true")
	found := ask[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.failureSummary || "").replace(/\s+/g, " ").slice(0, 240)).join(" | ")))`,
		chromedp.EvalAwaitPromise)
	for _, text := range found {
		b.t.Errorf("%s: %s", b.Path(), text)
	}
}
