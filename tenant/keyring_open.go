package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// keyringFormat is the version of the folder's format: the head, the epochs file and the key files.
const keyringFormat = 1

// headName is the file that says what the folder is; it is written last when the folder is made.
const headName = "keyring.json"

// keyringHead is that file.
type keyringHead struct {
	Format   int    `json:"format"`
	Master   string `json:"master"`             // id of the master key, which proves it without revealing it
	Previous string `json:"previous,omitempty"` // id of the one before, until every shard has left it
}

// OpenKeyring opens the key files in dir, or makes them where the folder is missing or empty. master is 32 bytes. While
// a change of master key is unfinished, the previous one is needed too: give the new one as master, the old one as previous.
//
// One process may have it open: the caller holds the control store beside it, whose folder is locked.
//
// A missing, malformed or wrong master key is [ErrMasterKey] with a sentence, later formats are [ErrNewer], a file that fails
// its seal is [ErrDamaged]; in each case nothing was written.
func OpenKeyring(dir string, master []byte, previous ...[]byte) (*Keyring, error) {
	k := &Keyring{disk: keyDisk{dir: dir}}
	given, err := newMasterKeys(append([][]byte{master}, previous...))
	if err != nil {
		return nil, err
	}
	err = k.readHead()
	if errors.Is(err, fs.ErrNotExist) {
		err = k.create(given[0])
	}
	if err != nil {
		return nil, err
	}
	if err := k.load(given); err != nil {
		return nil, errors.Join(err, k.closeEpochs())
	}
	return k, nil
}

// CheckMasterKey tells whether OpenKeyring would refuse the master key or the format, by reading alone: for a start that is to
// touch nothing before it knows. A folder that does not exist yet accepts every well-formed key.
func CheckMasterKey(dir string, master []byte, previous ...[]byte) error {
	given, err := newMasterKeys(append([][]byte{master}, previous...))
	if err != nil {
		return err
	}
	k := &Keyring{disk: keyDisk{dir: dir}}
	err = k.readHead()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = given.find(k.head.Master, k.head.Previous != "")
	return err
}

// readHead reads what the folder is; [fs.ErrNotExist] if it is none yet.
func (k *Keyring) readHead() error {
	raw, err := k.disk.read(headName)
	if err != nil {
		return fmt.Errorf("read keyring: %w", err)
	}
	if err := json.Unmarshal(raw, &k.head); err != nil {
		return fmt.Errorf("read %s: %w", headName, ErrDamaged)
	}
	if k.head.Format > keyringFormat {
		return fmt.Errorf("key files have format %d, this release knows %d: %w", k.head.Format, keyringFormat, ErrNewer)
	}
	return nil
}

// create makes an empty keyring. Key files without a head are not a new folder but a damaged one.
func (k *Keyring) create(master masterKey) error {
	names, err := k.disk.list()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("list key files: %w", err)
	}
	for _, name := range names {
		if _, ok := shardNumber(name); ok {
			return fmt.Errorf("%s is missing beside key files: %w", headName, ErrDamaged)
		}
	}
	if err := k.disk.create(); err != nil {
		return fmt.Errorf("make key folder: %w", err)
	}
	if err := k.disk.replace(epochsName, make([]byte, epochsSize)); err != nil {
		return fmt.Errorf("make key files: %w", err)
	}
	k.head = keyringHead{Format: keyringFormat, Master: master.id}
	return k.writeHead()
}

func (k *Keyring) writeHead() error {
	raw, err := json.Marshal(k.head)
	if err != nil {
		return fmt.Errorf("encode keyring: %w", err)
	}
	if err := k.disk.replace(headName, append(raw, '\n')); err != nil {
		return fmt.Errorf("write keyring: %w", err)
	}
	return nil
}

// load proves the master key and reads every shard. Leftovers of an interrupted change are removed only after all of it is read.
func (k *Keyring) load(given masterKeys) error {
	var err error
	if k.master, err = given.find(k.head.Master, k.head.Previous != ""); err != nil {
		return err
	}
	if k.epochs, err = openEpochs(k.disk); err != nil {
		return err
	}
	for n := range shardCount {
		s, err := k.loadShard(n, given)
		if err != nil {
			return err
		}
		k.shards[n].Store(s)
	}
	return k.clean()
}

func (k *Keyring) loadShard(n int, given masterKeys) (*shard, error) {
	raw, err := k.disk.read(shardName(n))
	if errors.Is(err, fs.ErrNotExist) {
		return &shard{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", shardName(n), err)
	}
	epoch, err := shardEpoch(n, raw)
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", shardName(n), err)
	}
	key, err := k.epochs.get(n, epoch, given)
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", shardName(n), err)
	}
	s, err := decodeShard(n, epoch, key, raw)
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", shardName(n), err)
	}
	return s, nil
}

// clean ends what an interrupted change left behind: temporary files, and epoch keys that no key file uses.
func (k *Keyring) clean() error {
	if err := k.disk.removeTemporary(); err != nil {
		return fmt.Errorf("remove temporary key files: %w", err)
	}
	for n := range shardCount {
		if err := k.epochs.keepOnly(n, k.shards[n].Load().epoch); err != nil {
			return fmt.Errorf("wipe unused epoch key: %w", err)
		}
	}
	return nil
}

func (k *Keyring) closeEpochs() error {
	if k.epochs == nil {
		return nil
	}
	return k.epochs.close()
}
