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
	"github.com/ringdex/ringdex/wording"
)

// problem is what went wrong, as far as what to do about it is concerned.
type problem int

const (
	unknown problem = iota
	refused
	noDatabase
	noTable
	noColumn
	notAllowed
	writes
	malformed
	tooSlow
	busy
	lost
	tooMuch
	damaged
	unreachable
	blocked
	unguarded
	untrusted
)

// texts say what a problem is, and what a person can do about it.
var texts = map[problem]struct{ text, hint wording.Text }{
	unknown:     {wording.New("sql.unknown", "the database refused the statement"), wording.Text{}},
	refused:     {wording.New("sql.refused", "the database refused user name or password"), wording.New("sql.refused_hint", "check username and password, and that this user may sign in from this server")},
	noDatabase:  {wording.New("sql.no_database", "there is no such database"), wording.New("sql.no_database_hint", "check the name of the database")},
	noTable:     {wording.New("sql.no_table", "there is no such table or view"), wording.New("sql.no_table_hint", "check the name, and that the user may read it")},
	noColumn:    {wording.New("sql.no_column", "there is no such column"), wording.New("sql.no_column_hint", "check the names of the columns in the query")},
	notAllowed:  {wording.New("sql.not_allowed", "the user may not read this"), wording.New("sql.not_allowed_hint", "let the user read the table: GRANT SELECT")},
	writes:      {wording.New("sql.writes", "the query would write, which is not allowed"), wording.New("sql.writes_hint", "write one SELECT that only reads")},
	malformed:   {wording.New("sql.malformed", "the database cannot read the query"), wording.New("sql.malformed_hint", "try the query in a tool of the database first")},
	tooSlow:     {wording.New("sql.too_slow", "the database took too long"), wording.New("sql.too_slow_hint", "an index on the id and on the column of the last change helps; or raise timeout")},
	busy:        {wording.New("sql.busy", "the database is busy or going down"), wording.New("sql.again", "it is tried again")},
	lost:        {wording.New("sql.lost", "the connection to the database was lost"), wording.New("sql.again", "it is tried again")},
	tooMuch:     {wording.New("sql.too_much", "the database sent too much for one page"), wording.New("sql.too_much_hint", "name fewer columns in a SELECT or a view")},
	damaged:     {wording.New("sql.damaged", "the file of the database is damaged"), wording.New("sql.damaged_hint", "read a copy that is made in one piece, as with `sqlite3 FILE '.backup COPY'`")},
	unreachable: {wording.New("sql.unreachable", "no connection to the database"), wording.New("sql.unreachable_hint", "check host and port, that the server runs, and that it may be reached from here")},
	blocked:     {wording.New("sql.blocked", "address not allowed or not found"), wording.New("sql.blocked_hint", "check the name of the server; private addresses are open where the operator allows them (--allow-outbound)")},
	unguarded:   {wording.New("sql.unguarded", "the database offers no encryption"), wording.New("sql.unguarded_hint", "set tls=off, if the network between this server and the database is your own")},
	untrusted:   {wording.New("sql.untrusted", "the certificate of the database is not trusted"), wording.New("sql.untrusted_hint", "set tls=require to accept the certificate the server has, or host to the name in the certificate")},
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
		if own.Op.IsZero() {
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

func (s *source) doing() wording.Text {
	return wording.New("presets.read_file", "read {Name}", "Name", s.preset.Name)
}

func (s *source) problem(p problem, err error) error {
	e := &presets.Error{Op: s.doing(), Text: texts[p].text, Hint: texts[p].hint, Retry: passing[p], ReauthNeeded: p == refused, Err: err}
	if words := s.words(err); words != "" && shows[p] {
		e.Text = wording.New("sql.own_words", "{Text}: {Words}", "Text", e.Text, "Words", words)
	}
	if code := codeOf(err); code != "" && p == unknown {
		e.Text = wording.New("sql.own_code", "{Text} ({Code})", "Text", e.Text, "Code", code)
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
		return unknown, false
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
		return unknown, false
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
		return unknown, false
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
		return unknown, false
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
