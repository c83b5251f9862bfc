package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Kind opens presets of kind directory. The zero value is ready for use.
type Kind struct{}

var _ presets.Kind = Kind{}

// Lint checks what only address books know.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"http", "file"} {
		if p.Has(key) {
			lints = append(lints, p.At(key, 0, fmt.Sprintf("an address book has no %s", key), "leave the key out"))
		}
	}
	if !p.Has("directory") {
		return append(lints, p.At("directory", 0, "key directory is missing", "name protocol and server"))
	}
	if len(p.Streams) > 1 {
		lints = append(lints, p.At("streams[1]", 0, "an address book has one stream", ""))
	}
	unread := []string{"request", "records", "page", "select", "since", "changes", "deletions", "deleted", "joins", "url", "max_age"}
	if p.Directory.Protocol == "carddav" {
		unread = append(unread, "record", "phones", "fields")
	}
	for _, key := range unread {
		if at := "streams[0]." + key; p.Has(at) {
			lints = append(lints, p.At(at, 0, fmt.Sprintf("%s is not read of this address book", key), "leave the key out; a page to open is a script's"))
		}
	}
	if auth := p.Auth.Kind; auth != "" && auth != "none" && auth != "basic" && (auth != "oauth2" || p.Directory.Protocol == "ldap") {
		lints = append(lints, p.At("auth.kind", 0, fmt.Sprintf("this address book is not signed in to by %s", auth), "possible: none, basic, and oauth2 for CardDAV"))
	}
	if p.Directory.Protocol == "ldap" && len(p.Streams) > 0 {
		if _, err := newMapping(p.Streams[0], p.Directory, settings{}); err != nil {
			lints = append(lints, p.At("streams[0]", 0, err.Error(), "in LDAP a selector is the name of an attribute"))
		}
	}
	return lints
}

// Open makes a source. It sends nothing. LDAP needs [presets.Connection.Dial], CardDAV Connection.HTTP.
func (Kind) Open(_ context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	c = c.Whole()
	p, err := p.With(c.Options)
	if err != nil {
		return nil, fmt.Errorf("options of %s: %w", p.ID, err)
	}
	set, err := readSettings(p, c.Options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.ID, err)
	}
	switch {
	case p.Directory.Protocol == "ldap" && c.Dial == nil:
		return nil, errors.New("open " + p.ID + ": there is no dialer")
	case p.Directory.Protocol == "ldap":
		return openLDAP(p, c, set)
	case c.HTTP == nil:
		return nil, errors.New("open " + p.ID + ": there is no HTTP client")
	}
	return openCardDAV(p, c, set)
}

// isStream reports an error for a stream the preset does not have.
func isStream(p *presets.Preset, id string) error {
	if _, ok := p.Stream(id); !ok {
		return &presets.Error{Op: wording.New("directory.read_stream_id", "read stream {ID}", "ID", id), Text: wording.New("presets.no_such_stream", "there is no such stream")}
	}
	return nil
}

// isChoice reports an error for an option that a text of the preset does not use.
func isChoice(p *presets.Preset, text, name string) error {
	if !strings.Contains(text, "$(option."+name+")") {
		return fmt.Errorf("%s offers nothing to choose from for %q", p.ID, name)
	}
	return nil
}
