package jobs

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store"
)

// resumable is how long a run can go on at its saved page.
const resumable = 24 * time.Hour

// saved is where a run can go on: everything up to a page is in the cache, durably.
type saved struct {
	Run     RunID        `json:"run"`
	Mode    Mode         `json:"mode"`
	Mapping cache.Digest `json:"mapping"`
	At      time.Time    `json:"at"`
	Stream  int          `json:"stream"` // in the preset's order; those before are done
	Resume  string       `json:"resume"` // the source's saved page in it; "" is its beginning
	Mark    watermark    `json:"mark"`   // what the run has gathered for its own
	Counts  Counts       `json:"counts"` // up to that page
	Samples []Row        `json:"samples,omitempty"`
}

// watermark goes with a generation: where the next incremental run begins, and what was learned of columns. Accepting a
// held generation and rolling back take it along.
type watermark struct {
	Since   map[string]string       `json:"since"`             // by stream
	Columns map[string]phone.Column `json:"columns,omitempty"` // by stream/field: how doubtful numbers are read
	Values  map[string]int          `json:"values,omitempty"`  // by stream/field: numbers seen in the last full run
	Skipped []string                `json:"skipped,omitempty"` // streams this run could not read
}

func newWatermark() watermark {
	return watermark{Since: map[string]string{}, Columns: map[string]phone.Column{}, Values: map[string]int{}}
}

// complete tells whether every one of n streams can be read from here on. One that could not be read is asked again in each
// run, for all it has.
func (m watermark) complete(n int) bool {
	for stream, since := range m.Since {
		if since == "" && !slices.Contains(m.Skipped, stream) {
			return false
		}
	}
	return n > 0 && len(m.Since) == n
}

// sealMark and openMark carry a watermark through the cache, which does not look into it.
func (s sealer) sealMark(in cache.Ref, m watermark) (string, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("write watermark: %w", err)
	}
	sealed, err := s.seal(in, []byte("watermark"), raw)
	return base64.RawStdEncoding.EncodeToString(sealed), err
}

func (s sealer) openMark(in cache.Ref, text string) (watermark, error) {
	m := newWatermark()
	if text == "" {
		return m, nil
	}
	sealed, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return m, fmt.Errorf("read watermark: %w", err)
	}
	raw, err := s.open(in, []byte("watermark"), sealed)
	if err == nil {
		err = json.Unmarshal(raw, &m)
	}
	if err != nil {
		return m, fmt.Errorf("read watermark: %w", err)
	}
	return m, nil
}

// readSaved returns the saved page of an integration, nil if there is none.
func (s sealer) readSaved(r store.Reader, in cache.Ref) (*saved, error) {
	key := stateKey(in)
	sealed, ok, err := get[[]byte](r, key)
	if err != nil || !ok {
		return nil, err
	}
	raw, err := s.open(in, key, sealed)
	if err != nil {
		return nil, fmt.Errorf("read saved page of %s: %w", in.Integration, err)
	}
	v := saved{Mark: newWatermark()}
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, fmt.Errorf("read saved page of %s: %w", in.Integration, err)
	}
	return &v, nil
}

// writeSaved keeps the page a run can go on at; nil forgets it.
func (s sealer) writeSaved(w store.Writer, in cache.Ref, v *saved) error {
	key := stateKey(in)
	if v == nil {
		return w.Delete(key)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write saved page of %s: %w", in.Integration, err)
	}
	sealed, err := s.seal(in, key, raw)
	if err != nil {
		return err
	}
	return put(w, key, sealed)
}
