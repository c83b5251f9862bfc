package rest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// selection is the part of the wanted fields an account has.
type selection struct {
	fields  []string
	missing []string
}

// choose asks the account which fields it has and keeps the wanted ones among them: in several CRMs one unknown field
// fails the whole query. Without a request to ask, all are wanted.
func (s *source) choose(ctx context.Context, st *stream, values scope) (selection, error) {
	want := st.Select
	if st.chosen != nil {
		return *st.chosen, nil
	}
	if len(want.Fields) == 0 || want.Describe.Get == "" && want.Describe.Post == "" {
		return selection{fields: want.Fields}, nil
	}
	res, err := s.client.send(ctx, call{request: want.Describe, values: values})
	if err != nil {
		return selection{}, fmt.Errorf("list the fields of %s: %w", st.ID, err)
	}
	if res.do == doSkip {
		return selection{}, errLeftOut
	}
	names, err := pickTexts(want.Names, res.doc)
	if err != nil {
		return selection{}, err
	}
	linked, err := pickTexts(want.Linked, res.doc)
	if err != nil {
		return selection{}, err
	}
	kept, missing := keep(want.Fields, names, linked)
	if err := st.mayRead(kept); err != nil {
		return selection{}, err
	}
	st.chosen = &selection{fields: kept, missing: missing}
	return *st.chosen, nil
}

func pickTexts(text string, doc presets.Value) ([]string, error) {
	sel, err := selector(text)
	if err != nil || sel.IsZero() {
		return nil, err
	}
	var list []string
	found := presets.Elements(sel, doc)
	if text == "#" && doc.IsObject() {
		found = []presets.Value{doc}
	}
	for _, v := range found {
		if v.IsObject() { // the names are its keys
			for name := range v.Members() {
				list = append(list, name)
			}
			continue
		}
		if v.Text() != "" {
			list = append(list, v.Text())
		}
	}
	return list, nil
}

// keep parts the wanted fields. A field of a linked object, Account.Name, is there where the link is.
func keep(want, names, linked []string) (kept, missing []string) {
	for _, field := range want {
		link, _, dotted := strings.Cut(field, ".")
		if slices.Contains(names, field) || dotted && slices.Contains(linked, link) {
			kept = append(kept, field)
		} else {
			missing = append(missing, field)
		}
	}
	return kept, missing
}

// mayRead refuses to read a stream whose phone fields are all gone: the run would empty the cache. A field may stand deeper in
// records than its name says, as attributes.phone.
func (st *stream) mayRead(kept []string) error {
	if len(st.Phones) == 0 {
		return nil
	}
	for _, p := range st.Phones {
		if slices.ContainsFunc(kept, func(name string) bool { return strings.Contains("."+p.Path+".", "."+name+".") }) {
			return nil
		}
	}
	return &presets.Error{
		Op: wording.New("rest.list_fields_id", "list the fields of {ID}", "ID", st.ID), Text: wording.New("rest.account_shows_none_phone_fields", "the account shows none of the phone fields"),
		Hint: wording.New("rest.check_which_fields_user_who", "check which fields the user who signed in may see"),
	}
}

func joinFields(list []string, with string) string {
	if with == "" {
		with = ","
	}
	return strings.Join(list, with)
}
