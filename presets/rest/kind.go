package rest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// Kind is the kind rest.
type Kind struct{}

var _ presets.Kind = Kind{}

// Lint checks what only this kind knows: that every stream can be read as it is described.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	if p.HTTP.BaseURL == "" {
		lints = append(lints, p.At("http", 0, "http.base_url is missing", "requests need a server"))
	}
	for i, s := range p.Streams {
		at := fmt.Sprintf("streams[%d]", i)
		if s.Request.Get == "" && s.Request.Post == "" {
			lints = append(lints, p.At(at+".request", 0, "the request has neither get nor post", ""))
		}
		if s.Records == "" {
			lints = append(lints, p.At(at+".records", 0, "records is missing", "say where the list stands in the answer"))
		}
		if _, err := newStream(p, s, scope{declared: p.Options}); err != nil {
			lints = append(lints, p.At(at, 0, err.Error(), ""))
		}
		lints = append(lints, lintPaging(p, at+".page", s.Page)...)
	}
	for i, c := range p.Choices {
		at := fmt.Sprintf("choices[%d]", i)
		if c.Get == "" && c.Post == "" {
			lints = append(lints, p.At(at, 0, "the request has neither get nor post", ""))
		}
		if _, err := newChoiceList(c); err != nil {
			lints = append(lints, p.At(at, 0, err.Error(), ""))
		}
		lints = append(lints, lintPaging(p, at+".page", c.Page)...)
	}
	return lints
}

// lintPaging says what a way of paging needs beside its name.
func lintPaging(p *presets.Preset, at string, page presets.Paging) []presets.Lint {
	switch page.Kind {
	case "next_url", "cursor":
		if page.Next == "" {
			return []presets.Lint{p.At(at, 0, page.Kind+" needs next", "the selector of the next page in the answer")}
		}
	case "offset", "page_number", "keyset":
		if page.Size == 0 && page.Total == "" && page.TotalHeader == "" && page.Pages == "" && page.More == "" && page.Done == "" {
			return []presets.Lint{p.At(at, 0, page.Kind+" needs size, total, pages, more or done", "without one of them the end of the list cannot be told")}
		}
	}
	return nil
}

// Open makes a source. It sends nothing. Connection.HTTP is required, and Connection.Token for sign-in with OAuth2.
func (Kind) Open(_ context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	if c.HTTP == nil {
		return nil, errors.New("open " + p.ID + ": there is no HTTP client")
	}
	p, err := p.With(c.Options)
	if err != nil {
		return nil, fmt.Errorf("options of %s: %w", p.ID, err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Pace == nil {
		c.Pace = NewPacer(c.Now, c.Sleep)
	}
	if p.NeedsSignIn(c.Options) && c.Token == nil {
		return nil, &presets.Error{Op: "open " + p.Name, Text: "nobody has signed in yet", Hint: "press Connect", ReauthNeeded: true}
	}
	cl, err := newClient(p, c)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.ID, err)
	}
	s := &source{preset: p, conn: c, streams: map[string]*stream{}, client: cl}
	for _, one := range p.Streams {
		st, err := newStream(p, one, cl.values())
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", p.ID, err)
		}
		s.streams[one.ID] = st
	}
	return s, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
