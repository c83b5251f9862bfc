package presets

import (
	"cmp"
	"time"
)

// Stream is one object of the CRM and how to read it.
type Stream struct {
	ID          string        `yaml:"id" form:"id" need:"yes" help:"The record type, as contact, company, lead."`
	Title       string        `yaml:"title" help:"What people call these records."`
	Optional    bool          `yaml:"optional" help:"May be missing or forbidden in an account without making the run fail."`
	Ask         Ask           `yaml:"ask" help:"A request before the list, as for the id of a view."`
	Filter      string        `yaml:"filter" form:"text" refs:"option" help:"The admin's own condition; becomes $(stream.filter), empty where its options are. Option values stand in it as they were typed."`
	Request     Request       `yaml:"request" help:"The full read."`
	Table       string        `yaml:"table" form:"text" refs:"option" help:"Table or view, also as schema.table (kind sql); option table if left out."`
	Query       string        `yaml:"query" form:"text" refs:"option" help:"One SELECT instead of a table (kind sql); $(…) is passed as a value, never as text."`
	Records     string        `yaml:"records" form:"selector" refs:"option" help:"Where the records stand in the answer."`
	Page        Paging        `yaml:"page" help:"How to get the next page."`
	Detail      Detail        `yaml:"detail" help:"A request for each record by itself, where the list does not have all of it."`
	Select      Select        `yaml:"select" help:"Fields asked for, cut down to what the account has."`
	Since       Since         `yaml:"since" help:"How to ask for changes only."`
	Changes     *Side         `yaml:"changes" help:"A request of its own for changed records."`
	Deletions   *Side         `yaml:"deletions" help:"A request of its own for deleted records."`
	Deleted     string        `yaml:"deleted" form:"condition" refs:"option" help:"True in a record that is deleted: a selector, or a comparison as active == false."`
	DeletedIDs  string        `yaml:"deleted_ids" form:"selector" refs:"option" help:"Ids of deleted records that stand beside the records in an answer."`
	Record      RecordPaths   `yaml:"record" help:"Where the common fields stand in a record."`
	Phones      []PhonePath   `yaml:"phones" help:"Where phone numbers stand in a record."`
	Fields      []FieldPath   `yaml:"fields" help:"The CRM's own fields that scripts and the notification may use."`
	OtherFields bool          `yaml:"other_fields" help:"Each further field of the source may be used by its own name."`
	URL         string        `yaml:"url" form:"link" refs:"option auth check record" help:"Address of the record's page; becomes $(PopUpUri)."`
	URLAfter    string        `yaml:"url_after" help:"In url a value is only what stands behind this text, as behind the x of 12x501."`
	Joins       []Join        `yaml:"joins" help:"Values of other objects, found by id."`
	MaxAge      time.Duration `yaml:"max_age" help:"How far back the vendor keeps changes; older watermarks mean a full read."`
}

// Paging says how one page leads to the next.
type Paging struct {
	Kind  string `yaml:"kind" form:"name:page.kind" refs:"option" help:"The way of paging."`
	Next  string `yaml:"next" form:"selector" refs:"option" help:"Address or cursor of the next page in the answer."`
	More  string `yaml:"more" form:"selector" refs:"option" help:"True in the answer while there are more pages."`
	Done  string `yaml:"done" form:"selector" refs:"option" help:"True in the answer of the last page."`
	Total string `yaml:"total" form:"selector" refs:"option" help:"Count of all records in the answer."`
	Size  int    `yaml:"size" help:"Records a page, as $(page.size); a shorter page ends offset, page_number and keyset."`
	First *int   `yaml:"first" help:"The first offset or page number; 0, or page 1, if left out."`
	Param string `yaml:"param" refs:"option" help:"Query parameter that carries cursor, offset, number or key, where the request does not use $(page.…)."`
	Key   string `yaml:"key" form:"selector" refs:"option" help:"The record's value a keyset goes on behind; record.id if left out."`
	Depth int    `yaml:"depth" help:"Most records one query gives; then it starts again behind the last watermark."`

	Then        *Then  `yaml:"then" help:"Request of the pages behind the first, where it is another one."`
	End         string `yaml:"end" refs:"option" help:"A cursor that means the end, as -1."`
	Pages       string `yaml:"pages" form:"selector" refs:"option" help:"Count of pages in the answer."`
	TotalHeader string `yaml:"total_header" refs:"option" help:"Header with the count of all records."`
	From        string `yaml:"from" refs:"option" help:"The key a keyset begins behind, or the cursor of the first page, as 0."`
	Numeric     bool   `yaml:"numeric" help:"Keys of a keyset are numbers, in JSON bodies too."`
	CursorParam string `yaml:"cursor_param" refs:"option" help:"Query parameter of the token (page kind page_then_cursor)."`
}

