package tenant

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
)

// The file of epoch keys: two slots for each shard, used in turn, overwritten in place. A slot never crosses a sector.
const (
	epochsName = "epochs"
	slotSize   = 128
	epochsSize = shardCount * 2 * slotSize
)

// epochs holds the key of each shard's present epoch, wrapped by the master key. Overwriting a slot is what makes the older
// copies of a key file useless.
type epochs struct {
	file  *os.File
	slots []byte // content of the file
	fault func(step string) error
}

func openEpochs(d keyDisk) (*epochs, error) {
	file, err := d.open(epochsName)
	if err != nil {
		return nil, fmt.Errorf("open epoch keys: %w", err)
	}
	e := &epochs{file: file, slots: make([]byte, epochsSize), fault: d.step}
	if n, err := file.ReadAt(e.slots, 0); n != epochsSize {
		return nil, errors.Join(fmt.Errorf("read %d bytes of epoch keys: %w: %w", n, ErrDamaged, err), file.Close())
	}
	return e, nil
}

// slot is: epoch (8 bytes), id of the master key (16), epoch key sealed by it (61), zeros.
func (e *epochs) slot(n int, epoch uint64) []byte {
	at := offset(n, epoch)
	return e.slots[at : at+slotSize]
}

func offset(n int, epoch uint64) int { return (n*2 + int(epoch%2)) * slotSize }

// get returns the key of a shard's epoch.
func (e *epochs) get(n int, epoch uint64, given masterKeys) ([32]byte, error) {
	var key [32]byte
	s := e.slot(n, epoch)
	if binary.BigEndian.Uint64(s) != epoch {
		return key, fmt.Errorf("epoch %d has no key: %w", epoch, ErrDamaged)
	}
	master, err := given.find(hex.EncodeToString(s[8:24]), true)
	if err != nil {
		return key, err
	}
	plain, err := Unseal(master.wrap, s[24:24+Overhead+32], epochPlace(n, epoch))
	if err != nil {
		return key, fmt.Errorf("epoch key: %w", err)
	}
	copy(key[:], plain)
	return key, nil
}

// put writes the key of a new epoch, durably, beside that of the present one.
func (e *epochs) put(n int, epoch uint64, key [32]byte, master masterKey) error {
	id, err := hex.DecodeString(master.id)
	if err != nil {
		return fmt.Errorf("master key id: %w", err)
	}
	s := make([]byte, slotSize)
	binary.BigEndian.PutUint64(s, epoch)
	copy(s[8:], id)
	copy(s[24:], Seal(master.wrap, key[:], epochPlace(n, epoch)))
	return e.write(n, epoch, s)
}

// wipe overwrites the key of an epoch that ended. Epoch 0 never had one.
func (e *epochs) wipe(n int, epoch uint64) error {
	if epoch == 0 {
		return nil
	}
	return e.write(n, epoch, make([]byte, slotSize))
}

// keepOnly wipes what a shard has besides the key of its present epoch (0: none).
func (e *epochs) keepOnly(n int, present uint64) error {
	for turn := range uint64(2) {
		s := e.slot(n, turn)
		if present != 0 && present%2 == turn || bytes.Count(s, []byte{0}) == slotSize {
			continue
		}
		if err := e.write(n, turn, make([]byte, slotSize)); err != nil {
			return err
		}
	}
	return nil
}

// under tells whether the shard's epoch key is wrapped by that master key.
func (e *epochs) under(n int, epoch uint64, master masterKey) bool {
	return hex.EncodeToString(e.slot(n, epoch)[8:24]) == master.id
}

func (e *epochs) write(n int, epoch uint64, s []byte) error {
	if err := e.fault("write epochs"); err != nil {
		return err
	}
	if _, err := e.file.WriteAt(s, int64(offset(n, epoch))); err != nil {
		return fmt.Errorf("write epoch key: %w", err)
	}
	if err := e.file.Sync(); err != nil {
		return fmt.Errorf("sync epoch keys: %w", err)
	}
	copy(e.slot(n, epoch), s)
	return nil
}

func (e *epochs) close() error { return e.file.Close() }

func epochPlace(n int, epoch uint64) []byte {
	return slices.Concat([]byte("ringdex epoch key "), []byte(shardName(n)), binary.BigEndian.AppendUint64(nil, epoch))
}
