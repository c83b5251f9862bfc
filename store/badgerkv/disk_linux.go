package badgerkv

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ringdex/ringdex/store"
)

// space returns the size of the file system under a folder and what an ordinary user may still write, in bytes.
func space(dir string) (size, free int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return int64(s.Blocks) * s.Bsize, int64(s.Bavail) * s.Bsize, nil
}

// suitable refuses file systems whose memory maps and locks do not hold between machines: NFS, SMB, AFS and 9P (magic
// numbers of linux/magic.h).
func suitable(dir string) error {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return fmt.Errorf("file system of %s: %w", dir, err)
	}
	if name, remote := remoteName(int64(s.Type)); remote {
		return fmt.Errorf("%w: %s is on %s: use a local disk", store.ErrUnsuitable, dir, name)
	}
	return nil
}

func remoteName(magic int64) (string, bool) {
	switch uint32(magic) {
	case unix.NFS_SUPER_MAGIC:
		return "NFS", true
	case unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC:
		return "SMB", true
	case unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC:
		return "AFS", true
	case unix.V9FS_MAGIC:
		return "9P", true
	}
	return "", false
}

// reserve gives a file real blocks on the disk, not a hole.
func reserve(fd uintptr, size int64) error { return unix.Fallocate(int(fd), 0, 0, size) }

// allocated is what a file takes on disk, in bytes.
func allocated(info os.FileInfo) int64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Blocks * 512
	}
	return info.Size()
}

// lock holds a folder as Badger does; the error is syscall.EWOULDBLOCK if somebody else holds it.
func lock(dir string) (release func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}
