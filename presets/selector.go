package presets

import (
	"fmt"
	"strings"
)

// Selector picks values out of JSON. Its whole grammar:
//
//	selector = step { "." step }
//	step     = key | quoted | "#" | filter
//	key      = letters, digits and signs other than . # ( ) " \ and blanks at the ends; on a list, digits are a place in it
//	quoted   = a key in double quotes, for keys that hold those signs
//	filter   = "#(" path ("==" | "!=") literal ")"    the elements of a list for which it holds
//	literal  = "text" | number | true | false | null
//
// "#" stands for every element of a list. A selector gives any number of values:
// [Selector.Text] takes the first that is not empty, [Selector.All] has all.
type Selector struct {
	text  string
	steps []step
}

// step is one part of a selector: a key, every element, or those that fit.
type step struct {
	key    string
	every  bool
	filter *filter
}

type filter struct {
	path    []step
	literal string // as Value.Text writes it
	isNull  bool
	differs bool
}

// maxSelector bounds a selector's length in bytes.
const maxSelector = 500

// ParseSelector reads a selector; its error says what is wrong, in words.
func ParseSelector(s string) (Selector, error) {
	if len(s) > maxSelector {
		return Selector{}, fmt.Errorf("a selector has at most %d characters", maxSelector)
	}
	p := selectorParser{rest: s}
	steps, err := p.path()
	if err != nil {
		return Selector{}, err
	}
	if p.rest != "" {
		return Selector{}, fmt.Errorf("unexpected %q in selector %q", p.rest, s)
	}
	return Selector{text: s, steps: steps}, nil
}

// String is the selector as it was written.
func (s Selector) String() string { return s.text }

// IsZero reports that there is no selector.
func (s Selector) IsZero() bool { return len(s.steps) == 0 }

type selectorParser struct{ rest string }

func (p *selectorParser) path() ([]step, error) {
	var steps []step
	for {
		st, err := p.step()
		if err != nil {
			return nil, err
		}
		steps = append(steps, st)
		if !p.eat(".") {
			return steps, nil
		}
	}
}

func (p *selectorParser) step() (step, error) {
	switch {
	case p.eat("#("):
		f, err := p.filter()
		return step{filter: f}, err
	case p.eat("#"):
		return step{every: true}, nil
	case strings.HasPrefix(p.rest, `"`):
		key, err := p.quoted()
		return step{key: key}, err
	}
	return p.key()
}

func (p *selectorParser) key() (step, error) {
	end := strings.IndexAny(p.rest, ".#()\"\\=!\n\r\t")
	if end < 0 {
		end = len(p.rest)
	}
	key := p.rest[:end]
	if strings.TrimSpace(key) == "" {
		return step{}, fmt.Errorf("a key is missing before %q", p.rest)
	}
	if strings.TrimSpace(key) != key {
		return step{}, fmt.Errorf("key %q begins or ends with a blank; put it in double quotes if it really does", key)
	}
	p.rest = p.rest[end:]
	return step{key: key}, nil
}

// quoted reads a key or literal in double quotes; backslash keeps the next sign as it is.
func (p *selectorParser) quoted() (string, error) {
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; c {
		case '\\':
			if i++; i < len(p.rest) {
				b.WriteByte(p.rest[i])
			}
		case '"':
			p.rest = p.rest[i+1:]
			return b.String(), nil
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("a double quote is not closed in %q", p.rest)
}

func (p *selectorParser) filter() (*filter, error) {
	path, err := p.filterPath()
	if err != nil {
		return nil, err
	}
	f := &filter{path: path}
	p.blanks()
	switch {
	case p.eat("=="):
	case p.eat("!="):
		f.differs = true
	default:
		return nil, fmt.Errorf("a filter compares with == or !=, at %q", p.rest)
	}
	p.blanks()
	if err := p.literal(f); err != nil {
		return nil, err
	}
	p.blanks()
	if !p.eat(")") {
		return nil, fmt.Errorf("a filter is not closed, at %q", p.rest)
	}
	return f, nil
}

// filterPath is a path of keys only: a list in a filter would ask a second question.
func (p *selectorParser) filterPath() ([]step, error) {
	p.blanks()
	if end := strings.IndexAny(p.rest, "=!\""); end > 0 && p.rest[end] != '"' {
		p.rest = strings.TrimRight(p.rest[:end], " ") + p.rest[end:]
	}
	path, err := p.path()
	for _, st := range path {
		if st.every || st.filter != nil {
			return nil, fmt.Errorf("a filter's own path may hold keys only")
		}
	}
	return path, err
}

func (p *selectorParser) literal(f *filter) error {
	if strings.HasPrefix(p.rest, `"`) {
		text, err := p.quoted()
		f.literal = text
		return err
	}
	end := strings.IndexAny(p.rest, " )")
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	switch {
	case word == "null":
		f.isNull = true
	case word == "true", word == "false", isNumber(word):
		f.literal = word
	default:
		return fmt.Errorf("%q is no literal; a text needs double quotes", word)
	}
	return nil
}

func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789.") == "" && strings.Count(digits, ".") <= 1 && digits[0] != '.'
}

func (p *selectorParser) eat(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

func (p *selectorParser) blanks() { p.rest = strings.TrimLeft(p.rest, " ") }