// Ask is a request before a list.
type Ask struct {
	Request `yaml:",inline"`
	Keep    map[string]string `yaml:"keep" form:"selector" refs:"option" help:"Values of the answer kept as $(ask.NAME)."`
}

// Then is how the pages behind the first are asked for. Empty keys are those of the first.
type Then struct {
	Request Request `yaml:"request" help:"The request."`
	Records string  `yaml:"records" form:"selector" refs:"option" help:"Where the records stand in the answer."`
	Next    string  `yaml:"next" form:"selector" refs:"option" help:"Address or cursor of the next page in the answer."`
}

// Detail asks for each record of a list by itself, with $(item.id). The answer takes the place of what the list has. It
// costs a request per record, so a preset says which records need one.
type Detail struct {
	Request `yaml:",inline"`
	Record  string `yaml:"record" form:"selector" help:"Where the record stands in the answer; the whole answer if left out."`
	When    string `yaml:"when" form:"selector" help:"Asked for only where this selects something in the list's record."`
	Unless  string `yaml:"unless" form:"selector" help:"Not asked for where the list's record already has this."`
}

// Select keeps a list of wanted fields; $(select.fields) is the part the account really has.
type Select struct {
	Fields   []string `yaml:"fields" refs:"option" help:"Wanted fields; those the account lacks are dropped."`
	Describe Request  `yaml:"describe" help:"Request that lists the account's fields."`
	Names    string   `yaml:"names" form:"selector" refs:"option" help:"The names in that answer, # for the whole of it; of an object, its keys."`
	Linked   string   `yaml:"linked" form:"selector" refs:"option" help:"The names of linked objects in that answer, for wanted fields such as Account.Name."`
	Join     string   `yaml:"join" help:"What stands between two fields; a comma if left out."`
}

// Since says how a watermark enters a request.
type Since struct {
	Field    string        `yaml:"field" form:"selector" refs:"option" help:"When a record changed last."`
	Format   string        `yaml:"format" form:"name:since.format" refs:"option" help:"How the vendor writes times."`
	Zone     string        `yaml:"zone" form:"text" refs:"option" help:"Time zone of times written without one; UTC if left out."`
	Numeric  bool          `yaml:"numeric" help:"$(since.value) alone in a JSON body is a number."`
	Lookback time.Duration `yaml:"lookback" help:"Overlap with the run before."`
	Where    string        `yaml:"where" form:"text" refs:"option since" help:"Becomes $(since.where); empty in a full read."`
	Param    string        `yaml:"param" refs:"option" help:"Query parameter that carries the watermark."`
}

// Side is a request beside the full read: changes or deletions. Empty keys are the stream's own.
type Side struct {
	Request    Request `yaml:"request" help:"The request."`
	Records    string  `yaml:"records" form:"selector" refs:"option" help:"Where the records stand in the answer."`
	Page       Paging  `yaml:"page" help:"How to get the next page."`
	ID         string  `yaml:"id" form:"selector" refs:"option" help:"The record's id there."`
	DeletedIDs string  `yaml:"deleted_ids" form:"selector" refs:"option" help:"Ids of deleted records that stand beside the records in an answer."`
	Since      Since   `yaml:"since" help:"How to ask for what is new only."`
}

