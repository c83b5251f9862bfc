package cache

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/phone"
)

// colleague is a contact of a company with a number.
func colleague(id, company string, phones ...string) person {
	return person{ID: id, Name: "Name " + id, Company: company, Phones: phones}
}

// TestBlocks (rule 9): a block is answered on evidence only, and never with a person.
func TestBlocks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		people []person
		ranges []Range
		ask    map[string]string // number → company
	}{
		{"three colleagues in one hundred", []person{
			colleague("1", "Muster AG", "+493012345611"), colleague("2", "MUSTER  ag", "+493012345622"), colleague("3", "Muster AG", "+493012345633"),
		}, nil, map[string]string{"+493012345699": "Muster AG", "+493012345799": "", "+49301234569": "", "+4930123456999": ""}},
		{"two colleagues are too few", []person{
			colleague("1", "Muster AG", "+493012345611"), colleague("2", "Muster AG", "+493012345622"),
		}, nil, map[string]string{"+493012345699": ""}},
		{"three colleagues on one line", []person{
			colleague("1", "Muster AG", "+493012345611"), colleague("2", "Muster AG", "+493012345611"), colleague("3", "Muster AG", "+493012345611"),
		}, nil, map[string]string{"+493012345699": ""}},
		{"one person with three numbers", []person{
			colleague("1", "Muster AG", "+493012345611", "+493012345622", "+493012345633"),
		}, nil, map[string]string{"+493012345699": ""}},
		{"somebody else's contact in the hundred", []person{
			colleague("1", "Muster AG", "+493012345611"), colleague("2", "Muster AG", "+493012345622"), colleague("3", "Muster AG", "+493012345633"),
			colleague("4", "Beispiel KG", "+493012345644"),
		}, nil, map[string]string{"+493012345699": ""}},
		{"a contact without company in the hundred", []person{
			colleague("1", "Muster AG", "+493012345611"), colleague("2", "Muster AG", "+493012345622"), colleague("3", "Muster AG", "+493012345633"),
			colleague("4", "", "+493012345644"),
		}, nil, map[string]string{"+493012345699": ""}},
		{"mobile numbers", []person{
			colleague("1", "Muster AG", "+4915112345611"), colleague("2", "Muster AG", "+4915112345622"), colleague("3", "Muster AG", "+4915112345633"),
		}, nil, map[string]string{"+4915112345699": ""}},
		{"the North American plan", []person{
			colleague("1", "Muster AG", "+12125550111"), colleague("2", "Muster AG", "+12125550122"), colleague("3", "Muster AG", "+12125550133"),
		}, nil, map[string]string{"+12125550199": ""}},
		{
			"a head number written -0",
			[]person{colleague("1", "Muster AG", "+49301234560;head")},
			nil,
			map[string]string{"+49301234561": "Muster AG", "+493012345612": "Muster AG", "+4930123456123": "Muster AG", "+49301234571": ""},
		},
		{"the head number of two companies", []person{
			colleague("1", "Muster AG", "+49301234560;head"), colleague("2", "Beispiel KG", "+49301234560;head"),
		}, nil, map[string]string{"+493012345612": ""}},
		{"a head number elsewhere", []person{colleague("1", "Muster BV", "+31201234560;head")}, nil, map[string]string{"+31201234561": ""}},
		{"a range typed in", nil, []Range{{block("+31 20 123 45xx"), "Muster BV"}}, map[string]string{"+31201234599": "Muster BV", "+31201234699": ""}},
		{
			"a range typed in without company",
			[]person{colleague("1", "Muster BV", "+31201234511")},
			[]Range{{block("+31 20 123 45xx"), ""}},
			map[string]string{"+31201234599": "Muster BV"},
		},
		{"a range typed in without company, of two", []person{
			colleague("1", "Muster BV", "+31201234511"), colleague("2", "Beispiel BV", "+31201234512"),
		}, []Range{{block("+31 20 123 45xx"), ""}}, map[string]string{"+31201234599": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := memory(t)
			w.publish(colleague("0", "Gone GmbH", "+498912345600"), colleague("00", "Gone GmbH", "+498912345611"), colleague("000", "Gone GmbH", "+498912345622"))
			w.wantBlock("+498912345699", "Gone GmbH")
			r := w.refresh(RefreshOptions{Blocks: tt.ranges})
			w.no(feed(r, tt.people))
			_, err := r.Publish(context.Background())
			w.no(err)
			w.wantBlock("+498912345699", "")
			for asked, company := range tt.ask {
				w.wantBlock(asked, company)
				w.wantNames(asked)
			}
		})
	}
}

func block(s string) phone.Block {
	b, err := phone.ParseBlock(s)
	if err != nil {
		panic(err)
	}
	return b
}

func (w *world) wantBlock(e164, company string) {
	w.tb.Helper()
	got, err := w.cache.MatchBlock(w.in, number(e164), nil)
	w.no(err)
	switch {
	case company == "" && len(got) > 0:
		w.tb.Errorf("%s is in a block of %q", e164, got[0].Company())
	case company != "" && (len(got) != 1 || got[0].Company().String() != company || got[0].Name() != "" || got[0].ID() != "" || !got[0].Block()):
		w.tb.Errorf("%s: %d blocks, want one of %q without a person", e164, len(got), company)
	}
}

// TestBlocksStay: a run that changes nothing keeps the blocks without looking for them; typing a range in is a change.
func TestBlocksStay(t *testing.T) {
	t.Parallel()
	w := memory(t)
	people := []person{
		colleague("1", "Muster AG", "+493012345611"), colleague("2", "Muster AG", "+493012345622"), colleague("3", "Muster AG", "+493012345633"),
	}
	w.publish(people...)
	w.publish(people...)
	w.wantBlock("+493012345699", "Muster AG")
	r := w.refresh(RefreshOptions{Blocks: []Range{{block("+31 20 123 45xx"), "Muster BV"}}})
	w.no(feed(r, people))
	_, err := r.Publish(context.Background())
	w.no(err)
	w.wantBlock("+493012345699", "Muster AG")
	w.wantBlock("+31201234599", "Muster BV")
	if diff := cmp.Diff(2, w.status().Published.Blocks.Count); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	w.publish(people[:2]...)
	w.wantBlock("+493012345699", "")
	w.wantBlock("+31201234599", "")
}
