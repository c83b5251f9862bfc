package tenant

import (
	"crypto/rand"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// Keyring keeps the keys that seal everything about an account, in small files of their own:
//
//	master key (outside) → epoch key of a shard → tenant key → data key and secrets key of each integration
//
// An account belongs to one of 256 shards. A shard is one file (keyfile.go), rewritten whole: temporary file, fsync, rename,
// fsync of the folder. Its epoch key, wrapped by the master key, lies in a slot of the file "epochs" (epochs.go).
//
// Destroying a key is final in this sense: the survivors of its shard are wrapped by a new epoch key and the slot of the old
// one is overwritten in place and synced, so that no older copy of the shard's file (freed blocks, a journal, a backup without
// "epochs") opens any more, even with the master key. What no program can promise: that a medium which keeps overwritten
// blocks (copy-on-write file systems, snapshots, worn flash) or an older backup of the whole folder forgot the old slot;
// with those and the master key, the destroyed key comes back. Therefore restores replay the erasure ledger.
//
// Reading is without locks and from memory; changes are one after the other. A Keyring is safe for concurrent use by one process.
type Keyring struct {
	disk   keyDisk
	epochs *epochs
	shards [shardCount]atomic.Pointer[shard]

	mu     sync.Mutex // held by changes
	head   keyringHead
	master masterKey // what new epoch keys are wrapped by
	unsure error     // why memory and disk may differ; changes are refused until the folder is opened again
}

// shardCount is how many key files there are. It is part of the format: the shard of an id never changes.
const shardCount = 256

// shard is the content of one key file. It is never changed, only replaced.
type shard struct {
	epoch   uint64
	key     [32]byte // of that epoch
	tenants map[ID]tenantKeys
}

type tenantKeys struct {
	key          [32]byte
	integrations map[IntegrationID]dataKeys
}

type dataKeys struct{ data, secrets [32]byte }

// shardOf is FNV-1a, folded to a byte.
func shardOf(t ID) int {
	h := uint32(2166136261)
	for i := range len(t) {
		h = (h ^ uint32(t[i])) * 16777619
	}
	return int(byte(h ^ h>>8 ^ h>>16 ^ h>>24))
}

// TenantKey returns the key of an account's own records. It is [ErrErased] if there is none.
func (k *Keyring) TenantKey(t ID) ([32]byte, error) {
	tk, ok := k.shards[shardOf(t)].Load().tenants[t]
	if !ok {
		return [32]byte{}, fmt.Errorf("keys of %s: %w", t, ErrErased)
	}
	return tk.key, nil
}

// IntegrationKey returns the key of an integration's contacts. It is [ErrErased] if there is none.
func (k *Keyring) IntegrationKey(t ID, i IntegrationID) ([32]byte, error) {
	keys, err := k.dataKeys(t, i)
	return keys.data, err
}

// SecretsKey returns the key of an integration's secrets. It is [ErrErased] if there is none.
func (k *Keyring) SecretsKey(t ID, i IntegrationID) ([32]byte, error) {
	keys, err := k.dataKeys(t, i)
	return keys.secrets, err
}

func (k *Keyring) dataKeys(t ID, i IntegrationID) (dataKeys, error) {
	keys, ok := k.shards[shardOf(t)].Load().tenants[t].integrations[i]
	if !ok {
		return dataKeys{}, fmt.Errorf("keys of %s in %s: %w", i, t, ErrErased)
	}
	return keys, nil
}

// AddTenant makes a key for an account, durably. If it has one, nothing happens.
func (k *Keyring) AddTenant(t ID) error {
	if err := t.check(); err != nil {
		return err
	}
	return k.change(t, keepEpoch, func(tenants map[ID]tenantKeys) error {
		if _, ok := tenants[t]; !ok {
			tenants[t] = tenantKeys{key: randomKey()}
		}
		return nil
	})
}

// AddIntegration makes the two keys of an integration, durably. If it has them, nothing happens.
func (k *Keyring) AddIntegration(t ID, i IntegrationID) error {
	if err := i.check(); err != nil {
		return err
	}
	return k.change(t, keepEpoch, func(tenants map[ID]tenantKeys) error {
		tk, ok := tenants[t]
		if !ok {
			return fmt.Errorf("keys of %s: %w", t, ErrErased)
		}
		if _, ok := tk.integrations[i]; ok {
			return nil
		}
		all := maps.Clone(tk.integrations)
		if all == nil {
			all = map[IntegrationID]dataKeys{}
		}
		all[i] = dataKeys{data: randomKey(), secrets: randomKey()}
		tenants[t] = tenantKeys{key: tk.key, integrations: all}
		return nil
	})
}

// DestroyTenant destroys all keys of an account. That there are none is not an error, so that it can be repeated.
func (k *Keyring) DestroyTenant(t ID) error {
	return k.change(t, newEpoch, func(tenants map[ID]tenantKeys) error {
		delete(tenants, t)
		return nil
	})
}

// DestroyIntegration destroys both keys of an integration. That there are none is not an error.
func (k *Keyring) DestroyIntegration(t ID, i IntegrationID) error {
	return k.change(t, newEpoch, func(tenants map[ID]tenantKeys) error {
		tk := tenants[t]
		if _, ok := tk.integrations[i]; !ok {
			return nil
		}
		all := maps.Clone(tk.integrations)
		delete(all, i)
		tenants[t] = tenantKeys{key: tk.key, integrations: all}
		return nil
	})
}

// epochRule says whether a change keeps the shard's epoch key or ends it.
type epochRule bool

const (
	keepEpoch epochRule = false
	newEpoch  epochRule = true
)

// change rewrites the shard of t with what edit made of a copy of its tenants.
func (k *Keyring) change(t ID, rule epochRule, edit func(map[ID]tenantKeys) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unsure != nil {
		return fmt.Errorf("key files need a restart after: %w", k.unsure)
	}
	n := shardOf(t)
	tenants := maps.Clone(k.shards[n].Load().tenants)
	if tenants == nil {
		tenants = map[ID]tenantKeys{}
	}
	if err := edit(tenants); err != nil {
		return err
	}
	if err := k.rewrite(n, tenants, rule); err != nil {
		return fmt.Errorf("write key file %s: %w", shardName(n), err)
	}
	return nil
}

// rewrite makes the shard durable, then visible, then ends its old epoch.
func (k *Keyring) rewrite(n int, tenants map[ID]tenantKeys, rule epochRule) error {
	old := k.shards[n].Load()
	next := &shard{epoch: old.epoch, key: old.key, tenants: tenants}
	if old.epoch == 0 || rule == newEpoch {
		next.epoch, next.key = old.epoch+1, randomKey()
		if err := k.epochs.put(n, next.epoch, next.key, k.master); err != nil {
			return err
		}
	}
	if err := k.disk.replace(shardName(n), encodeShard(n, next)); err != nil {
		// Had the rename happened, another try would overwrite the epoch key that the file on disk needs.
		k.unsure = err
		return err
	}
	k.shards[n].Store(next)
	if next.epoch == old.epoch {
		return nil
	}
	return k.epochs.wipe(n, old.epoch)
}

// Close ends the use of the files. Keys stay in memory until the process ends.
func (k *Keyring) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.epochs.close()
}

// Export calls fn with each file of the keyring, all of one moment, for a backup. They open with the master key only.
func (k *Keyring) Export(fn func(name string, content []byte) error) error {
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
		if err := fn(filepath.Base(name), content); err != nil {
			return err
		}
	}
	return nil
}

func randomKey() [32]byte {
	var key [32]byte
	_, _ = rand.Read(key[:]) // crypto/rand.Read never returns an error
	return key
}
