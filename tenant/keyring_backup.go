package tenant

import "fmt"

// Files calls fn with every file of the keyring, all of one moment: no key is added, destroyed or wrapped anew meanwhile.
// What is in them is wrapped by the master key.
func (k *Keyring) Files(fn func(name string, content []byte) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	names, err := k.disk.list()
	if err != nil {
		return fmt.Errorf("list key files: %w", err)
	}
	for _, name := range names {
		content, err := k.disk.read(name)
		if err != nil {
			return fmt.Errorf("read key file: %w", err)
		}
		if err := fn(name, content); err != nil {
			return err
		}
	}
	return nil
}

// BackupKey is what backups of this folder are sealed with: 32 bytes that tell nothing of the master key.
func (k *Keyring) BackupKey() []byte { return k.master.backup }

// BackupKey is Keyring.BackupKey for somebody who has only the master key and a backup.
func BackupKey(master []byte) []byte { return derive(master, "ringdex backups", 32) }
