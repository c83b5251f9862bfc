package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// leavingLook bounds how many contacts are looked at for some that would go, so that it takes some 20 ms.
const leavingLook = 5_000

// Leaving shows some of the contacts that are published and not in the held run, for whoever decides about it: those that have
// a number, at most so many. It is empty where none is held.
func (c *Cache) Leaving(ctx context.Context, in Ref, most int) (leaving []Match, err error) {
	rec, err := c.load(ctx, in)
	if err != nil || rec.Held == nil || rec.Published == nil {
		return nil, err
	}
	ig, err := c.integration(in)
	if err != nil {
		return nil, err
	}
	z := ig.sealer.Load()
	if z == nil {
		return nil, nil
	}
	p := &Comparison{c: c, z: z, s: newScratch(), g: rec.Published}
	prefix, looked := z.prefix.key(nil, kindContact), 0
	for item, err := range c.table.Scan(prefix, rec.Published.Version) {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, fmt.Errorf("show what leaves %s: %w", in.Integration, err)
		}
		if looked++; looked > leavingLook || len(leaving) == most {
			break
		}
		if err = c.table.Get(item.Key, rec.Held.Generation.Version, func([]byte) error { return nil }); err == nil {
			continue
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("show what leaves %s: %w", in.Integration, err)
		}
		m, ok, err := p.contact(hash(item.Key[len(prefix):]))
		if err != nil {
			return nil, fmt.Errorf("show what leaves %s: %w", in.Integration, err)
		}
		if ok {
			leaving = append(leaving, m)
		}
	}
	return leaving, nil
}
