package badgerkv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// A power loss is simulated with a file system in a file. What a process wrote and did not sync is in the memory of the
// mounted file system only, so a copy of the file, taken right after the kill, is what a disk would have had.
const (
	powerRounds = 3
	powerCount  = "RINGDEX_POWER_ROUNDS" // another number of them
	imageSize   = 400 << 20
)

// TestPowerLossStore guards that no acknowledged transaction is lost or torn by a power loss.
func TestPowerLossStore(t *testing.T) {
	powerLoss(t, "pairs", func(dir string, acked uint64) {
		s := openStore(t, dir)
		checkPairs(t, s, acked)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestPowerLossTable guards the same for the saved pages of a run.
func TestPowerLossTable(t *testing.T) {
	powerLoss(t, "pages", func(dir string, acked uint64) {
		tb := openTable(t, dir)
		checkPages(t, tb, acked)
		if err := tb.Close(); err != nil {
			t.Error(err)
		}
	})
}

func powerLoss(t *testing.T, work string, check func(dir string, acked uint64)) {
	needMounts(t)
	total := uint64(0)
	rounds := powerRounds
	if n, err := strconv.Atoi(os.Getenv(powerCount)); err == nil && n > 0 {
		rounds = n
	}
	for round := range rounds {
		image, copied := filepath.Join(t.TempDir(), "image"), filepath.Join(t.TempDir(), "copy")
		makeImage(t, image)
		folder := mount(t, image)
		acked := killed(t, work, filepath.Join(folder, "db"), time.Duration(500+300*round)*time.Millisecond)
		run(t, "cp", "--sparse=always", image, copied)
		unmount(t, folder)
		folder = mount(t, copied)
		check(filepath.Join(folder, "db"), acked)
		unmount(t, folder)
		total += acked
	}
	t.Logf("%d power losses, %d acknowledged writes; 0 failures bound the rate below %.2g", rounds, total, 3/float64(rounds))
	if total == 0 {
		t.Error("no child ever acknowledged anything: nothing was tested")
	}
}

// needMounts skips where a file system in a file cannot be mounted: without root, without the tools, in most containers.
func needMounts(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED power loss: mounting a disk image needs root")
	}
	for _, tool := range []string{"mkfs.ext4", "losetup", "mount", "umount", "cp"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED power loss: %s is not installed (Debian: e2fsprogs, mount)", tool)
		}
	}
	image := filepath.Join(t.TempDir(), "image")
	makeImage(t, image)
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-o", "loop", image, folder).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED power loss: mounting is not allowed here: %s", out)
	}
	unmount(t, folder)
}

func makeImage(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = f.Truncate(imageSize)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	run(t, "mkfs.ext4", "-q", "-F", path)
}

// mount returns the folder on which the image is mounted; what the test leaves mounted is unmounted at its end.
func mount(t *testing.T, image string) string {
	t.Helper()
	folder := t.TempDir()
	run(t, "mount", "-o", "loop", image, folder)
	t.Cleanup(func() { _ = exec.Command("umount", "-q", folder).Run() })
	return folder
}

func unmount(t *testing.T, folder string) {
	t.Helper()
	run(t, "umount", folder)
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
}
