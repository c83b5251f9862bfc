package sql

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// dialect is everything in which a database product differs from the others.
type dialect struct {
	name  string // in the table sql.driver
	title string
	port  int

	quotes      [2]string // around a name; the second one is doubled inside
	placeholder func(n int) string
	top         bool   // SELECT TOP (n), else LIMIT n at the end
	read        string // how a column is asked for, so that values arrive as they are stored
	readOnly    bool   // the server keeps the transaction from writing
	punctual    bool   // the server keeps statements to a time limit
	file        bool   // read from a file rather than from a server
	grammar     grammar
	classes     map[string]class // of columns, by the product's name for the type; others are text
	bind        map[class]string // how a key is compared, with $ for the placeholder and TYPE for the column's type; else $

	textual bool                            // arguments are texts, which the server reads by the column's type
	textArg func(typeName, text string) any // a text as an argument; nil: as it is
	uuid    func(b []byte) string           // how the bytes of a UUID are written
	layouts map[string]string               // of times, by type, where the driver gives times

	version string // an expression
	now     string // the server's clock, as an expression of a zoned time
	later   string // the latest local time anywhere on earth, as an expression of a time without zone
	tables  string // a query for schema and name of what can be read
	schema  string // the schema of names without one, as an expression
	primary string // a query for the columns of a table's primary key, given its schema and name
	pid     string // a query for what kill needs; "" where cancelling the context does it
	kill    string // stops a statement, with that number

	// begin are statements at the start of each transaction.
	begin func(version string, timeout time.Duration) []string
	// open makes a connector; it connects nothing. Servers only.
	open func(t target) (driver.Connector, error)
	// problems tells the product's own errors apart.
	problems func(err error) (problem, bool)
}

// class is what a column holds, as far as reading it is concerned.
type class string

const (
	classText   class = ""
	classNumber class = "number"
	classBit    class = "bit"    // a number that arrives as bytes
	classZoned  class = "zoned"  // a moment
	classLocal  class = "local"  // a date or time of day nobody knows the zone of
	classUUID   class = "uuid"   // arrives as bytes
	classBinary class = "binary" // not read unless it is mapped
)

// quote writes a name so that it can be nothing else.
func (d *dialect) quote(name string) string {
	return d.quotes[0] + strings.ReplaceAll(name, d.quotes[1], d.quotes[1]+d.quotes[1]) + d.quotes[1]
}

func (d *dialect) class(typeName string) class {
	name, _, _ := strings.Cut(strings.ToUpper(typeName), "(")
	return d.classes[strings.TrimSpace(name)]
}

// dialectOf finds a product by its name in the table sql.driver.
func dialectOf(name string) (*dialect, error) {
	for _, d := range []*dialect{&postgresql, &mysqlServer, &sqlServer, &sqliteFile} {
		if d.name == name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("%.40q is no database this program knows", name)
}

// statement puts a SQL text together with its arguments.
type statement struct {
	d    *dialect
	text strings.Builder
	args []any
}

func (s *statement) add(parts ...string) *statement {
	for _, p := range parts {
		s.text.WriteString(p)
	}
	return s
}

// value adds a placeholder.
func (s *statement) value(v any) *statement {
	s.args = append(s.args, v)
	return s.add(s.d.placeholder(len(s.args)))
}

// compared adds a placeholder in the form a column of that type is compared with.
func (s *statement) compared(c column, v any) *statement {
	form := s.d.bind[c.class]
	if form == "" {
		return s.value(v)
	}
	before, after, _ := strings.Cut(strings.ReplaceAll(form, "TYPE", c.typeName), "$")
	s.add(before)
	return s.value(v).add(after)
}

// selecting begins SELECT list FROM source.
func (s *statement) selecting(list string, limit int, from origin) *statement {
	s.add("SELECT ")
	if limit > 0 && s.d.top {
		s.add("TOP (", strconv.Itoa(limit), ") ")
	}
	s.add(list, " FROM ")
	from.write(s)
	return s
}

// limited ends a SELECT.
func (s *statement) limited(limit int) *statement {
	if limit > 0 && !s.d.top {
		s.add(" LIMIT ", strconv.Itoa(limit))
	}
	return s
}

// column is one column of what is read.
type column struct {
	name     string
	typeName string
	class    class
}

func question(int) string { return "?" }

func numbered(prefix string) func(int) string {
	return func(n int) string { return prefix + strconv.Itoa(n) }
}

// names makes a table of classes from lists of type names.
func names(lists map[class]string) map[string]class {
	table := map[string]class{}
	for c, list := range lists {
		for _, name := range strings.Split(list, "|") {
			table[name] = c
		}
	}
	return table
}

// target is where and as whom to connect.
type target struct {
	host, database, user, password, tls string
	port                                int
	authority                           *x509.CertPool // nil: the system's
	dial                                dialFunc
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)
