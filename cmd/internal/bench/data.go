package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// plans are number ranges of eight regions: %0Nd is filled with the contact's index. The forms are how people there write
// national numbers.
var plans = []struct {
	region, e164, national string
	space                  int // how many different indexes fit
}{
	{"NL", "+3161%07d", "06-1%07d", 10_000_000},
	{"DE", "+4930%08d", "030 / %08d", 100_000_000},
	{"GB", "+44207%07d", "020 7%07d", 10_000_000},
	{"FR", "+3361%07d", "06.1%07d", 10_000_000},
	{"BE", "+3247%07d", "047/%07d", 10_000_000},
	{"IT", "+3906%08d", "06 %08d", 100_000_000},
	{"ES", "+346%08d", "6%08d", 100_000_000},
	{"PL", "+4860%07d", "60 %07d", 10_000_000},
}

// entry is one synthetic contact with one number of its own.
type entry struct{ index int }

func (e entry) plan() int { return e.index % len(plans) }

// spread keeps neighbours apart, as in a real address book, and stays one to one.
func (e entry) subscriber() int {
	p := plans[e.plan()]
	return int((uint64(e.index/len(plans))*2654435761 + 12345678) % uint64(p.space))
}

func (e entry) e164() string { return fmt.Sprintf(plans[e.plan()].e164, e.subscriber()) }

func (e entry) national() (region, text string) {
	p := plans[e.plan()]
	return p.region, fmt.Sprintf(p.national, e.subscriber())
}

// contact is about as large as the 366-byte record performance.md measured with.
func (e entry) contact() cache.Contact {
	i := strconv.Itoa(e.index)
	return cache.Contact{
		Type: "contact", ID: "0035g00000" + i, Name: "Contact Number " + i, Company: "Company " + strconv.Itoa(e.index/7) + " BV",
		URL: "https://acme.lightning.force.example/lightning/r/Contact/0035g00000" + i + "/view",
		Fields: []cache.Field{
			{Name: "Email", Value: "contact." + i + "@company.example"}, {Name: "Identifier", Value: "K" + i},
			{Name: "FirstName", Value: "Contact"}, {Name: "LastName", Value: "Number " + i},
		},
		Changed: time.Date(2026, 1, 1, 0, 0, e.index%86400, 0, time.UTC),
	}
}

func (e entry) digest(salt string) cache.Digest { return cache.DigestOf(salt, e.e164()) }

// fill puts entries from up to below to into an integration and publishes them. Numbers are made, not parsed.
func fill(ctx context.Context, c *cache.Cache, in cache.Ref, from, to int) error {
	r, err := c.Refresh(ctx, in, cache.RefreshOptions{Run: "fill", Fence: uint64(time.Now().UnixNano()), Language: "en"})
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		e := entry{i}
		n, err := phone.ParseE164(e.e164())
		if err != nil {
			return err
		}
		if err := r.Put(e.contact(), e.digest("fill"), cache.LabelledNumber{Number: n, Label: "mobile"}); err != nil {
			return err
		}
	}
	if _, err := r.Finish(ctx); err != nil {
		return err
	}
	_, err = r.Publish(ctx)
	return err
}
