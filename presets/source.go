package presets

import (
	"context"
	"iter"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// Source is an opened connection to one CRM. It is used by one run at a time.
type Source interface {
	// Check signs in, and reads a few records: the "Test connection" of the wizard.
	Check(ctx context.Context) (Report, error)
	// Read yields the pages of a stream. Only a page with Last ends a stream: one
	// that stops without it, without an error, is a fault of the source. After an
	// error nothing more is yielded.
	Read(ctx context.Context, stream string, from Cursor) iter.Seq2[Page, error]
	// Close gives back what the connection holds.
	Close() error
}

// Chooser is a Source that can list what there is for an option to choose from: the account's own fields, views, lists.
type Chooser interface {
	// Choices gives value and title of each, the CRM's order kept, at most some thousand.
	Choices(ctx context.Context, option string) ([]option.Choice, error)
}

// Cursor is where a read starts. Both parts are opaque to everyone but the source.
type Cursor struct {
	Since  string // watermark of the last published run; "" reads everything
	Resume string // saved page of an interrupted run, with the same Since
}

// Page is what one request or one stretch of a file gave.
type Page struct {
	Records  []Record
	Resume   string // goes on behind this page; "" where the source cannot
	Last     bool   // the explicit end of the stream
	Since    string // with Last: watermark for the next incremental read; "" where the source has none
	Full     bool   // the run reads everything, so what was not seen is gone
	Same     bool   // with Last: nothing changed since the cursor's watermark, and nothing was read
	Skipped  bool   // with Last: the object is missing or may not be read, and nothing is said of its records
	Replaced int    // invalid bytes or characters replaced while reading this page
	Requests int
	Bytes    int64
}

// Record is a contact as the CRM has it.
type Record struct {
	ID         string
	Deleted    bool
	Name       string
	FirstName  string
	LastName   string
	Company    string
	Email      string
	Identifier string
	URL        string
	Fields     []Field
	Phones     []Phone
	Changed    time.Time
}

// Field is one of the CRM's own fields, by its own name.
type Field struct{ Name, Value string }

// Phone is what stands in one phone field, unread.
type Phone struct {
	Raw     string
	Label   string // one of the table "label", or a word of the source
	Column  string // the field it stands in: numbers of one column are read alike
	Country string // ISO code where the record's own country is the phone's
	Numeric bool   // the cell held a number, so a leading zero may be lost
	Fax     bool
}

// Report is what "Test connection" found.
type Report struct {
	Account string       // who is signed in, or which file was read
	Notes   wording.List // what was recognised, one sentence each
	Missing wording.List // rights, fields or columns that are missing
	Fields  []string     // names of the fields that are used, where each may be used by its own name
	Limits  []Quota
	Sample  []Record // at most ten
	Total   int      // records, 0 where unknown
}

// Quota is a limit as the CRM reports it.
type Quota struct {
	Name  string
	Used  int
	Limit int
}
