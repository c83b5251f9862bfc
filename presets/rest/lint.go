package rest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// Lint checks what only this kind knows: that every stream can be read as it is described, and that no key stands where it
// has no effect.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	l := &linter{preset: p}
	if p.HTTP.BaseURL == "" {
		l.say("http", "http.base_url is missing", "requests need a server")
	}
	l.auth()
	l.http()
	if p.Check.Get != "" || p.Check.Post != "" {
		l.request("check", p.Check.Request)
	}
	for i, s := range p.Streams {
		l.stream(fmt.Sprintf("streams[%d]", i), s)
	}
	for i, c := range p.Choices {
		at := fmt.Sprintf("choices[%d]", i)
		l.request(at, c.Request)
		l.page(at+".page", c.Page, c.Request, presets.Since{})
		if _, err := newChoiceList(c); err != nil {
			l.say(at, err.Error(), "")
		}
	}
	return l.lints
}

// linter gathers what is wrong with a preset.
type linter struct {
	preset *presets.Preset
	lints  []presets.Lint
}

func (l *linter) say(path, text, hint string) {
	l.lints = append(l.lints, l.preset.At(path, 0, text, hint))
}

// idle reports keys that stand where they have no effect, by their paths below at.
func (l *linter) idle(at, why string, keys map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if keys[key] {
			l.say(at+"."+key, fmt.Sprintf("%s has no effect %s", key[strings.LastIndexByte(key, '.')+1:], why), "leave it out")
		}
	}
}

func (l *linter) auth() {
	a := l.preset.Auth
	if l.preset.DependsOnOption("auth.kind") {
		return
	}
	kind, byPassword := a.Kind, a.Grant == "password" || l.preset.DependsOnOption("auth.grant")
	why := "with auth.kind " + kind
	l.idle("auth", why, map[string]bool{
		"session":  len(a.Session) > 0 && kind != "session" && kind != "oauth2",
		"path":     a.Path != "" && kind != "path",
		"username": a.Username != "" && kind != "basic" && !byPassword,
		"password": a.Password != "" && kind != "basic" && !byPassword,
		"query":    len(a.Query) > 0 && kind == "none", "headers": len(a.Headers) > 0 && kind == "none",
		"encoded": a.Encoded != "" && !l.mentions("$(auth.encoded)"), "token": a.Token != "" && kind != "oauth2",
		"token_headers": len(a.TokenHeaders) > 0 && a.Token == "", "token_keep": len(a.TokenKeep) > 0 && a.Token == "",
	})
	for need, missing := range map[string]bool{
		"headers": kind == "header" && len(a.Headers) == 0, "query": kind == "query" && len(a.Query) == 0,
		"path": kind == "path" && a.Path == "", "username": kind == "basic" && a.Username == "", "session": kind == "session" && len(a.Session) == 0,
	} {
		if missing {
			l.say("auth", fmt.Sprintf("auth.kind %s needs auth.%s", kind, need), "")
		}
	}
	known := map[string]bool{}
	for i, step := range a.Session {
		at := fmt.Sprintf("auth.session[%d]", i)
		l.request(at, step.Request)
		l.early(at, step, known)
		for key, names := range map[string]map[string]string{"md5": step.MD5, "keep": step.Keep, "location": step.Location} {
			for name := range names {
				if !l.mentions("$(session." + name + ")") {
					l.say(at+"."+key+"."+name, fmt.Sprintf("$(session.%s) is used nowhere", name), "")
				}
			}
		}
	}
}

// early reports a step that is taken before the server it asks is known.
func (l *linter) early(at string, step presets.SessionStep, known map[string]bool) {
	base, err := presets.ParseText(l.preset.HTTP.BaseURL)
	if err == nil && strings.HasPrefix(step.Get+step.Post, "/") {
		for _, ref := range base.References() {
			if ref.Space == "session" && !known[ref.Name] {
				l.say(at, fmt.Sprintf("the step has a path only, and $(session.%s) of http.base_url is not known yet", ref.Name), "write the whole address")
			}
		}
	}
	for _, names := range []map[string]string{step.MD5, step.Keep, step.Location} {
		for name := range names {
			known[name] = true
		}
	}
}

