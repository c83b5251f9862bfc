package presets

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/scripts"
)

func (p *Preset) lintText(e entry) []Lint {
	text, err := ParseText(e.text)
	if err != nil {
		offset := 0
		var mistake *TextError
		if errors.As(err, &mistake) {
			offset = mistake.Offset
		}
		return []Lint{p.At(e.path, offset, err.Error(), "")}
	}
	var lints []Lint
	for _, ref := range text.References() {
		if text, hint := p.judge(ref, e); text != "" {
			lints = append(lints, p.At(e.path, ref.Offset, text, hint))
		}
	}
	if e.form == "link" && len(lints) == 0 {
		lints = p.lintScript(e, p.LinkNames())
	}
	return lints
}

// judge says what is wrong with a reference where it stands, "" if nothing is.
func (p *Preset) judge(ref Part, e entry) (text, hint string) {
	if !slices.Contains(e.refs, ref.Space) {
		if ref.Space == SpaceRecord {
			return fmt.Sprintf("$(%s) names nothing", ref), didYouMean(ref.Name, p.references(e))
		}
		return fmt.Sprintf("$(%s.…) cannot stand here", ref.Space), "possible here: " + strings.Join(e.refs, ", ")
	}
	if ref.Space == SpaceRecord {
		return "", ""
	}
	possible := p.namesIn(ref.Space, e.path)
	if !slices.Contains(possible, ref.Name) {
		return fmt.Sprintf("$(%s) names nothing", ref), didYouMean(ref.Name, possible)
	}
	if isSignInParameter(e.path) {
		return "", ""
	}
	if isCredential(ref.Space, ref.Name) && isAddress(e.form) {
		return fmt.Sprintf("$(%s) inside an address", ref), "addresses are logged by servers on the way; use auth.headers, or auth.query where the vendor has nothing else"
	}
	if o, _ := p.Options.Find(ref.Name); ref.Space == "option" && o.IsSecret() && isAddress(e.form) {
		return fmt.Sprintf("secret %s inside an address", ref.Name), "addresses are logged by servers on the way; use auth.headers, or auth.query where the vendor has nothing else"
	}
	return "", ""
}

// isCredential tells the token itself, and what stands for one, from the other values of a sign-in.
func isCredential(space, name string) bool {
	return space == "auth" && (name == "token" || name == "encoded")
}

// isSignInParameter tells the parameters of a sign-in by session, where a vendor wants a key or token.
func isSignInParameter(path string) bool {
	return strings.HasPrefix(path, "auth.session[") && strings.Contains(path, "].query.")
}

func isAddress(form string) bool { return form == "url" || form == "link" || form == "template" }

// references are all names possible at an entry, for hints.
func (p *Preset) references(e entry) []string {
	var list []string
	for _, space := range e.refs {
		for _, name := range p.namesIn(space, e.path) {
			list = append(list, space+"."+name)
		}
	}
	return list
}

// namesIn are the names of one name space as seen from a key.
func (p *Preset) namesIn(space, path string) []string {
	switch space {
	case "option":
		return p.Options.Names()
	case "auth":
		return p.authNames()
	case "session":
		return p.sessionNames()
	case "ask":
		return p.askNames(path)
	case "stream":
		return []string{"filter"}
	case "check":
		return slices.Sorted(maps.Keys(p.Check.Keep))
	case "server":
		return []string{"callback_url", "public_url", "integration"}
	case "since":
		return []string{"value", "where", "now"}
	case "page":
		return []string{"cursor", "offset", "number", "size", "key"}
	case "select":
		return []string{"fields"}
	case "item":
		if strings.Contains(path, ".detail.") {
			return []string{"id"}
		}
	case "join":
		if strings.Contains(path, ".joins[") {
			return []string{"ids"}
		}
		return p.joinNames(path)
	}
	return nil
}

// authNames are what sign-in keeps, and the token itself.
func (p *Preset) authNames() []string {
	names := []string{"token"}
	if p.Auth.Encoded != "" {
		names = append(names, "encoded")
	}
	names = slices.AppendSeq(names, maps.Keys(p.Auth.Keep))
	names = slices.AppendSeq(names, maps.Keys(p.Auth.Claims))
	names = slices.AppendSeq(names, maps.Keys(p.Auth.Redirect))
	names = slices.AppendSeq(names, maps.Keys(p.Auth.TokenKeep))
	slices.Sort(names)
	return slices.Compact(names)
}

// sessionNames are the values the steps of a session keep.
func (p *Preset) sessionNames() []string {
	var names []string
	for _, step := range p.Auth.Session {
		for _, kept := range []map[string]string{step.MD5, step.Keep, step.Location} {
			names = slices.AppendSeq(names, maps.Keys(kept))
		}
	}
	slices.Sort(names)
	return names
}

