package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

// checkpointEvery is how often a run saves where it is at most. What a crash makes it read again is the page it was at,
// or a few of a CRM that gives more of them in that time.
const checkpointEvery = 200 * time.Millisecond

// sync reads all streams into a refresh and publishes or holds it. reading ends when the run has to stop; writing lives
// on, so that what was read can still be saved.
func (a *attempt) sync(reading, writing context.Context) error {
	read := a.readSource
	if a.delivery != nil {
		read = a.readDelivery
	}
	if err := read(reading, writing); err != nil {
		return err
	}
	if err := a.decide(writing); err != nil {
		return err
	}
	a.verify(reading)
	return nil
}

// readSource reads what the integration is connected to.
func (a *attempt) readSource(reading, writing context.Context) error {
	source, err := a.s.d.Open(reading, a.set.in.Tenant, a.set.in.Integration, a.allow...)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	a.source = source
	defer func() {
		if err := source.Close(); err != nil {
			a.log().Warn("source not closed", "error", err)
		}
	}()
	err = a.readAll(reading, writing)
	if errors.Is(err, errAllOver) {
		err = a.startOver(reading, writing)
	}
	return err
}

// verify opens everything once a week, after the nightly full run: a sync that finds a contact unchanged does not look at
// the entries of its numbers, so damage on the disk would stay until somebody calls.
func (a *attempt) verify(ctx context.Context) {
	if a.run.Mode != Full || a.run.Trigger != Nightly || a.run.Reason != "" {
		return
	}
	entries, broken, err := a.s.d.Cache.Verify(ctx, a.set.in)
	if err != nil {
		a.log().Warn("published contacts not verified", "error", err)
		return
	}
	if a.damaged = broken > 0; a.damaged {
		a.log().Error("published contacts are damaged, all are read anew", "entries", entries, "broken", broken)
	}
}

// startOver reads everything, because the source cannot tell what has changed.
func (a *attempt) startOver(reading, writing context.Context) error {
	if err := a.refresh.Discard(); err != nil {
		return fmt.Errorf("begin again as a full run: %w", err)
	}
	a.saved, a.run.Mode, a.run.Counts, a.run.Samples = nil, Full, Counts{}, nil
	a.count.full.Store(true)
	return a.readAll(reading, writing)
}

