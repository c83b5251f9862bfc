package tenant

import "fmt"

// Rotate makes newMaster the master key: each shard gets a new epoch key wrapped by it, which wraps its tenant keys again; data
// keys and everything sealed by them stay. It may be interrupted at any point and called again, also after a restart: until it
// has returned without error, OpenKeyring needs both keys, the new one first.
func (k *Keyring) Rotate(newMaster []byte) error {
	next, err := newMasterKeys([][]byte{newMaster})
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unsure != nil {
		return fmt.Errorf("key files need a restart after: %w", k.unsure)
	}
	if err := k.beginRotation(next[0]); err != nil {
		return err
	}
	for n := range shardCount {
		s := k.shards[n].Load()
		if s.epoch == 0 || k.epochs.under(n, s.epoch, next[0]) {
			continue
		}
		if err := k.rewrite(n, s.tenants, newEpoch); err != nil {
			return fmt.Errorf("change master key of key file %s: %w", shardName(n), err)
		}
	}
	k.head.Previous = ""
	return k.writeHead()
}

// beginRotation notes both keys in the head, before anything is wrapped by the new one.
func (k *Keyring) beginRotation(next masterKey) error {
	if k.head.Master != next.id {
		if k.head.Previous != "" {
			return fmt.Errorf("%w: the last change of it is not finished; finish that one first", ErrMasterKey)
		}
		before := k.head
		k.head.Master, k.head.Previous = next.id, before.Master
		if err := k.writeHead(); err != nil {
			k.head = before
			return err
		}
	}
	k.master = next
	return nil
}

// Rotating tells whether a change of master key is unfinished.
func (k *Keyring) Rotating() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.head.Previous != ""
}