// mentions reports that a text of the preset has a reference in it.
func (l *linter) mentions(reference string) bool {
	p := l.preset
	text := fmt.Sprint(p.Auth, p.HTTP, p.Check)
	for _, s := range p.Streams {
		text += textOf(s)
	}
	for _, c := range p.Choices {
		text += fmt.Sprint(c, thenOf(c.Page))
	}
	return strings.Contains(text, reference)
}

// textOf are all texts of a stream.
func textOf(s presets.Stream) string {
	text := fmt.Sprint(s, thenOf(s.Page))
	for _, side := range []*presets.Side{s.Changes, s.Deletions} {
		if side != nil {
			text += fmt.Sprint(*side, thenOf(side.Page))
		}
	}
	return text
}

func (l *linter) http() {
	for i, r := range l.preset.HTTP.Rate {
		at := fmt.Sprintf("http.rate[%d]", i)
		if r.Limit.Every >= 24*time.Hour && r.Leave < 20 {
			l.say(at, "a daily limit leaves at least 20% to the customer's other programs", "add leave: 20%")
		}
		if r.Cost > r.Limit.Count {
			l.say(at+".cost", "one request costs more than the limit has", "")
		}
	}
	for i, e := range l.preset.HTTP.Errors {
		at := fmt.Sprintf("http.errors[%d]", i)
		l.idle(at, "with do: "+e.Do, map[string]bool{
			"after": e.After != 0 && e.Do != doRetry, "after_at": e.AfterAt != "" && e.Do != doRetry, "after_in": e.AfterIn != "" && e.Do != doRetry,
		})
		l.idle(at, "without path", map[string]bool{"equals": e.Equals != "" && e.Path == ""})
		if len(e.Status) == 0 && e.Header == "" && e.Contains == "" && e.Path == "" {
			l.say(at, "the rule has no condition", "say for which answers it is")
		}
	}
}

// request checks that a request is one.
func (l *linter) request(at string, r presets.Request) {
	switch {
	case r.Get == "" && r.Post == "":
		l.say(at, "the request has neither get nor post", "")
	case r.Get != "" && r.Post != "":
		l.say(at, "the request has get and post", "take one of them")
	}
	bodies := map[string]bool{"json": r.JSON != nil, "form": len(r.Form) > 0, "body": r.Body != presets.Body{}}
	if r.Get != "" && r.Method == "" {
		l.idle(at, "in a GET", bodies)
		return
	}
	given := 0
	for _, b := range bodies {
		if b {
			given++
		}
	}
	if given > 1 {
		l.say(at, "the request has more than one body", "take one of json, form and body")
	}
	if bodies["body"] && (r.Body.Type == "" || r.Body.Text == "") {
		l.say(at+".body", "a body needs type and text", "")
	}
	if strings.Contains(r.Body.Type, "json") {
		l.say(at+".body.type", "values in this body are not escaped for JSON", "use json: instead")
	}
}

func (l *linter) stream(at string, s presets.Stream) {
	l.request(at+".request", s.Request)
	if s.Records == "" {
		l.say(at+".records", "records is missing", "say where the list stands in the answer")
	}
	if _, err := newStream(l.preset, s, scope{declared: l.preset.Options}); err != nil {
		l.say(at, err.Error(), "")
	}
	main := presets.Side{Request: s.Request, Records: s.Records, Page: s.Page, Since: s.Since}
	l.page(at+".page", main.Page, main.Request, main.Since)
	requests := []presets.Request{s.Request}
	for _, side := range []*presets.Side{s.Changes, s.Deletions} {
		if side != nil {
			requests = append(requests, side.Request)
		}
	}
	l.since(at+".since", s.Since, requests...)
	l.sides(at, s, main)
	l.asks(at, s)
	for i, j := range s.Joins {
		l.join(fmt.Sprintf("%s.joins[%d]", at, i), s, j)
	}
}

