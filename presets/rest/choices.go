package rest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// Bounds of what an admin may choose from.
const (
	maxChoices    = 2000
	maxChoiceSize = 500 // bytes of a value or title
	choicePages   = 100
)

var _ presets.Chooser = (*source)(nil)

// Choices implements [presets.Chooser].
func (s *source) Choices(ctx context.Context, name string) ([]option.Choice, error) {
	i := slices.IndexFunc(s.preset.Choices, func(c presets.Choice) bool { return strings.EqualFold(c.Option, name) })
	if i < 0 {
		return nil, fmt.Errorf("%s offers nothing to choose from for %q", s.preset.ID, name)
	}
	if strings.Contains(fmt.Sprint(s.preset.HTTP.BaseURL, s.preset.HTTP.Headers, s.preset.Choices[i].Request), "$(check.") {
		if err := s.known(ctx); err != nil {
			return nil, err
		}
	}
	list, err := newChoiceList(s.preset.Choices[i])
	if err != nil {
		return nil, err
	}
	return list.read(ctx, s)
}

// choiceList is where choices stand, and what was found.
type choiceList struct {
	presets.Choice
	records, value, title presets.Selector
	pager                 pager
	found                 []option.Choice
	seen                  map[string]bool
}

func newChoiceList(c presets.Choice) (*choiceList, error) {
	l := &choiceList{Choice: c, seen: map[string]bool{}}
	var err error
	if c.Records != "#" {
		if l.records, err = selector(c.Records); err != nil {
			return nil, err
		}
	}
	if l.value, err = selector(c.Value); err != nil {
		return nil, err
	}
	if l.title, err = selector(c.Title); err != nil {
		return nil, err
	}
	l.pager, err = newPager(c.Page, c.Value)
	return l, err
}

func (l *choiceList) read(ctx context.Context, s *source) ([]option.Choice, error) {
	values := s.values()
	values.size = l.Page.Size
	for at, last := l.pager.first(), false; !last && len(l.found) < maxChoices && at.Pages < choicePages; {
		values.page = at
		res, err := s.client.send(ctx, call{request: l.Request, values: values, address: at.URL, params: l.pager.params(at)})
		if err != nil {
			return nil, fmt.Errorf("list what there is for %s: %w", l.Option, err)
		}
		if res.do != doPass {
			break
		}
		var records []presets.Value
		for key, v := range l.entries(res.doc) {
			records = append(records, v)
			l.add(key, v)
		}
		before := at
		if at, last, err = l.pager.advance(at, &res.answer, records); err != nil || at.URL == before.URL && at.Cursor == before.Cursor && len(records) == 0 {
			return l.found, err
		}
	}
	return l.found, nil
}

// entries are the choices of an answer: the elements of a list, or the members of an object under their keys.
func (l *choiceList) entries(doc presets.Value) iter.Seq2[string, presets.Value] {
	return func(yield func(string, presets.Value) bool) {
		if l.records.IsZero() {
			each(doc, yield)
			return
		}
		for v := range l.records.All(doc) {
			if !each(v, yield) {
				return
			}
		}
	}
}

// each goes through a list or an object; anything else is a choice by itself.
func each(v presets.Value, yield func(string, presets.Value) bool) bool {
	switch {
	case v.IsList():
		for one := range v.List() {
			if !yield("", one) {
				return false
			}
		}
	case v.IsObject():
		for key, one := range v.Members() {
			if !yield(key, one) {
				return false
			}
		}
	default:
		return yield("", v)
	}
	return true
}

func (l *choiceList) add(key string, v presets.Value) {
	c := option.Choice{Value: key}
	if !l.value.IsZero() {
		c.Value = l.value.Text(v)
	} else if key == "" {
		c.Value = v.Text()
	}
	if !l.title.IsZero() {
		c.Title = clip(clean(l.title.Text(v)))
	}
	c.Value = clean(c.Value)
	if c.Value == "" || len(c.Value) > maxChoiceSize || l.seen[c.Value] || len(l.found) >= maxChoices {
		return
	}
	if c.Title == "" {
		c.Title = c.Value
	}
	l.seen[c.Value] = true
	l.found = append(l.found, c)
}

func clip(text string) string {
	if len(text) <= maxChoiceSize {
		return text
	}
	cut := maxChoiceSize
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}