// RecordPaths says where the common fields stand: a selector, or a text with $(selector)s.
type RecordPaths struct {
	ID         string `yaml:"id" form:"path" refs:"option record" help:"Identity of the record in the CRM."`
	Name       string `yaml:"name" form:"path" refs:"option record" help:"Full name; first and last name if left out."`
	FirstName  string `yaml:"first_name" form:"path" refs:"option record" help:"First name."`
	LastName   string `yaml:"last_name" form:"path" refs:"option record" help:"Last name."`
	Company    string `yaml:"company" form:"path" refs:"option record join" help:"Company's name."`
	Email      string `yaml:"email" form:"path" refs:"option record" help:"E-mail address."`
	Identifier string `yaml:"identifier" form:"path" refs:"option record" help:"Customer number; the id if left out."`
	Country    string `yaml:"country" form:"path" refs:"option record" help:"Country of the phone numbers."`
	URL        string `yaml:"url" form:"path" refs:"option record" help:"The record's page where the CRM itself says it."`
	Changed    string `yaml:"changed" form:"path" refs:"option record" help:"When it changed last; since.field if left out."`
}

// PhonePath is one place of phone numbers in a record.
type PhonePath struct {
	Path      string            `yaml:"path" form:"selector" refs:"option" need:"yes" help:"The number, or the list of entries that hold one."`
	Value     string            `yaml:"value" form:"element" refs:"option" help:"The number in an entry of a list."`
	Label     string            `yaml:"label" form:"name:label" refs:"option" help:"What kind of number it is."`
	LabelAt   string            `yaml:"label_at" form:"element" refs:"option" help:"The kind in an entry of a list."`
	Labels    map[string]string `yaml:"labels" form:"name:label" refs:"option" help:"The vendor's words for kinds of numbers, to ours."`
	Country   string            `yaml:"country" form:"selector" refs:"option" help:"Country of this number."`
	CountryAt string            `yaml:"country_at" form:"element" refs:"option" help:"The country in an entry of a list."`
	Fax       bool              `yaml:"fax" help:"A fax number: read only where the admin ticks it."`
}

// FieldPath is a field of the CRM under the name scripts use. A single text is name and selector at once.
type FieldPath struct {
	Name  string `yaml:"name" refs:"option" need:"yes" help:"Name in $(…)."`
	Path  string `yaml:"path" form:"path" refs:"option record join" help:"Where it stands; the name if left out."`
	Title string `yaml:"title" help:"What people call it."`
}

// At is where it stands.
func (f FieldPath) At() string { return cmp.Or(f.Path, f.Name) }

// Join finds a value of another object by its id, as a company's name.
type Join struct {
	Name     string  `yaml:"name" form:"id" need:"yes" help:"$(join.NAME) is the value found."`
	By       string  `yaml:"by" form:"selector" refs:"option" need:"yes" help:"The other object's id in a record."`
	Request  Request `yaml:"request" help:"Request that reads the other objects; without one they stand in the same answer as the records."`
	Records  string  `yaml:"records" form:"selector" refs:"option" help:"Where they stand in the answer."`
	Page     Paging  `yaml:"page" help:"How to get the next page."`
	Key      string  `yaml:"key" form:"element" refs:"option" need:"yes" help:"Their id."`
	Value    string  `yaml:"value" form:"element" refs:"option" need:"yes" help:"The value wanted."`
	Optional bool    `yaml:"optional" help:"Values stay empty where the CRM refuses the request."`
	Batch    int     `yaml:"batch" help:"Ids asked for at a time, as $(join.ids); 0 reads all of them first."`
}

// readScalar makes `fields: [Title]` the field Title found at Title.
func (f *FieldPath) readScalar(text string) { *f = FieldPath{Name: text, Path: text} }
