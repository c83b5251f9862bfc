package badgerkv

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestRemoteFileSystems guards that network file systems are known by their numbers, and local ones are not.
func TestRemoteFileSystems(t *testing.T) {
	for magic, want := range map[int64]bool{
		unix.NFS_SUPER_MAGIC: true, 0x517B: true, -11317950: true, 0xFE534D42: true, // CIFS is negative where Type is 32 bits
		unix.EXT4_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false, unix.XFS_SUPER_MAGIC: false, unix.OVERLAYFS_SUPER_MAGIC: false,
	} {
		if _, remote := remoteName(magic); remote != want {
			t.Errorf("%#x is remote: %v, want %v", magic, remote, want)
		}
	}
}
