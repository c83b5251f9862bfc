package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Gathering a report reads every entry of an integration. It is done once, at the end of a run that changed something, and
// kept: counts by themselves, rows sealed beside them, some to a piece, so that a page of it costs two or three reads.
const (
	reportPiece  = 50
	reportAtOnce = 50_000 // contacts up to which a report is gathered after every run, and on demand; others after full runs
)

// keptReport is what is kept of a report without its rows.
type keptReport struct {
	Generation uint64         `json:"generation"`
	Version    store.Version  `json:"version"`
	SyncedAt   time.Time      `json:"synced_at"`
	Contacts   int            `json:"contacts"`
	Numbers    int            `json:"numbers"`
	Totals     map[Reason]int `json:"totals"`
}

// of tells whether the rows are those of a generation.
func (k *keptReport) of(g *cache.Generation) bool {
	return k.Generation == g.Number && k.Version == g.Version
}

func (k *keptReport) report(rows []Row) Report {
	return Report{Generation: k.Generation, SyncedAt: k.SyncedAt, Contacts: k.Contacts, Numbers: k.Numbers, Totals: k.Totals, Rows: rows}
}

// reasons are in the order of the report: the most frequent first.
func (k *keptReport) reasons() []Reason {
	return slices.SortedFunc(maps.Keys(k.Totals), func(a, b Reason) int {
		return cmp.Or(cmp.Compare(k.Totals[b], k.Totals[a]), cmp.Compare(a, b))
	})
}

// rows is how many rows of a reason are kept.
func (k *keptReport) rows(reason Reason) int { return min(k.Totals[reason], ReportMost) }

func reportPrefix(in cache.Ref) []byte { return append(keyOf("report", in), '/') }

func reportKey(in cache.Ref) []byte { return append(reportPrefix(in), "summary"...) }

func pieceKey(in cache.Ref, reason Reason, piece int) []byte {
	return fmt.Appendf(reportPrefix(in), "rows/%s/%04d", reason, piece)
}

// ReportPage is a part of the report: rows from offset on, of one reason or, in the order of the most frequent, of all. Of a large
// integration it may be that of the last full run. [cache.ErrNothing] if nothing is published yet.
func (s *Scheduler) ReportPage(ctx context.Context, in cache.Ref, only Reason, offset, limit int) (Report, error) {
	g, err := s.published(in)
	if err != nil {
		return Report{}, err
	}
	k, err := s.kept(ctx, in)
	if err != nil {
		return Report{}, err
	}
	if k == nil || !k.of(g) && g.Counts.Contacts <= reportAtOnce {
		r, err := s.keepReport(ctx, in, g)
		if err != nil {
			return Report{}, err
		}
		r.Rows = r.page(only, offset, limit)
		return r, nil
	}
	var rows []Row
	for _, reason := range k.reasons() {
		if only != "" && reason != only {
			continue
		}
		count := k.rows(reason)
		for at := min(offset, count) / reportPiece; at*reportPiece < count && len(rows) < limit; at++ {
			piece, err := s.piece(ctx, in, reason, at)
			if err != nil {
				return Report{}, err
			}
			piece = piece[min(len(piece), max(0, offset-at*reportPiece)):]
			rows = append(rows, piece[:min(len(piece), limit-len(rows))]...)
		}
		offset = max(0, offset-count)
	}
	return k.report(rows), nil
}

// page is a part of a report that is whole.
func (r *Report) page(only Reason, offset, limit int) []Row {
	rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row Row) bool { return only != "" && row.Reason != only })
	offset = min(offset, len(rows))
	return rows[offset:min(offset+limit, len(rows))]
}

// published is what a report is about.
func (s *Scheduler) published(in cache.Ref) (*cache.Generation, error) {
	g, err := s.d.Cache.Published(in)
	if err == nil && g == nil {
		err = fmt.Errorf("nothing is published yet, `ringdex integration check` shows how its numbers are read: %w", cache.ErrNothing)
	}
	if err != nil {
		return nil, fmt.Errorf("report of %s: %w", in.Integration, err)
	}
	return g, nil
}

// kept returns what is kept, nil if nothing is.
func (s *Scheduler) kept(ctx context.Context, in cache.Ref) (k *keptReport, err error) {
	err = s.d.Store.View(ctx, func(r store.Reader) error {
		v, ok, err := get[keptReport](r, reportKey(in))
		if k = nil; ok {
			k = &v
		}
		return err
	})
	return k, err
}