// askNames are what the request before the list of a stream keeps.
func (p *Preset) askNames(path string) []string {
	s, ok := p.streamOf(path)
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(s.Ask.Keep))
}

// streamOf is the stream a key belongs to.
func (p *Preset) streamOf(path string) (Stream, bool) {
	digits, ok := strings.CutPrefix(path, "streams[")
	if !ok {
		return Stream{}, false
	}
	i, err := strconv.Atoi(digits[:strings.IndexByte(digits, ']')])
	if err != nil || i >= len(p.Streams) {
		return Stream{}, false
	}
	return p.Streams[i], true
}

// joinNames are the joins of the stream a key belongs to.
func (p *Preset) joinNames(path string) []string {
	s, ok := p.streamOf(path)
	if !ok {
		return nil
	}
	var list []string
	for _, j := range s.Joins {
		list = append(list, j.Name)
	}
	return list
}

// FieldNames are the fields a script or the notification may use besides the common ones.
func (p *Preset) FieldNames() []string {
	var list []string
	for _, s := range p.Streams {
		for _, f := range s.Fields {
			if !slices.Contains(list, f.Name) && !strings.Contains(f.Name, optionRef) {
				list = append(list, f.Name)
			}
		}
	}
	return list
}

// AnyField reports that each field of the source may be used by its own name.
func (p *Preset) AnyField() bool {
	return slices.ContainsFunc(p.Streams, func(s Stream) bool { return s.OtherFields })
}

// Names are the names scripts of this preset's integrations may use. Options are
// for the scripts and addresses the preset itself brings.
func (p *Preset) Names() scripts.Names {
	n := scripts.Names{Fields: scripts.CommonFields(p.FieldNames()...), AnyField: p.AnyField()}
	if !p.Reads() {
		n.Fields = nil // there is no record
	}
	n.Options = p.openOptions()
	return n
}

// LinkNames are the names a stream's url may use: selectors of the record, and
// for host and start of the address options and what sign-in and check kept.
func (p *Preset) LinkNames() scripts.Names {
	n := scripts.Names{AnyField: true, Options: p.openOptions()}
	for _, space := range []string{"auth", "check"} {
		for _, name := range p.namesIn(space, "") {
			if !isCredential(space, name) {
				n.Options = append(n.Options, space+"."+name)
			}
		}
	}
	return n
}

// openOptions are the options an address may show.
func (p *Preset) openOptions() []string {
	var list []string
	for _, o := range p.Options {
		if !o.IsSecret() && o.Kind() != option.Path {
			list = append(list, "option."+o.Name)
		}
	}
	return list
}

func (p *Preset) lintTemplate(e entry) []Lint {
	if strings.HasPrefix(e.path, "scripts[") && p.secretIn(e.text) != "" {
		return []Lint{p.At(e.path, 0, fmt.Sprintf("secret %s inside an address", p.secretIn(e.text)), "scripts are opened by a browser")}
	}
	return p.lintScript(e, p.Names())
}

// lintScript checks a text with the rules scripts have for addresses.
func (p *Preset) lintScript(e entry, names scripts.Names) []Lint {
	_, err := scripts.Parse(e.text, names)
	var mistakes scripts.SyntaxErrors
	if !errors.As(err, &mistakes) {
		return nil
	}
	return p.mistakes(e, mistakes)
}

// mistakes are the problems of a template, each at its place.
func (p *Preset) mistakes(e entry, mistakes scripts.SyntaxErrors) []Lint {
	var lints []Lint
	for _, m := range mistakes {
		hint := ""
		if m.Suggestion != "" {
			hint = "did you mean " + m.Suggestion + "?"
		}
		lints = append(lints, p.At(e.path, m.Offset, m.What.String(), hint))
	}
	return lints
}

// secretIn is the first secret option a text uses.
func (p *Preset) secretIn(text string) string {
	for _, o := range p.Options {
		if o.IsSecret() && strings.Contains(text, "$(option."+o.Name+")") {
			return o.Name
		}
	}
	return ""
}

func (p *Preset) lintNotification() []Lint {
	if p.AnyField() {
		return nil
	}
	possible := scripts.CommonFields(p.FieldNames()...)
	var lints []Lint
	for i, name := range p.Notification {
		if strings.Contains(name, optionRef) {
			continue
		}
		if !slices.Contains(possible, name) {
			lints = append(lints, p.At(fmt.Sprintf("notification[%d]", i), 0, fmt.Sprintf("there is no field %q", name), didYouMean(name, possible)))
		}
	}
	return lints
}
