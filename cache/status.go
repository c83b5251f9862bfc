package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
)

// Counts is the size of a generation.
type Counts struct {
	Contacts int `json:"contacts"`
	Numbers  int `json:"numbers"`  // different ones; blocks are not counted
	Rejected int `json:"rejected"` // issues of its contacts
}

// Generation is what was published, or could be, at one moment.
type Generation struct {
	Number    uint64        `json:"number"` // counts the publications of the integration; a generation keeps its number when rolled back to
	Version   store.Version `json:"version"`
	SyncedAt  time.Time     `json:"synced_at"` // when the run that made it finished reading
	Counts    Counts        `json:"counts"`
	Mapping   Digest        `json:"mapping"`             // the RefreshOptions' one
	Watermark string        `json:"watermark,omitempty"` // where the next incremental run goes on; opaque
	Run       string        `json:"run,omitempty"`       // the RefreshOptions' one
	Blocks    Blocks        `json:"blocks,omitzero"`
}

// Held is a finished run that waits for a person.
type Held struct {
	Generation Generation    `json:"generation"`
	Reason     string        `json:"reason"`
	Stats      Stats         `json:"stats"`
	Since      time.Time     `json:"since"` // it expires after a week
	Base       store.Version `json:"base"`  // the version that was published when it was made
}

// OpenRun is a run that has begun and has not ended: it is under way, suspended, or its process died.
type OpenRun struct {
	Run        string    `json:"run"`
	Mode       Mode      `json:"mode"`
	Started    time.Time `json:"started"`
	Checkpoint time.Time `json:"checkpoint"` // zero: there was none, it cannot be resumed
}

// Status is what an integration has in the cache. The zero value means that nothing was ever published or begun.
type Status struct {
	Published *Generation // nil: nothing yet
	Previous  *Generation // what Rollback would publish
	Held      *Held
	Open      *OpenRun
	Erased    bool
}

// Stats says what a run did. Added, Changed, Removed and Unchanged count contacts; after a resume they count what was
// seen twice twice, whereas Before and After are always exact.
type Stats struct {
	Before     Counts `json:"before"`
	After      Counts `json:"after"`
	Added      int    `json:"added"`
	Changed    int    `json:"changed"`
	Removed    int    `json:"removed"`
	Unchanged  int    `json:"unchanged"`
	Generation uint64 `json:"generation,omitempty"` // once published
}

// Blocks says which number blocks a generation has.
type Blocks struct {
	Count int    `json:"count"`
	Open  []int  `json:"open"`  // the different numbers of open digits, ascending: what is worth asking MatchBlock for
	Typed Digest `json:"typed"` // of the ranges typed in
}

// Status tells what an integration has.
func (c *Cache) Status(ctx context.Context, in Ref) (Status, error) {
	rec, err := c.load(ctx, in)
	if err != nil {
		return Status{}, fmt.Errorf("status of %s: %w", in.Integration, err)
	}
	s := Status{Published: rec.Published, Previous: rec.Previous, Held: rec.Held, Erased: rec.Erased}
	if run := rec.Run; run != nil {
		s.Open = &OpenRun{Run: run.ID, Mode: run.Mode, Started: run.Started, Checkpoint: run.Checkpoint}
	}
	return s, nil
}

// Waiting tells whether a generation waits for a person. It is a look at memory, for lists of many integrations.
func (c *Cache) Waiting(in Ref) (bool, error) {
	ig, err := c.integration(in)
	if err != nil {
		return false, err
	}
	return ig.held.Load(), nil
}

// Published is the generation readers see, nil if there is none. It is a look at memory, for the match path.
func (c *Cache) Published(in Ref) (*Generation, error) {
	ig, err := c.integration(in)
	if err != nil {
		return nil, err
	}
	return ig.published.Load(), nil
}