func (s *Scheduler) piece(ctx context.Context, in cache.Ref, reason Reason, piece int) (rows []Row, err error) {
	key := pieceKey(in, reason, piece)
	var sealed []byte
	err = s.d.Store.View(ctx, func(r store.Reader) error {
		raw, err := r.Get(key)
		sealed = slices.Clone(raw)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // it is being written anew
	}
	if err == nil {
		sealed, err = s.seal.open(in, key, sealed)
	}
	if err == nil {
		err = json.Unmarshal(sealed, &rows)
	}
	if err != nil {
		return nil, fmt.Errorf("report of %s: %w", in.Integration, err)
	}
	return rows, nil
}

// keepReport gathers the report of what is published, in the order in which it is kept, and keeps it. One that cannot be kept,
// because the disk is full, is still told.
func (s *Scheduler) keepReport(ctx context.Context, in cache.Ref, g *cache.Generation) (Report, error) {
	r, err := s.gather(ctx, in, g)
	if err != nil {
		return r, err
	}
	k := &keptReport{
		Generation: g.Number, Version: g.Version, SyncedAt: g.SyncedAt, Contacts: g.Counts.Contacts, Numbers: g.Counts.Numbers, Totals: r.Totals,
	}
	order := map[Reason]int{}
	for at, reason := range k.reasons() {
		order[reason] = at
	}
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return cmp.Compare(order[a.Reason], order[b.Reason]) })
	if err = s.writeRows(ctx, in, r.Rows); err == nil {
		err = s.noteReport(ctx, in, k)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, tenant.ErrErased) {
		s.d.Log.Warn("data-quality report not kept", "tenant", in.Tenant, "integration", in.Integration, "error", err)
	}
	return r, ctx.Err()
}

func (s *Scheduler) noteReport(ctx context.Context, in cache.Ref, k *keptReport) error {
	return s.d.Store.Update(ctx, func(w store.Writer) error { return put(w, reportKey(in), k) })
}

// writeRows replaces what is kept by these rows, in as few transactions as they fit in. Without its summary, which comes last,
// nothing is kept.
func (s *Scheduler) writeRows(ctx context.Context, in cache.Ref, rows []Row) error {
	byReason := map[Reason][]Row{}
	for _, row := range rows {
		byReason[row.Reason] = append(byReason[row.Reason], row)
	}
	var batch []store.Pair
	size, fresh := 0, true
	flush := func() error {
		err := s.d.Store.Update(ctx, func(w store.Writer) error {
			if fresh {
				if err := deleteAll(w, reportPrefix(in)); err != nil {
					return err
				}
			}
			for _, pair := range batch {
				if err := w.Put(pair.Key, pair.Value); err != nil {
					return err
				}
			}
			return nil
		})
		batch, size, fresh = nil, 0, false
		return err
	}
	for reason, rows := range byReason {
		at := 0
		for piece := range slices.Chunk(rows, reportPiece) {
			raw, err := json.Marshal(piece)
			if err != nil {
				return err
			}
			key := pieceKey(in, reason, at)
			sealed, err := s.seal.seal(in, key, raw)
			if err != nil {
				return err
			}
			batch, size, at = append(batch, store.Pair{Key: key, Value: sealed}), size+len(sealed), at+1
			if size > store.MaxUpdate/4 {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// reported keeps the report up to date after a run that has published.
func (a *attempt) reported(ctx context.Context) {
	if a.run.State != Succeeded {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, reportWithin)
	defer cancel()
	err := a.refreshReport(ctx)
	if err != nil && !errors.Is(err, tenant.ErrErased) && !errors.Is(err, cache.ErrNothing) {
		a.log().Warn("data-quality report not kept, it is gathered when somebody asks", "error", err)
	}
}

// reportWithin is how long a run gathers a report.
const reportWithin = 2 * time.Minute

func (a *attempt) refreshReport(ctx context.Context) error {
	in := a.set.in
	g, err := a.s.published(in)
	if err != nil {
		return err
	}
	k, err := a.s.kept(ctx, in)
	if err != nil {
		return err
	}
	c := a.run.Counts
	switch {
	case k != nil && k.of(g):
		return nil
	case k != nil && k.Generation == g.Number-1 && c.Added+c.Changed+c.Removed == 0: // the rows are the same
		k.Generation, k.Version, k.SyncedAt = g.Number, g.Version, g.SyncedAt
		return a.s.noteReport(ctx, in, k)
	case a.run.Mode != Full && g.Counts.Contacts > reportAtOnce:
		return nil
	}
	_, err = a.s.keepReport(ctx, in, g)
	return err
}
