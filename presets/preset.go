package presets

import (
	"io/fs"
	"time"

	"github.com/ringdex/ringdex/option"
)

// FormatVersion is the value of a preset's `format:` key that this program reads.
const FormatVersion = 1

// Preset is one CRM, described. Its exported fields are the keys of preset.yaml;
// the tags of this and the following structs are the format's only definition:
//
//	yaml    the key
//	form    what the text is: selector, condition (a selector or a comparison), text, url, template, name:TABLE (a closed
//	        list, see names.go), file, id, or nothing (free text, number, …)
//	refs    which $(…) names a text may use: option, auth, server, check, since,
//	        page, select, record (any name that is not one of the others, read as a selector)
//	need    "yes" when the key may not be missing
//	help    one sentence for docs and editors
type Preset struct {
	Format       int          `yaml:"format" need:"yes" help:"Version of this format; 1."`
	ID           string       `yaml:"id" form:"id" need:"yes" help:"Name of the folder: lower-case letters, digits and dashes."`
	Name         string       `yaml:"name" need:"yes" help:"The CRM's name as its vendor writes it."`
	Aliases      []string     `yaml:"aliases" help:"Other names people look for it by."`
	Summary      string       `yaml:"summary" need:"yes" help:"One sentence for the card in the wizard."`
	Category     string       `yaml:"category" form:"name:category" help:"Group of cards in the wizard."`
	Kind         string       `yaml:"kind" form:"name:kind" need:"yes" help:"Which reader runs this preset."`
	Maturity     string       `yaml:"maturity" form:"name:maturity" need:"yes" help:"How far to trust it."`
	Docs         string       `yaml:"docs" help:"Address of the vendor's documentation."`
	Verified     Verified     `yaml:"verified" help:"Against what it was tried, and when."`
	Setup        string       `yaml:"setup" form:"text" refs:"option server" help:"How an admin gets the values, shown beside the form."`
	Options      option.Set   `yaml:"options" help:"What has to be set for a connection."`
	Auth         Auth         `yaml:"auth" help:"How to sign in."`
	HTTP         HTTP         `yaml:"http" help:"Where and how to send requests."`
	Check        Check        `yaml:"check" help:"Request of Test connection."`
	File         File         `yaml:"file" help:"What kind of file is read (kind file)."`
	Choices      []Choice     `yaml:"choices" help:"What an admin may choose from for an option, as the CRM has it."`
	Directory    Directory    `yaml:"directory" help:"What address book is read (kind directory)."`
	SQL          SQL          `yaml:"sql" help:"Which database is read (kind sql)."`
	Streams      []Stream     `yaml:"streams" help:"What is read, one stream per object of the CRM, in order of preference."`
	Notification []string     `yaml:"notification" refs:"option" help:"Fields the call notification shows to begin with."`
	Scripts      []Script     `yaml:"scripts" help:"Buttons an integration starts with."`
	Tests        []Test       `yaml:"tests" help:"Recorded exchanges with the result they must give."`
	Translations Translations `yaml:"-"`

	// FS is the preset's own folder: icon, translations, fixtures.
	FS fs.FS `yaml:"-"`
	// Icon is the content of icon.svg.
	Icon []byte `yaml:"-"`

	source    *document
	templated bool          // selectors, names or numbers of it are options
	reading   []string      // options that decide what is read
	optional  []string      // keys in whose texts options stand
	given     option.Values // of a preset [Preset.With] options
	expanded  bool          // With has put them in
}

// Verified says what a preset was tried against.
type Verified struct {
	API string `yaml:"api" help:"Version of the vendor's interface."`
	On  string `yaml:"on" help:"Date, YYYY-MM-DD."`
	How string `yaml:"how" form:"name:verified" help:"Against what."`
}

// Script is a screen pop the preset brings; see package scripts for its language.
type Script struct {
	Name string `yaml:"name" need:"yes" help:"Text of the button."`
	URL  string `yaml:"url" form:"template" need:"yes" help:"Template of the address."`
	When string `yaml:"when" form:"name:when" help:"When it is offered; match if left out."`
	Pop  bool   `yaml:"pop" help:"Opened without a click where the tenant allows it."`

	Run     string            `yaml:"run" form:"name:run" help:"Who acts on it; agent if left out."`
	Method  string            `yaml:"method" form:"name:run.method" help:"Of a request of the server; get if left out."`
	JSON    string            `yaml:"json" form:"body:json" help:"JSON body of a request of the server; values are encoded for their place."`
	Form    string            `yaml:"form" form:"body:form" help:"Form body of a request of the server, as a=#(Caller number)&b=…."`
	Headers map[string]string `yaml:"headers" form:"header" help:"Headers of a request of the server; the only place of a script where a secret option may stand."`
}

// Test is a recorded run: what is set, what the CRM answers, what must come out.
type Test struct {
	Name     string            `yaml:"name" need:"yes" help:"What the test shows."`
	Stream   string            `yaml:"stream" help:"The stream read; the first one if left out."`
	Choices  string            `yaml:"choices" help:"The option whose choices are read, instead of a stream."`
	Options  map[string]string `yaml:"options" help:"Option values; the options' own examples and defaults fill the rest."`
	Auth     map[string]string `yaml:"auth" help:"What the token answer would have kept, for $(auth.…)."`
	Since    string            `yaml:"since" help:"Watermark of the run before; makes this an incremental run."`
	Now      string            `yaml:"now" help:"The clock at the start, RFC 3339."`
	Exchange []string          `yaml:"exchange" form:"file" help:"Files of requests and answers (.http), or of a directory's entries (.ldif)."`
	Database string            `yaml:"database" form:"file" help:"A SQLite file that is read in place of the database (kind sql)."`
	Want     string            `yaml:"want" form:"file" need:"yes" help:"Golden file of the records."`
	Faults   []string          `yaml:"faults" form:"name:fault" help:"Faults this test is repeated with; all that fit if left out."`
}

// File is the section of kind file.
type File struct {
	Format string `yaml:"format" form:"name:file.format" refs:"option" help:"Format of the file; auto looks at its content."`
}

// SQL is the section of kind sql. What it leaves out is asked for by options of the same names.
type SQL struct {
	Driver   string        `yaml:"driver" form:"name:sql.driver" help:"The database product; option driver if left out."`
	Port     int           `yaml:"port" help:"Port where option port is empty; the product's usual one if left out."`
	Database string        `yaml:"database" form:"text" refs:"option" help:"Name of the database; option database if left out."`
	TLS      string        `yaml:"tls" form:"name:sql.tls" help:"How the connection is protected where option tls is empty; verify if left out."`
	Timeout  time.Duration `yaml:"timeout" help:"Longest a statement may run; 60 s if left out."`
}
