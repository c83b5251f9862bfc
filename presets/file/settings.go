package file

import (
	"fmt"
	"sort"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// settings are the options of a preset of this kind. Everything but the path has
// an answer of its own when it is left out.
type settings struct {
	path      string
	url       string // instead of path
	user      string
	password  string
	token     string
	format    string // of the preset: auto, csv, xlsx, vcard
	charset   string
	delimiter byte // 0 detects
	header    string
	sheet     string
	single    map[columns.Role]string // column by role
	phones    []string
	fax       []string
}

// optionNames are all options this kind reads.
func optionNames() []string {
	list := []string{"path", "url", "username", "password", "token", "charset", "delimiter", "header", "sheet", "phone_columns", "fax_columns"}
	for name := range columns.OptionRoles {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

func readSettings(format string, v option.Values) (settings, error) {
	s := settings{
		path: v.Get("path"), url: v.Get("url"), user: v.Get("username"), password: v.Get("password"), token: v.Get("token"), format: format, charset: v.Get("charset"), header: v.Get("header"), sheet: v.Get("sheet"),
		single: map[columns.Role]string{}, phones: v.List("phone_columns"), fax: v.List("fax_columns"),
	}
	if s.path != "" && s.url != "" {
		return s, option.Problems{{Option: "url", Code: option.CodeMalformed, Text: wording.New("presets.path_name_two_files", "and path name two files"), Hint: wording.New("presets.leave_one_them_empty", "leave one of them empty")}}
	}
	if s.path == "" && s.url == "" {
		s.path = presets.Uploaded
	}
	for name, r := range columns.OptionRoles {
		if v.Has(name) {
			s.single[r] = v.Get(name)
		}
	}
	if s.charset != "" && s.charset != "auto" {
		if _, err := named(s.charset); err != nil {
			return s, option.Problems{{Option: "charset", Code: option.CodeMalformed, Text: wording.Of(err)}}
		}
	}
	return s, s.readDelimiter(v.Get("delimiter"))
}

func (s *settings) readDelimiter(text string) error {
	names := map[string]byte{"tab": '\t', `\t`: '\t', "comma": ',', "semicolon": ';', "bar": '|', "pipe": '|'}
	d, ok := names[strings.ToLower(text)]
	switch {
	case text == "" || text == "auto":
		return nil
	case ok:
		s.delimiter = d
	case len(text) == 1 && text[0] < 0x7f && text != `"`:
		s.delimiter = text[0]
	default:
		return option.Problems{{Option: "delimiter", Code: option.CodeMalformed, Text: wording.New("file.one_character_comma_semicolon_tab", "is one character, or comma, semicolon, tab, bar")}}
	}
	return nil
}

// wish is what the options say of the columns of a file of that name.
func (s settings) wish(name string) columns.Wish {
	return columns.Wish{Of: name, Header: s.header, Single: s.single, Phones: s.phones, Fax: s.fax}
}

// fingerprint is everything that changes what a file gives.
func (s settings) fingerprint() string {
	var parts []string
	for r, c := range s.single {
		parts = append(parts, string(r)+"="+c)
	}
	sort.Strings(parts)
	return fmt.Sprint(s.format, s.charset, s.delimiter, s.header, s.sheet, s.phones, s.fax, parts)
}
