package sql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
)

// problem is what went wrong, as far as what to do about it is concerned.
type problem string

const (
	unknown     problem = "the database refused the statement"
	refused     problem = "the database refused user name or password"
	noDatabase  problem = "there is no such database"
	noTable     problem = "there is no such table or view"
	noColumn    problem = "there is no such column"
	notAllowed  problem = "the user may not read this"
	writes      problem = "the query would write, which is not allowed"
	malformed   problem = "the database cannot read the query"
	tooSlow     problem = "the database took too long"
	busy        problem = "the database is busy or going down"
	lost        problem = "the connection to the database was lost"
	tooMuch     problem = "the database sent too much for one page"
	damaged     problem = "the file of the database is damaged"
	unreachable problem = "no connection to the database"
	blocked     problem = "address not allowed or not found"
	unguarded   problem = "the database offers no encryption"
	untrusted   problem = "the certificate of the database is not trusted"
)

// advice is what a person can do about a problem.
var advice = map[problem]string{
	refused:     "check username and password, and that this user may sign in from this server",
	noDatabase:  "check the name of the database",
	noTable:     "check the name, and that the user may read it",
	noColumn:    "check the names of the columns in the query",
	notAllowed:  "let the user read the table: GRANT SELECT",
	writes:      "write one SELECT that only reads",
	malformed:   "try the query in a tool of the database first",
	tooSlow:     "an index on the id and on the column of the last change helps; or raise timeout",
	busy:        "it is tried again",
	lost:        "it is tried again",
	tooMuch:     "name fewer columns in a SELECT or a view",
	damaged:     "read a copy that is made in one piece, as with `sqlite3 FILE '.backup COPY'`",
	unreachable: "check host and port, that the server runs, and that it may be reached from here",
	blocked:     "check the name of the server; private addresses are open where the operator allows them (--allow-outbound)",
	unguarded:   "set tls=off, if the network between this server and the database is your own",
	untrusted:   "set tls=require to accept the certificate the server has, or host to the name in the certificate",
}

// passing are problems that may be over soon.
var passing = map[problem]bool{tooSlow: true, busy: true, lost: true, unreachable: true}

// shows are problems about which the database's own words help: they name parts of the admin's query, never a row.
var shows = map[problem]bool{noTable: true, noColumn: true, malformed: true, writes: true}

// told turns an error into one for people. Only words that are known to be harmless come through.
func (s *source) told(err error) error {
	var own *presets.Error
	var options option.Problems
	if errors.As(err, &own) {
		if own.Op == "" {
			located := *own
			located.Op = s.doing()
			return &located
		}
		return own
	}
	if errors.As(err, &options) {
		return options
	}
	return s.problem(s.judge(err), err)
}

func (s *source) doing() string { return "read " + s.preset.Name }

func (s *source) problem(p problem, err error) error {
	e := &presets.Error{Op: s.doing(), Text: string(p), Hint: advice[p], Retry: passing[p], ReauthNeeded: p == refused, Err: err}
	if words := s.words(err); words != "" && shows[p] {
		e.Text += ": " + words
	}
	if code := codeOf(err); code != "" && p == unknown {
		e.Text += " (" + code + ")"
	}
	return e
}

// judge finds what an error means.
func (s *source) judge(err error) problem {
	if p, ok := s.set.dialect.problems(err); ok {
		return p
	}
	dialled := s.meter.dialled()
	var certificate *tls.CertificateVerificationError
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.Is(err, errAnswer), errors.Is(dialled, errAnswer):
		return tooMuch
	case errors.As(err, &certificate), errors.As(err, &host), errors.As(err, &authority):
		return untrusted
	case errors.Is(err, outbound.ErrAddress), errors.Is(dialled, outbound.ErrAddress):
		return blocked
	case dialled != nil, errors.Is(err, outbound.ErrConnect):
		return unreachable
	case strings.Contains(err.Error(), "certificate"):
		return untrusted
	case strings.Contains(err.Error(), "refused TLS"), errors.Is(err, mysql.ErrNoTLS), strings.Contains(err.Error(), "does not support encryption"):
		return unguarded
	case strings.HasPrefix(err.Error(), "sql: "):
		return unknown
	}
	return lost // what neither the product nor we have a word for happened on the way
}

