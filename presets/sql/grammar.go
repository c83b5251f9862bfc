package sql

import (
	"fmt"
	"strings"
	"unicode"
)

// grammar is how a product's statements are cut into words. A reader that cuts them otherwise than the server does could be
// made to overlook one, so each difference is named here, and sessions are set up to read statements this way.
type grammar struct {
	backslash    bool   // a backslash in quotes keeps the next sign
	escapeWord   string // a word before a quote that has the same effect
	dollars      bool   // $tag$ text $tag$
	backticks    bool   // `name`
	brackets     bool   // [name]
	hash         bool   // # begins a comment
	spacedDashes bool   // -- begins a comment only before a blank
	noWith       bool   // WITH cannot stand inside another SELECT
}

// forbidden are words that have no place in a SELECT which only reads, and what to say about them.
var forbidden = map[string]string{
	"INTO": "writes", "INSERT": "writes", "UPDATE": "writes or locks", "DELETE": "writes", "MERGE": "writes", "DROP": "writes",
	"ALTER": "writes", "CREATE": "writes", "GRANT": "changes rights", "REVOKE": "changes rights", "EXEC": "runs code", "EXECUTE": "runs code",
	"CALL": "runs code", "COPY": "writes", "ATTACH": "opens files", "PRAGMA": "changes settings", "VACUUM": "writes", "LOCK": "locks",
	"SHARE": "locks", "PROCEDURE": "runs code", "OUTFILE": "writes files", "DUMPFILE": "writes files",
	"OPENROWSET": "reaches beyond the database", "OPENQUERY": "reaches beyond the database", "OPENDATASOURCE": "reaches beyond the database",
	"DBLINK": "reaches beyond the database", "DBLINK_EXEC": "reaches beyond the database", "DBLINK_CONNECT": "reaches beyond the database",
	"LO_IMPORT": "opens files", "LO_EXPORT": "writes files", "LOAD_FILE": "opens files", "PG_READ_FILE": "opens files",
	"PG_READ_BINARY_FILE": "opens files", "PG_LS_DIR": "opens files", "LOAD_EXTENSION": "runs code", "XP_CMDSHELL": "runs code",
	"SET_CONFIG": "changes settings", "PG_TERMINATE_BACKEND": "stops others", "PG_CANCEL_BACKEND": "stops others",
	"GET_LOCK": "locks", "PG_ADVISORY_LOCK": "locks", "SETVAL": "writes", "NEXTVAL": "writes",
}

// oneSelect checks that a text is one SELECT that only reads, and gives it without what ends it. The text then stands in
// brackets inside a SELECT of ours, so that even what is overlooked here cannot begin a statement of its own.
func (g grammar) oneSelect(text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxStatement {
		return "", fmt.Errorf("the query is longer than %d KiB", maxStatement>>10)
	}
	words, end, err := g.words(text)
	switch {
	case err != nil:
		return "", err
	case len(words) == 0:
		return "", fmt.Errorf("the query is empty")
	case words[0] == "WITH" && g.noWith:
		return "", fmt.Errorf("WITH cannot be used here: make a view of the query and name it as table")
	case words[0] != "SELECT" && words[0] != "WITH":
		return "", fmt.Errorf("the query must be a SELECT, and begins with %.20s", words[0])
	}
	for _, w := range words {
		if why, bad := forbidden[w]; bad {
			return "", fmt.Errorf("the query must only read: %s %s", w, why)
		}
	}
	return strings.TrimSpace(text[:end]), nil
}

// words are the words of a text outside names and texts in quotes, in capitals, up to a semicolon that ends it.
func (g grammar) words(text string) (list []string, end int, err error) {
	depth := 0
	for i := 0; i < len(text); {
		rest := text[i:]
		n, err := g.skip(rest)
		switch {
		case err != nil:
			return nil, 0, err
		case n > 0:
			i += n
			continue
		}
		switch c := rest[0]; {
		case c == ';':
			if strings.Trim(rest, "; \t\r\n") != "" {
				return nil, 0, fmt.Errorf("the query must be a single statement, and goes on behind a semicolon")
			}
			return list, i, balanced(depth)
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return nil, 0, balanced(depth)
			}
		case isLetter(c):
			n = wordLength(rest)
			word := strings.ToUpper(rest[:n])
			if word == g.escapeWord && g.escapeWord != "" && strings.HasPrefix(rest[n:], "'") {
				q, err := quoted(rest[n:], '\'', true)
				if err != nil {
					return nil, 0, err
				}
				n += q
			} else {
				list = append(list, word)
			}
			i += n
			continue
		}
		i++
	}
	return list, len(text), balanced(depth)
}

func balanced(depth int) error {
	if depth != 0 {
		return fmt.Errorf("the brackets of the query do not match")
	}
	return nil
}

// wordLength counts every sign beyond ASCII to the word, as the products do, also blanks.
func wordLength(text string) int {
	n := 0
	for n < len(text) && (isLetter(text[n]) || text[n] == '$' || text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return n
}

func isLetter(c byte) bool { return c == '_' || c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' }

// skip is the length of a text in quotes, a name in quotes or a comment at the beginning of text, 0 if there is none.
func (g grammar) skip(text string) (int, error) {
	switch c := text[0]; {
	case c == '\'', c == '"':
		return quoted(text, c, g.backslash)
	case c == '`' && g.backticks:
		return quoted(text, c, false)
	case c == '[' && g.brackets:
		return quoted(text, ']', false)
	case c == '$' && g.dollars:
		return dollars(text)
	case c == '#' && g.hash, strings.HasPrefix(text, "--") && (!g.spacedDashes || len(text) == 2 || text[2] <= ' '):
		return lineEnd(text), nil
	case strings.HasPrefix(text, "/*"):
		return comment(text)
	}
	return 0, nil
}

// quoted is the length of a text that begins with a quote and ends with end; end doubled is itself.
func quoted(text string, end byte, backslash bool) (int, error) {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && backslash:
			i++
		case text[i] == end && i+1 < len(text) && text[i+1] == end:
			i++
		case text[i] == end:
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("a quote of the query is not closed")
}

// dollars is the length of $tag$ … $tag$; a dollar that begins none is nothing.
func dollars(text string) (int, error) {
	end := strings.IndexByte(text[1:], '$')
	if end < 0 {
		return 0, nil
	}
	tag := text[:end+2]
	if name := tag[1 : len(tag)-1]; strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) >= 0 || name != "" && name[0] <= '9' {
		return 0, nil
	}
	at := strings.Index(text[len(tag):], tag)
	if at < 0 {
		return 0, fmt.Errorf("a quote of the query is not closed")
	}
	return len(tag) + at + len(tag), nil
}

func lineEnd(text string) int {
	if n := strings.IndexAny(text, "\r\n"); n >= 0 {
		return n
	}
	return len(text)
}

// comment is the length of a comment. One inside another ends differently from product to product, and some products run
// what stands in /*! … */: neither is taken.
func comment(text string) (int, error) {
	end := strings.Index(text[2:], "*/")
	if end < 0 {
		return 0, fmt.Errorf("a comment of the query is not closed")
	}
	body := text[2 : 2+end]
	if strings.Contains(body, "/*") || strings.HasPrefix(body, "!") || strings.HasPrefix(body, "M!") {
		return 0, fmt.Errorf("the query has a comment that may be run or is nested: leave it out")
	}
	return len(body) + 4, nil
}
