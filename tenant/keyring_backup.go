package tenant

// BackupKey is what backups of this folder are sealed with: 32 bytes that tell nothing of the master key.
func (k *Keyring) BackupKey() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.master.backup
}

// BackupKey is Keyring.BackupKey for somebody who has only the master key and a backup.
func BackupKey(master []byte) []byte { return derive(master, "ringdex backups", 32) }