// words are the database's own, on one line.
func (s *source) words(err error) string {
	var text string
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	var ms mssql.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		text = pg.Message + " " + pg.Hint
	case errors.As(err, &my):
		text = my.Message
	case errors.As(err, &ms):
		text = ms.Message
	case errors.As(err, &lite):
		text = strings.TrimPrefix(lite.Error(), "SQL logic error: ")
	}
	return fmt.Sprintf("%.200s", strings.Join(strings.Fields(text), " "))
}

// codeOf is the database's own number of an error.
func codeOf(err error) string {
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	var ms mssql.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		return "code " + pg.Code
	case errors.As(err, &my):
		return fmt.Sprintf("code %d", my.Number)
	case errors.As(err, &ms):
		return fmt.Sprintf("code %d", ms.Number)
	case errors.As(err, &lite):
		return fmt.Sprintf("code %d", lite.Code())
	}
	return ""
}

// postgresqlProblem goes by SQLSTATE: whole codes first, then classes.
func postgresqlProblem(err error) (problem, bool) {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return "", false
	}
	for _, n := range []int{5, 2} {
		if p, ok := postgresqlCodes[pg.Code[:min(n, len(pg.Code))]]; ok {
			return p, true
		}
	}
	return unknown, true
}

// Source: PostgreSQL manual, appendix A, error codes.
var postgresqlCodes = map[string]problem{
	"28": refused, "3D000": noDatabase, "42P01": noTable, "3F000": noTable, "42703": noColumn, "42501": notAllowed,
	"25006": writes, "57014": tooSlow, "55P03": tooSlow, "25P03": tooSlow, "42": malformed, "0A": malformed,
	"08": lost, "53": busy, "57": busy, "40": busy, "55": busy,
}

func mysqlProblem(err error) (problem, bool) {
	var my *mysql.MySQLError
	if !errors.As(err, &my) {
		return "", false
	}
	if p, ok := mysqlCodes[my.Number]; ok {
		return p, true
	}
	return unknown, true
}

// Source: MySQL 8.4 server error reference; MariaDB error codes.
var mysqlCodes = map[uint16]problem{
	1045: refused, 1698: refused, 1251: refused, 1130: refused, 1820: refused, 1862: refused, 1044: noDatabase, 1049: noDatabase,
	1146: noTable, 1051: noTable, 1054: noColumn, 1060: malformed, 1052: malformed, 1142: notAllowed, 1143: notAllowed, 1370: notAllowed, 1227: notAllowed,
	1792: writes, 1290: writes, 3024: tooSlow, 1969: tooSlow, 1205: tooSlow, 1317: tooSlow, 1064: malformed, 1248: malformed, 1111: malformed,
	1040: busy, 1203: busy, 1226: busy, 1053: busy, 1213: busy, 1927: lost, 2013: lost,
}

func sqlServerProblem(err error) (problem, bool) {
	var ms mssql.Error
	if !errors.As(err, &ms) {
		return "", false
	}
	if p, ok := sqlServerCodes[ms.Number]; ok {
		return p, true
	}
	return unknown, true
}

// Source: SQL Server, database engine events and errors.
var sqlServerCodes = map[int32]problem{
	18456: refused, 18452: refused, 18470: refused, 18486: refused, 18487: refused, 18488: refused, 4060: noDatabase, 911: noDatabase,
	208: noTable, 207: noColumn, 229: notAllowed, 230: notAllowed, 916: notAllowed, 3906: writes, 1222: tooSlow,
	102: malformed, 156: malformed, 1033: malformed, 8155: malformed, 8156: malformed, 4104: malformed, 209: malformed,
	1205: busy, 10928: busy, 10929: busy, 40501: busy, 40613: busy, 6005: busy, 17142: busy, 3980: lost,
}

func sqliteProblem(err error) (problem, bool) {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return "", false
	}
	text := lite.Error()
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged, true
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_PERM:
		return writes, true
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busy, true
	case sqlite3.SQLITE_INTERRUPT:
		return tooSlow, true
	case sqlite3.SQLITE_ERROR:
		switch {
		case strings.Contains(text, "no such table"):
			return noTable, true
		case strings.Contains(text, "no such column"):
			return noColumn, true
		}
		return malformed, true
	}
	return unknown, true
}
