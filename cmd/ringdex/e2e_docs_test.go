package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// shellBlocks are what a page of the documentation tells people to type.
func shellBlocks(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, found := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, found[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has nothing to type", page)
	}
	return blocks
}

// TestDocumentedCommands guards that what the documentation tells people to type works as it is written, in its order.
// Only addresses and folders of the examples are replaced, and steps in a browser left out.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED: curl is not installed")
	}
	dir, address := t.TempDir(), freeAddress(t)
	if err := os.WriteFile(filepath.Join(dir, "contacts.csv"), []byte("name;phone\nAda Muster;06 12345678\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS("../../presets/catalog/custom-sql/testdata")); err != nil {
		t.Fatal(err)
	}
	var typed []string
	for _, page := range []string{"first-steps.md", "set-up-a-crm.md", "connect-a-phone-system.md"} {
		typed = append(typed, shellBlocks(t, page)...)
	}
	care := shellBlocks(t, "operate.md")
	typed = append(typed, "kill -TERM $!; wait $!; export RINGDEX_DATA=$PWD/cared; mkdir etc backup\n", care[0],
		"ringdex serve --listen "+address+" --master-key etc/master.key &\nuntil curl -sf http://"+address+"/readyz; do sleep 1; done\nringdex tenant add Cared --region NL --master-key etc/master.key\n")
	typed = append(append(typed, care[1:]...), "kill -TERM $!; wait $!\n")
	script := strings.NewReplacer(
		"localhost:8080", address, "--listen :8080", "--listen "+address, "https://ringdex/", "http://"+address+"/", "sleep 1", "sleep 0.1", "curl -s ", "curl -sS --fail ",
		"/etc/ringdex/", "etc/", "/backup/", "backup/", "/var/lib/", "", "-2026-11-20", "-$(date +%F)",
		`ringdex integration sync Salesforce --tenant "Acme BV"`, `! ringdex integration sync Salesforce --tenant "Acme BV"`,
	).Replace(strings.Join(typed, ""))

	var out bytes.Buffer
	cmd := exec.CommandContext(within(t, 4*time.Minute), "sh", "-eux", "-c", script)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = append(os.Environ(), "TZ=UTC", "GORACE=halt_on_error=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // a server that a failed line left behind keeps the output open
	err := cmd.Run()
	_ = cmd.Cancel()
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{"succeeded: 1 records read", "Ada Muster", `"name":"Ada Muster"`, "/services/oauth2/authorize", "restored ", " 0 broken"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing says %q:\n%s", want, &out)
		}
	}
}
