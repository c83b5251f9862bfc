package webconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// liveMessage is one message: the complete list, so that a reader that missed one needs no replay.
type liveMessage struct {
	Now   time.Time  `json:"now"` // for the clocks of calls: that of a browser may be wrong
	Calls []liveCall `json:"calls"`
}

// liveCall is a call with its card as HTML.
type liveCall struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Text  string `json:"text"` // what is said aloud, and on the desktop
	More  string `json:"more,omitempty"`
	Pop   string `json:"pop,omitempty"`
	HTML  string `json:"html"`
}

func (w *Web) liveMessage(q *request, list *calls.List, view calls.View) ([]byte, error) {
	m := liveMessage{Now: w.Now().UTC(), Calls: []liveCall{}}
	for _, c := range q.cards(list, view) {
		var b bytes.Buffer
		if err := w.pages["agent"].ExecuteTemplate(&b, "card", map[string]any{"Page": q.blank("", nil), "Card": c}); err != nil {
			return nil, fmt.Errorf("write a card: %w", err)
		}
		one := liveCall{ID: c.ID, State: c.State, Text: c.StateText + ": " + c.Title, More: c.Company, Pop: c.Pop, HTML: b.String()}
		if one.More == "" {
			one.More = c.Number
		}
		m.Calls = append(m.Calls, one)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "data: %s\n\n", raw), nil
}
