package webconfig

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Keys of the control store: the token of a session is nowhere, only its hash.
//
//	web/session/HASH        8 bytes when it ends, then the sealed content
//	web/person/u_…/HASH     that the session is this person's
const (
	sessionKeys = "web/session/"
	ownerKeys   = "web/person/"
)

// sessionStore keeps sessions in the control store, sealed. It is scs's CtxStore.
type sessionStore struct {
	store store.Store
	key   [32]byte
	now   func() time.Time
	codec scs.GobCodec
	swept atomic.Int64
	ended atomic.Uint64 // counts the sessions that somebody ended
}

func newSessionStore(s store.Store, keys *tenant.Keyring, operator tenant.ID, now func() time.Time) (*sessionStore, error) {
	above, err := keys.TenantKey(operator)
	if err != nil {
		return nil, fmt.Errorf("key of sessions: %w", err)
	}
	raw, err := hkdf.Expand(sha256.New, above[:], "ringdex web sessions", 32)
	if err != nil {
		return nil, err
	}
	return &sessionStore{store: s, key: [32]byte(raw), now: now}, nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx is scs's: the content of a session that is not over.
func (s *sessionStore) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = s.store.View(ctx, func(r store.Reader) error {
		b, found = nil, false
		raw, err := r.Get([]byte(sessionKeys + hashOf(token)))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		b, found = s.open(hashOf(token), raw)
		return nil
	})
	return b, found, err
}

// open unseals a session. One that is over or damaged is none.
func (s *sessionStore) open(hash string, raw []byte) ([]byte, bool) {
	if len(raw) < 8 || s.over(raw) {
		return nil, false
	}
	plain, err := tenant.Unseal(s.key, raw[8:], append([]byte(hash), raw[:8]...))
	return plain, err == nil
}

func (s *sessionStore) over(raw []byte) bool {
	return int64(binary.BigEndian.Uint64(raw)) <= s.now().Unix()
}

// CommitCtx is scs's: it keeps the content, and whose session it is.
// It ends by our own clock.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) error {
	_, values, err := s.codec.Decode(b)
	if err != nil {
		return err
	}
	until := s.now().Add(guestLimit)
	if since, _ := values[sessSince].(int64); since > 0 {
		until = time.Unix(since, 0).Add(absoluteLimit)
	}
	person, _ := values[sessPerson].(string)
	return s.keep(ctx, hashOf(token), b, person, until)
}

// keep writes a session, and whose it is where it is somebody's.
func (s *sessionStore) keep(ctx context.Context, hash string, b []byte, person string, until time.Time) error {
	ends := binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	sealed := tenant.Seal(s.key, b, append([]byte(hash), ends...))
	return s.store.Update(ctx, func(w store.Writer) error {
		if person != "" {
			if err := w.Put([]byte(ownerKeys+person+"/"+hash), ends); err != nil {
				return err
			}
		}
		return w.Put([]byte(sessionKeys+hash), slices.Concat(ends, sealed))
	})
}

// DeleteCtx is scs's: the session is over, whoever has its token.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.drop(ctx, hashOf(token))
}

func (s *sessionStore) drop(ctx context.Context, hash string) error {
	defer s.ended.Add(1)
	return s.store.Update(ctx, func(w store.Writer) error {
		raw, err := w.Get([]byte(sessionKeys + hash))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if plain, ok := s.open(hash, raw); ok {
			if _, values, err := s.codec.Decode(plain); err == nil {
				person, _ := values[sessPerson].(string)
				if err := w.Delete([]byte(ownerKeys + person + "/" + hash)); err != nil {
					return err
				}
			}
		}
		return w.Delete([]byte(sessionKeys + hash))
	})
}

// Find, Commit and Delete are scs's without a context; it calls the others.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx.
func (s *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx.
func (s *sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// of lists a person's sessions, the newest first.
func (s *sessionStore) of(ctx context.Context, p tenant.PersonID, token string) (list []shownSession, err error) {
	err = s.store.View(ctx, func(r store.Reader) error {
		list = nil
		for _, hash := range hashes(r, p) {
			raw, err := r.Get([]byte(sessionKeys + hash))
			if err != nil {
				continue
			}
			plain, ok := s.open(hash, raw)
			if !ok {
				continue
			}
			_, values, err := s.codec.Decode(plain)
			if err != nil {
				continue
			}
			shown := shownSession{ID: hash[:16], This: hash == hashOf(token)}
			since, _ := values[sessSince].(int64)
			seen, _ := values[sessSeen].(int64)
			shown.Since, shown.Seen = time.Unix(since, 0), time.Unix(seen, 0)
			shown.From, _ = values[sessFrom].(string)
			shown.Agent, _ = values[sessAgent].(string)
			shown.Widget, _ = values[sessWidget].(bool)
			list = append(list, shown)
		}
		return nil
	})
	slices.SortFunc(list, func(a, b shownSession) int { return cmp.Compare(b.Seen.Unix(), a.Seen.Unix()) })
	return list, err
}

func hashes(r store.Reader, p tenant.PersonID) (out []string) {
	prefix := ownerKeys + string(p) + "/"
	for pair, err := range r.Scan([]byte(prefix), nil) {
		if err != nil {
			return out
		}
		out = append(out, strings.TrimPrefix(string(pair.Key), prefix))
	}
	return out
}

// end ends all sessions of a person but the one with that token.
func (s *sessionStore) end(ctx context.Context, p tenant.PersonID, keep string) error {
	var all []string
	if err := s.store.View(ctx, func(r store.Reader) error { all = hashes(r, p); return nil }); err != nil {
		return err
	}
	for _, hash := range all {
		if keep != "" && hash == hashOf(keep) {
			continue
		}
		if err := s.drop(ctx, hash); err != nil {
			return err
		}
	}
	return nil
}

// endOne ends the session of a person whose shown id it is.
func (s *sessionStore) endOne(ctx context.Context, p tenant.PersonID, id string) error {
	var found string
	err := s.store.View(ctx, func(r store.Reader) error {
		for _, hash := range hashes(r, p) {
			if len(id) == 16 && strings.HasPrefix(hash, id) {
				found = hash
			}
		}
		return nil
	})
	if err != nil || found == "" {
		return err
	}
	return s.drop(ctx, found)
}

// sweepEvery is how often what is over is removed; it cannot be used before that either.
const sweepEvery = time.Hour

// sweep removes sessions that are over. A failure shows in the next one.
func (s *sessionStore) sweep(ctx context.Context) {
	now := s.now().Unix()
	last := s.swept.Load()
	if now-last < int64(sweepEvery/time.Second) || !s.swept.CompareAndSwap(last, now) {
		return
	}
	var over [][]byte
	_ = s.store.View(ctx, func(r store.Reader) error {
		for _, prefix := range []string{sessionKeys, ownerKeys} {
			for pair, err := range r.Scan([]byte(prefix), nil) {
				if err != nil {
					return err
				}
				if len(pair.Value) < 8 || s.over(pair.Value) {
					over = append(over, pair.Key)
				}
			}
		}
		return nil
	})
	for part := range slices.Chunk(over, 500) {
		_ = s.store.Update(ctx, func(w store.Writer) error {
			for _, key := range part {
				if err := w.Delete(key); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
