package bench

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/cache"
)

// plan is a number range of a region; %0Nd is the subscriber. National is how people there write it.
type plan struct {
	region, e164, national string
	space                  int // how many subscribers there are
}

// plans are ranges in which every number is valid.
var plans = [...]plan{
	{"NL", "+3161%07d", "06-1%07d", 10_000_000},
	{"DE", "+4930%08d", "030 / %08d", 100_000_000},
	{"GB", "+44207%07d", "020 7%07d", 10_000_000},
	{"FR", "+3361%07d", "06.1%07d", 10_000_000},
	{"BE", "+3247%07d", "047/%07d", 10_000_000},
	{"IT", "+3906%08d", "06 %08d", 100_000_000},
	{"ES", "+346%08d", "6%08d", 100_000_000},
	{"PL", "+4860%07d", "60 %07d", 10_000_000},
}

// maxEntries is how many contacts have different numbers.
const maxEntries = 8 * 10_000_000

// Multiplying by a number without a factor in common with the space keeps neighbours apart, as in a real address book,
// and stays one to one.
const (
	stride = 2654435761
	offset = 12345678
)

// entry is one synthetic contact with one number of its own.
type entry struct{ index int }

func (e entry) plan() plan { return plans[e.index%len(plans)] }

func (e entry) subscriber(p plan) int {
	return int((uint64(e.index/len(plans))*stride + offset) % uint64(p.space))
}

func (e entry) e164() string {
	p := e.plan()
	return fmt.Sprintf(p.e164, e.subscriber(p))
}

func (e entry) national() (region, text string) {
	p := e.plan()
	return p.region, fmt.Sprintf(p.national, e.subscriber(p))
}

func (e entry) name() string { return "Contact Number " + strconv.Itoa(e.index) }

// contact is about as large as a CRM's is: what an answer holds of it is about 700 bytes of JSON.
func (e entry) contact() cache.Contact {
	i := strconv.Itoa(e.index)
	return cache.Contact{
		Type: "contact", ID: "0035g00000" + i, Name: e.name(), Company: "Company " + strconv.Itoa(e.index/7) + " BV",
		URL: "https://acme.lightning.force.example/lightning/r/Contact/0035g00000" + i + "/view",
		Fields: []cache.Field{
			{Name: "Email", Value: "contact." + i + "@company.example"},
			{Name: "Identifier", Value: "K" + i},
			{Name: "FirstName", Value: "Contact"},
			{Name: "LastName", Value: "Number " + i},
		},
		Changed: time.Date(2026, 1, 1, 0, 0, e.index%86400, 0, time.UTC),
	}
}

// rawBytes are the keys and records of so many entries as they stand in the index, before they are sealed: of a number its key
// and its contact, of a contact its key, digest and the hash of its number. Nothing of what sealing, the engine, several
// versions or JSON add is counted, nor what the index knows of the number itself.
func rawBytes(entries int) int64 {
	e := entry{entries / 2}
	c := e.contact()
	record := len(c.Type) + len(c.ID) + len(c.Name) + len(c.Company) + len(c.URL) + len("mobile") + len(e.e164())
	for _, f := range c.Fields {
		record += len(f.Name) + len(f.Value)
	}
	const (
		key    = 1 + 13 + 13 + 1 + 16 // format, tenant, integration, kind, hash
		digest = 16
		number = 16
	)
	return int64(entries) * int64(key+record+key+digest+number)
}
