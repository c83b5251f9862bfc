package webconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// The rhythm of a stream: a heartbeat keeps proxies from cutting it, a life that ends makes browsers come back with a session
// that is still good, and a browser that does not read is let go.
const (
	streamBeat  = 15 * time.Second
	streamLife  = 30 * time.Minute
	streamWrite = 5 * time.Second
)

// liveMessage is one message: the complete list, so that a reader that missed one needs no replay.
type liveMessage struct {
	Version uint64     `json:"version"`
	Calls   []liveCall `json:"calls"`
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

// agentEvents sends the agent's live calls whenever they change (server-sent events, HTML Standard section 9.2).
func (w *Web) agentEvents(q *request) error {
	view := q.agentView()
	watch := w.Calls.Watch(view)
	defer watch.Close()
	rw := q.Response()
	h := rw.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	rw.WriteHeader(http.StatusOK)
	control := http.NewResponseController(rw)
	beat, life := time.NewTicker(streamBeat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer life.Stop()
	send := func(text []byte) error {
		if err := control.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
			return err
		}
		if _, err := rw.Write(text); err != nil {
			return err
		}
		return control.Flush()
	}
	message := func() error {
		text, err := w.liveMessage(q, watch.List(), view)
		if err != nil {
			return err
		}
		return send(text)
	}
	if message() != nil {
		return nil // the browser is gone; nobody is there to tell
	}
	for {
		select {
		case <-q.ctx().Done():
			return nil
		case <-life.C:
			return nil
		case <-beat.C:
			if send([]byte(": still here\n\n")) != nil {
				return nil
			}
		case _, open := <-watch.Changed():
			if !open || message() != nil {
				return nil
			}
		}
	}
}

func (w *Web) liveMessage(q *request, list *calls.List, view calls.View) ([]byte, error) {
	m := liveMessage{Version: list.Version, Calls: []liveCall{}}
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
	return fmt.Appendf(nil, "id: %d\ndata: %s\n\n", m.Version, raw), nil
}
