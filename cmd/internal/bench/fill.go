package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// filled opens a folder with so many entries of one tenant, making it where it is missing.
func (r *Run) filled(ctx context.Context, entries int) (*stack, error) {
	dir := r.folder("match-%d", entries)
	err := once(dir, func() error {
		return r.fill(ctx, dir, entries)
	})
	if err != nil {
		return nil, err
	}
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return nil, err
	}
	if err := s.use(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.dress(ctx, !r.ScreenPop); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (r *Run) folder(format string, args ...any) string {
	return filepath.Join(r.Dir, fmt.Sprintf(format, args...))
}

// once makes a folder unless it was made to its end before.
func once(dir string, make func() error) error {
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	if err := make(); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o600)
}

func (r *Run) fill(ctx context.Context, dir string, entries int) (err error) {
	s, err := openStack(ctx, dir, -1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	in, err := s.addTenant(ctx, "Bench")
	if err != nil {
		return err
	}
	start := time.Now()
	show, end := r.progress(fmt.Sprintf("filling %s entries", thousands(entries)))
	err = put(ctx, s.cache, in, entries, show)
	end()
	r.log("filled %s entries in %s", thousands(entries), time.Since(start).Round(time.Millisecond))
	return err
}

// put puts entries into an integration and publishes them. Numbers are made, not parsed.
func put(ctx context.Context, c *cache.Cache, in cache.Ref, entries int, show func(done, total int)) error {
	return refresh(ctx, c, in, "fill", func(r *cache.Refresh) error {
		for i := range entries {
			if i%10_000 == 0 {
				show(i, entries)
			}
			e := entry{i}
			n, err := phone.ParseE164(e.e164())
			if err != nil {
				return err
			}
			if err := r.Put(e.contact(), cache.DigestOf("fill", e.e164()), cache.LabelledNumber{Number: n, Label: "mobile"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// refresh is a run from its beginning to its publication.
func refresh(ctx context.Context, c *cache.Cache, in cache.Ref, name string, read func(r *cache.Refresh) error) error {
	r, err := c.Refresh(ctx, in, cache.RefreshOptions{Run: name, Fence: uint64(time.Now().UnixNano()), Language: "en"})
	if err != nil {
		return err
	}
	if err := read(r); err != nil {
		return errors.Join(err, r.Discard())
	}
	if _, err := r.Finish(ctx); err != nil {
		return errors.Join(err, r.Discard())
	}
	_, err = r.Publish(ctx)
	return err
}
