package sql

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// settings are a preset's section and the options, put together.
type settings struct {
	dialect *dialect
	target  target
	path    string
	timeout time.Duration
	wish    columns.Wish
	updated string
	deleted string
}

// connectionOptions are the options that say where to connect.
var connectionOptions = []string{"driver", "host", "port", "database", "username", "password", "tls", "certificate", "path", "timeout"}

// tableOptions are those that say what to read, where the preset does not.
var tableOptions = []string{"table", "query", "updated_column", "deleted_column", "phone_columns", "fax_columns"}

func optionNames() []string {
	list := slices.Concat(connectionOptions, tableOptions)
	for name := range columns.OptionRoles {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func readSettings(p *presets.Preset, v option.Values) (settings, error) {
	s := settings{path: v.Get("path"), timeout: cmp.Or(v.Duration("timeout"), p.SQL.Timeout, statementTimeout)}
	var err error
	if s.dialect, err = dialectOf(cmp.Or(v.Get("driver"), p.SQL.Driver)); err != nil {
		return s, option.Problems{{Option: "driver", Code: option.CodeMissing, Text: wording.New("option.required", "is required"), Hint: wording.New("sql.choose_database_product", "choose the database product")}}
	}
	s.wish = columns.Wish{Single: map[columns.Role]string{}, Phones: v.List("phone_columns"), Fax: v.List("fax_columns")}
	for name, r := range columns.OptionRoles {
		if v.Has(name) {
			s.wish.Single[r] = v.Get(name)
		}
	}
	s.updated, s.deleted = v.Get("updated_column"), v.Get("deleted_column")
	if s.dialect.file {
		if s.path == "" {
			return s, option.Problems{{Option: "path", Code: option.CodeMissing, Text: wording.New("option.required", "is required"), Hint: wording.New("sql.name_file_database", "name the file of the database")}}
		}
		return s, nil
	}
	return s, s.readTarget(p, v)
}

func (s *settings) readTarget(p *presets.Preset, v option.Values) error {
	host, port := v.Get("host"), cmp.Or(v.Int("port"), p.SQL.Port, s.dialect.port)
	if name, number, err := net.SplitHostPort(host); err == nil {
		if n, err := strconv.ParseUint(number, 10, 16); err == nil {
			host, port = name, int(n)
		}
	}
	s.target = target{
		host: strings.Trim(host, "[]"), port: port, user: v.Get("username"), password: v.Get("password"),
		tls: cmp.Or(v.Get("tls"), p.SQL.TLS, "verify"),
	}
	if pem := v.Get("certificate"); pem != "" {
		s.target.authority = x509.NewCertPool()
		if !s.target.authority.AppendCertsFromPEM([]byte(pem)) {
			return option.Problems{{Option: "certificate", Code: option.CodeMalformed, Text: wording.New("sql.no_certificate", "is no certificate"), Hint: wording.New("sql.paste_text_begins_begin_certificate", "paste the text that begins with -----BEGIN CERTIFICATE-----")}}
		}
	}
	var err error
	if s.target.database, err = plainText(p.SQL.Database, v); err != nil {
		return err
	}
	s.target.database = cmp.Or(s.target.database, v.Get("database"))
	var problems option.Problems
	for name, value := range map[string]string{"host": host, "database": s.target.database, "username": s.target.user} {
		if value == "" {
			problems = append(problems, option.Problem{Option: name, Code: option.CodeMissing, Text: wording.New("option.required", "is required")})
		}
	}
	if len(problems) > 0 {
		slices.SortFunc(problems, func(a, b option.Problem) int { return strings.Compare(a.Option, b.Option) })
		return problems
	}
	return nil
}

// plainText is a text of the preset with options in it.
func plainText(text string, v option.Values) (string, error) {
	t, err := presets.ParseText(text)
	if err != nil {
		return "", fmt.Errorf("read the preset: %w", err)
	}
	return t.Expand(func(p presets.Part) (string, error) { return v.Get(p.Name), nil }, func(s string) (string, error) { return s, nil })
}
