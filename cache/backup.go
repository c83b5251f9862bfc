package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/ringdex/ringdex/store"
)

// Exported is a piece of a backup: the state of an integration, or one sealed entry of its published generation.
type Exported struct {
	State      []byte // JSON; nil for an entry
	Key, Value []byte // valid during its step
	ref        Ref
}

// Export lists everything that is published, sealed as it lies there: of each integration first its state, then its
// entries. The last element carries the error, if there is one; a generation that was retired meanwhile is
// [ErrSuperseded], and a new export the way out.
func (c *Cache) Export(ctx context.Context) iter.Seq2[Exported, error] {
	return func(yield func(Exported, error) bool) {
		var all []Exported
		err := c.eachRecord(ctx, func(in Ref, rec *record) error {
			if rec.Published == nil || rec.Erased {
				return nil
			}
			state, err := json.Marshal(exportedState{Ref: in, Published: *rec.Published, Numbered: rec.Numbered})
			all = append(all, Exported{State: state, ref: in})
			return err
		})
		if err != nil {
			yield(Exported{}, fmt.Errorf("export: %w", err))
			return
		}
		for _, one := range all {
			if !yield(one, nil) || !c.exportEntries(ctx, one, yield) {
				return
			}
		}
	}
}

// exportedState is an integration in a backup.
type exportedState struct {
	Ref       Ref        `json:"ref"`
	Published Generation `json:"published"`
	Numbered  uint64     `json:"numbered"`
}

func (c *Cache) exportEntries(ctx context.Context, of Exported, yield func(Exported, error) bool) bool {
	var state exportedState
	if err := json.Unmarshal(of.State, &state); err != nil {
		return yield(Exported{}, err)
	}
	p, err := prefixOf(of.ref)
	if err != nil {
		return yield(Exported{}, err)
	}
	for item, err := range c.table.Scan(p[:], state.Published.Version) {
		if errors.Is(err, store.ErrForgotten) {
			err = ErrSuperseded
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(Exported{}, fmt.Errorf("export %s: %w", of.ref.Integration, err))
			return false
		}
		if !yield(Exported{Key: item.Key, Value: item.Value, ref: of.ref}, nil) {
			return false
		}
	}
	return true
}

// Import fills an empty table from a backup and publishes what it holds, in place of what the control store says, which is of
// another moment. Integrations that are not in the backup have nothing to answer until their next run. Nothing else may
// use table and control meanwhile.
func Import(ctx context.Context, table store.Table, control store.Store, pieces iter.Seq2[Exported, error]) (entries int, err error) {
	batch, err := table.Write(ctx)
	if err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	defer func() { err = errors.Join(err, batch.Discard()) }()
	var states []exportedState
	for piece, err := range pieces {
		if err != nil {
			return entries, fmt.Errorf("import: %w", err)
		}
		if piece.State != nil {
			var state exportedState
			if err := json.Unmarshal(piece.State, &state); err != nil {
				return entries, fmt.Errorf("import: %w", errors.Join(err, store.ErrDamaged))
			}
			states = append(states, state)
			continue
		}
		if err := batch.Put(piece.Key, piece.Value); err != nil {
			return entries, fmt.Errorf("import: %w", err)
		}
		entries++
	}
	version, err := batch.Commit()
	if err != nil {
		return entries, fmt.Errorf("import: %w", err)
	}
	return entries, publishImported(ctx, control, states, version)
}

// publishImported replaces every state in the control store.
func publishImported(ctx context.Context, control store.Store, states []exportedState, version store.Version) error {
	var old [][]byte
	err := control.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan([]byte(controlPrefix), nil) {
			if err != nil {
				return err
			}
			old = append(old, pair.Key)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for _, key := range old {
		if err := control.Update(ctx, func(w store.Writer) error { return w.Delete(key) }); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	for _, s := range states {
		s.Published.Version = version
		value, err := json.Marshal(record{Published: &s.Published, Dirty: version, Numbered: s.Numbered})
		if err != nil {
			return err
		}
		err = control.Update(ctx, func(w store.Writer) error { return w.Put(s.Ref.controlKey(), value) })
		if err != nil {
			return fmt.Errorf("import %s: %w", s.Ref.Integration, err)
		}
	}
	return nil
}