func (l *linter) sides(at string, s presets.Stream, main presets.Side) {
	changing := s.Changes != nil || sends(s.Request, s.Since)
	l.idle(at, "where the stream cannot be asked for changes", map[string]bool{"deletions": s.Deletions != nil && !changing, "max_age": s.MaxAge != 0 && !changing})
	for key, side := range map[string]*presets.Side{"changes": s.Changes, "deletions": s.Deletions} {
		if side == nil {
			continue
		}
		l.request(at+"."+key+".request", side.Request)
		if side.Page != (presets.Paging{}) {
			since := sideSince(side.Since, main.Since, !sends(side.Request, side.Since))
			l.page(at+"."+key+".page", side.Page, side.Request, since)
		}
		l.since(at+"."+key+".since", side.Since, side.Request)
	}
	if s.Changes == nil {
		return
	}
	l.idle(at+".changes", "among changes", map[string]bool{"id": s.Changes.ID != ""})
	if own := s.Changes.Since.Format; own != "" && kindOfMark(own) != kindOfMark(s.Since.Format) {
		l.say(at+".changes.since.format", "changes are counted in another way than the full read's records", "what a full read has seen must be of use to the read for changes")
	}
}

func kindOfMark(format string) string {
	if isTime(format) {
		return "time"
	}
	return format
}

// asks checks what is asked before a list, and what its texts may use.
func (l *linter) asks(at string, s presets.Stream) {
	text := textOf(s)
	if s.Ask.Get != "" || s.Ask.Post != "" || len(s.Ask.Keep) > 0 {
		l.request(at+".ask", s.Ask.Request)
		if len(s.Ask.Keep) == 0 {
			l.say(at+".ask", "ask keeps nothing", "name what is wanted of the answer under keep")
		}
	}
	for name := range s.Ask.Keep {
		if !strings.Contains(text, "$(ask."+name+")") {
			l.say(at+".ask.keep."+name, fmt.Sprintf("$(ask.%s) is used nowhere", name), "")
		}
	}
	l.idle(at, "where no request has $(stream.filter)", map[string]bool{"filter": s.Filter != "" && !strings.Contains(text, "$(stream.filter)")})
	if s.Filter == "" && strings.Contains(text, "$(stream.filter)") {
		l.say(at, "$(stream.filter) stands in a request, but the stream has no filter", "")
	}
	described := s.Select.Describe.Get != "" || s.Select.Describe.Post != ""
	l.idle(at+".select", "where no request has $(select.fields)", map[string]bool{"fields": len(s.Select.Fields) > 0 && !strings.Contains(text, "$(select.fields)")})
	l.idle(at+".select", "without describe", map[string]bool{"names": s.Select.Names != "" && !described, "linked": s.Select.Linked != "" && !described})
	if described {
		l.request(at+".select.describe", s.Select.Describe)
		if s.Select.Names == "" {
			l.say(at+".select", "describe needs names", "the selector of the fields' names in its answer")
		}
	}
}

func (l *linter) join(at string, s presets.Stream, j presets.Join) {
	if !strings.Contains(textOf(s), "$(join."+j.Name+")") {
		l.say(at, fmt.Sprintf("$(join.%s) is used nowhere", j.Name), "")
	}
	if j.Request.Get == "" && j.Request.Post == "" {
		l.idle(at, "where the objects stand in the answers of the stream", map[string]bool{"page": j.Page != presets.Paging{}, "batch": j.Batch != 0})
		if j.Records == "" {
			l.say(at, "the join has neither request nor records", "say where the other objects are")
		}
		return
	}
	l.request(at+".request", j.Request)
	l.page(at+".page", j.Page, j.Request, presets.Since{})
	switch ids := uses(j.Request, "$(join.ids)"); {
	case j.Batch == 0 && ids:
		l.say(at, "$(join.ids) needs batch", "how many ids are asked for at a time")
	case j.Batch > 0 && !ids:
		l.say(at+".batch", "batch has no effect where the request has no $(join.ids)", "")
	}
}