// readAll reads the streams in the preset's order.
func (a *attempt) readAll(reading, writing context.Context) error {
	if err := a.openRefresh(writing); err != nil {
		return err
	}
	streams := a.set.preset.Streams
	for ; a.stream < len(streams); a.stream++ {
		if err := a.readStream(reading, writing, streams[a.stream]); err != nil {
			return fmt.Errorf("read %s: %w", streams[a.stream].ID, err)
		}
		a.page = ""
		if a.stream+1 < len(streams) {
			if err := a.checkpoint(writing, a.stream+1, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// openRefresh begins the generation, or goes on with it where it was suspended.
func (a *attempt) openRefresh(ctx context.Context) error {
	mode := cache.Incremental
	if a.run.Mode == Full {
		mode = cache.Full
	}
	refresh, err := a.s.d.Cache.Refresh(ctx, a.set.in, cache.RefreshOptions{
		Mode: mode, Run: string(a.run.ID), Fence: a.lease.Fence, Mapping: a.set.mapping(),
		Language: a.set.account.Language, Blocks: a.set.blocks, Resume: a.saved != nil, Rebuild: a.run.Rebuild,
	})
	if err != nil {
		return err
	}
	a.refresh, a.flushed = refresh, a.s.d.Now()
	a.stream, a.page, a.mark = 0, "", newWatermark()
	maps.Copy(a.mark.Columns, a.from.Columns)
	if a.run.Mode == Changes {
		maps.Copy(a.mark.Values, a.from.Values)
	}
	a.evidence = evidence{}
	if a.saved == nil {
		return nil
	}
	if !refresh.Resumed() {
		a.saved, a.run.Counts, a.run.Samples = nil, Counts{}, nil
		return nil
	}
	a.stream, a.page, a.mark = a.saved.Stream, a.saved.Resume, a.saved.Mark
	return nil
}

// readStream reads one stream from where the run is to its explicit end.
func (a *attempt) readStream(reading, writing context.Context, st presets.Stream) error {
	from := presets.Cursor{Resume: a.page}
	if a.run.Mode == Changes {
		from.Since = a.from.Since[st.ID]
	}
	learn := a.newLearner(st)
	for page, err := range a.source.Read(reading, st.ID, from) {
		if err == nil {
			err = reading.Err()
		}
		if err != nil {
			return err
		}
		a.count.moved(a.s.d.Now())
		a.run.Requests += page.Requests
		a.run.Bytes += page.Bytes
		a.run.Counts.Replaced += page.Replaced
		if page.Full && a.run.Mode == Changes {
			return errAllOver
		}
		for _, ready := range learn.add(page) {
			if err := a.readPage(writing, st, ready); err != nil {
				return err
			}
		}
		if page.Last {
			return nil
		}
	}
	if err := reading.Err(); err != nil {
		return err
	}
	return &presets.Error{Text: wording.Of(errNoEnd), Retry: true, Err: errNoEnd}
}

// readPage brings the records of a page into the refresh.
func (a *attempt) readPage(ctx context.Context, st presets.Stream, page presets.Page) error {
	for i := range page.Records {
		if err := a.readRecord(st, &page.Records[i]); err != nil {
			return err
		}
	}
	a.run.Counts.Pages++
	a.count.page(st.ID, len(page.Records))
	if page.Last {
		a.mark.Since[st.ID] = page.Since
		a.skip(st, page)
		return nil
	}
	if page.Resume != "" {
		a.page = page.Resume
	}
	if a.page == "" || a.s.d.Now().Sub(a.flushed) < checkpointEvery {
		return nil
	}
	return a.checkpoint(ctx, a.stream, a.page)
}

// wrote notes that the refresh failed once: what it holds in memory may have a gap then, so nothing of it is saved any
// more, and the run goes on at the page saved before.
func (a *attempt) wrote(err error) error {
	a.broken = a.broken || err != nil
	return err
}

// checkpoint makes everything so far durable, first the contacts, then where to go on.
func (a *attempt) checkpoint(ctx context.Context, stream int, resume string) error {
	if err := a.wrote(a.refresh.Checkpoint(ctx)); err != nil {
		return fmt.Errorf("save page: %w", err)
	}
	a.flushed = a.s.d.Now()
	return a.save(ctx, stream, resume)
}

// save writes where the run can go on, with the run as it is.
func (a *attempt) save(ctx context.Context, stream int, resume string) error {
	v := &saved{
		Run: a.run.ID, Mode: a.run.Mode, Mapping: a.set.mapping(), At: a.s.d.Now().UTC(),
		Stream: stream, Resume: resume, Mark: a.mark, Counts: a.run.Counts, Samples: a.run.Samples,
	}
	err := a.s.leases.update(ctx, a.set.in, a.lease, func(w store.Writer) error {
		if err := a.s.seal.writeSaved(w, a.set.in, v); err != nil {
			return err
		}
		return writeRun(w, a.set.in, a.s.seal, a.run)
	})
	if err != nil {
		return fmt.Errorf("save page: %w", err)
	}
	a.saved = v
	return nil
}

// skip notes an object that could not be read: its contacts stay as they are, and a full run does not miss them.
func (a *attempt) skip(st presets.Stream, page presets.Page) {
	if !page.Skipped {
		return
	}
	a.mark.Skipped = append(a.mark.Skipped, st.ID)
	if a.run.Mode != Full {
		return
	}
	a.log().Warn("object cannot be read, its contacts stay as they were", "stream", st.ID)
	for column, n := range a.from.Values {
		if strings.HasPrefix(column, st.ID+"/") {
			a.mark.Values[column] = n
		}
	}
}
