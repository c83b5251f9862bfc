package jobs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// crm is one account of a CRM with contacts, which can be made to fail.
type crm struct {
	mu       sync.Mutex
	records  []presets.Record
	revision []int // of each record
	now      int   // the newest revision
	size     int   // of a page
	whole    bool  // it cannot tell changes
	fault    func(page int) error
	gate     chan struct{} // reads wait for it, if there is one
	reads    atomic.Int64  // pages read
	most     *counter
}

// counter keeps the most that were under way at a time.
type counter struct{ now, most atomic.Int64 }

func (c *counter) enter() {
	n := c.now.Add(1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
}

var (
	errCut = errors.New("cut")    // the stream ends without its end marker
	errBug = errors.New("panics") // the source panics
	errOff = &presets.Error{Text: wording.Plain("503"), Retry: true, Hint: wording.Plain("Wait.")}
	errBad = &presets.Error{Text: wording.Plain("400"), Hint: wording.Plain("Look at the field list.")}
	errOut = &presets.Error{Text: wording.Plain("invalid_grant"), ReauthNeeded: true, Hint: wording.Plain("Sign in again.")}
)

func contactNumber(i int) string { return fmt.Sprintf("020 7%06d", i) }

func e164(t testing.TB, text string) phone.Number {
	t.Helper()
	n, err := phone.ParseE164(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func record(i int) presets.Record {
	return presets.Record{
		ID: strconv.Itoa(i), Name: fmt.Sprint("Contact ", i), Email: fmt.Sprintf("c%d@example.com", i),
		Phones: []presets.Phone{{Raw: contactNumber(i), Label: "business", Column: "Phone"}},
	}
}

// newCRM has n contacts, ten to a page.
func newCRM(n int) *crm {
	c := &crm{size: 10}
	for i := range n {
		c.set(i, record(i))
	}
	return c
}

// set puts a record, as changed now.
func (c *crm) set(i int, r presets.Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	if i == len(c.records) {
		c.records, c.revision = append(c.records, r), append(c.revision, 0)
	}
	c.records[i], c.revision[i] = r, c.now
}

// keep drops all but the first n records, without a trace.
func (c *crm) keep(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records, c.revision = c.records[:n], c.revision[:n]
}

func (c *crm) fail(fault func(page int) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

func (c *crm) Check(context.Context) (presets.Report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return presets.Report{Account: "ada@example.com", Total: len(c.records), Sample: c.records[:min(10, len(c.records))]}, nil
}

func (c *crm) Close() error { return nil }

// list returns the records to read, the watermark behind them, and the fault.
func (c *crm) list(from presets.Cursor) ([]presets.Record, string, func(int) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	since, _ := strconv.Atoi(from.Since)
	var list []presets.Record
	for i, r := range c.records {
		if c.revision[i] > since {
			list = append(list, r)
		}
	}
	mark := strconv.Itoa(c.now)
	if c.whole {
		mark = ""
	}
	return list, mark, c.fault
}

func (c *crm) Read(ctx context.Context, _ string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if c.most != nil {
			c.most.enter()
			defer c.most.now.Add(-1)
		}
		if c.gate != nil {
			select {
			case <-c.gate:
			case <-ctx.Done():
				yield(presets.Page{}, ctx.Err())
				return
			}
		}
		list, mark, fault := c.list(from)
		at, _ := strconv.Atoi(from.Resume)
		for {
			if fault != nil {
				switch err := fault(at / c.size); {
				case errors.Is(err, errCut):
					return
				case errors.Is(err, errBug):
					panic("a bug in the source")
				case err != nil:
					yield(presets.Page{}, err)
					return
				}
			}
			c.reads.Add(1)
			end := min(at+c.size, len(list))
			page := presets.Page{Records: list[at:end], Resume: strconv.Itoa(end), Last: end == len(list), Requests: 1, Bytes: 100}
			if page.Last {
				page.Resume, page.Since = "", mark
			}
			if !yield(page, nil) || page.Last {
				return
			}
			at = end
		}
	}
}
