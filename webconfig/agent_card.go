package webconfig

import (
	"cmp"
	"slices"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// card is one live call as an agent sees it.
type card struct {
	ID, Queue                string
	State, StateText         string
	Direction, Answered      string // Answered: RFC 3339, for the clock of the browser
	Title, Company           string
	Number, Label, Quality   string
	DDI, InQueue, AnsweredBy string
	Unknown, Withheld        bool
	Area                     string
	Lines                    []calls.Line
	Buttons                  []calls.Button
	Others                   []other
	Pop                      string // the address that opens by itself, where the agent wants that
	Fixed                    bool   // nothing can be said of the call here
}

// other is another contact the number may be.
type other struct {
	Integration, Type, Record string
	Name, Company, Source     string
	Open                      string // what opens for it
}

// cards are the live calls of a list.
func (q *request) cards(list *calls.List, view calls.View) []card {
	out := make([]card, 0, len(list.Calls))
	for i := range list.Calls {
		out = append(out, q.card(&list.Calls[i], view))
	}
	return out
}

func (q *request) card(c *calls.Call, view calls.View) card {
	k := &c.Known
	out := card{
		ID: c.ID, Queue: view.Queue, State: string(c.State), StateText: q.T("agent.state_" + string(c.State)),
		Direction: q.T("agent.direction_" + string(c.Direction)), Number: shownNumber(&k.Number), Area: k.Number.Location,
		Unknown: k.Unknown(), Withheld: k.Number.Kind == "withheld", InQueue: c.Queue, DDI: c.DDI.Name,
		Fixed: q.framed,
	}
	if out.DDI == "" {
		out.DDI = c.DDI.Number
	}
	if !c.Answer.IsZero() {
		out.Answered = c.Answer.UTC().Format(time.RFC3339)
	}
	if view.Person == "" {
		out.AnsweredBy = c.Agent
	}
	m := meantOf(c)
	if m == nil {
		out.Title, out.Buttons = q.title(c), k.Scripts
		return out
	}
	out.Title, out.Company, out.Label, out.Lines = m.Name, m.Company, m.Label, m.Notification
	if out.Title == "" {
		out.Title, out.Company = m.Company, ""
	}
	if m.Quality != "exact" {
		out.Quality = q.T("agent.quality_" + m.Quality)
	}
	out.Buttons = append(slices.Clip(m.Scripts), k.Scripts...)
	out.Pop = popOf(m)
	for i := range k.Matches {
		if o := &k.Matches[i]; o != m {
			out.Others = append(out.Others, other{
				string(o.Integration.ID), o.Record.Type, o.Record.ID, o.Name, o.Company, o.Integration.Name, cmp.Or(popOf(o), pageURL(o.Record.URL)),
			})
		}
	}
	return out
}

// popOf is the address that opens by itself for a contact.
func popOf(m *calls.Match) string {
	if i := slices.IndexFunc(m.Scripts, func(b calls.Button) bool { return b.Pop }); i >= 0 {
		return m.Scripts[i].URL
	}
	return ""
}

// title is what stands on the card of somebody nobody knows.
func (q *request) title(c *calls.Call) string {
	n := &c.Known.Number
	switch {
	case n.Name != "":
		return n.Name
	case n.Kind == "withheld":
		return q.T("agent.withheld")
	case c.Caller.Name != "" && c.Direction == calls.Inbound:
		return c.Caller.Name
	}
	return q.T("agent.unknown")
}

// meantOf is the contact a call is shown with: the one chosen the last time, else the first.
func meantOf(c *calls.Call) *calls.Match {
	all := c.Known.Matches
	if len(all) == 0 {
		return nil
	}
	if c.Chosen != nil {
		for i := range all {
			if (calls.Record{Integration: all[i].Integration.ID, Type: all[i].Record.Type, ID: all[i].Record.ID}) == *c.Chosen {
				return &all[i]
			}
		}
	}
	return &all[0]
}

// shownNumber is a number as people here write it.
func shownNumber(n *calls.Number) string {
	switch {
	case n.National != "":
		return n.National
	case n.E164 != "":
		return n.E164
	}
	return n.Raw
}
