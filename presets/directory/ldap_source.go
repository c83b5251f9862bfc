package directory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

var _ presets.Chooser = (*ldapSource)(nil)

// ldapSource is a directory that is asked in LDAP. Each Check and Read has a connection of its own.
type ldapSource struct {
	preset  *presets.Preset
	conn    presets.Connection
	set     settings
	mapping *mapping
}

func openLDAP(p *presets.Preset, c presets.Connection, set settings) (presets.Source, error) {
	s := &ldapSource{preset: p, conn: c, set: set}
	if len(p.Streams) == 0 { // it is only asked what there is to choose from
		return s, nil
	}
	var err error
	if s.mapping, err = newMapping(p.Streams[0], p.Directory, set); err != nil {
		return nil, fmt.Errorf("open %s: %w", p.ID, err)
	}
	return s, nil
}

// Close implements [presets.Source]: connections are closed where they are opened.
func (s *ldapSource) Close() error { return nil }

// ldapRun is one reading of a directory.
type ldapRun struct {
	source *ldapSource
	conn   *conn
	base   string
	filter string
	from   mark // of the run before
	mark   mark
	sent   int // requests and bytes told so far
	bytes  int64
}

func (s *ldapSource) begin(ctx context.Context) (*ldapRun, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	r := &ldapRun{source: s, conn: c, filter: "(&" + s.set.filter + s.mapping.reachable() + ")", mark: begin(c.root)}
	if r.base, err = c.base(); err != nil {
		c.close()
		return nil, err
	}
	return r, nil
}

// wanted are the attributes of a reading.
func (r *ldapRun) wanted() []string {
	return slices.Concat(r.source.mapping.attributes(), idAttributes, changedAttributes)
}

// Read implements [presets.Source]. Pages have no Resume: where a list goes on is known to its connection only.
func (s *ldapSource) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if err := isStream(s.preset, stream); err != nil {
			yield(presets.Page{}, err)
			return
		}
		r, err := s.begin(ctx)
		if err == nil {
			defer r.conn.close()
			err = r.read(ctx, from.Since, yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(presets.Page{}, err)
		}
	}
}

// errStopped says that the reader wants no more pages.
var errStopped = errors.New("the reader wants no more pages")

// read yields what changed where that is enough, else everything.
func (r *ldapRun) read(ctx context.Context, since string, yield func(presets.Page, error) bool) error {
	full, filter := true, r.filter
	if from, ok := readMark(since, r.conn.root); ok {
		r.from = from
		people, left, err := r.nobodyLeft(ctx)
		if err != nil {
			return err
		}
		if left {
			full, filter = false, "(&"+r.filter+from.changed()+")"
			r.mark.People, r.mark.At, r.mark.Attr = people, from.At, from.Attr
		}
	}
	list := r.conn.list(r.base, filter, r.wanted())
	var last *presets.Page // is told when it is known not to be the end
	for entries, err := range list.pages(ctx) {
		if err != nil {
			return err
		}
		if last != nil && !yield(*last, nil) {
			return errStopped
		}
		page := r.page(entries, full)
		page.Replaced, list.replaced = list.replaced, 0
		last = &page
	}
	if last == nil {
		return broke(ctx, wording.New("directory.read_directory", "read the directory"), ctx.Err())
	}
	last.Last, last.Since = true, r.mark.String()
	yield(*last, nil)
	return nil
}

func (r *ldapRun) page(entries []entry, full bool) presets.Page {
	p := presets.Page{Full: full, Requests: r.conn.requests - r.sent, Bytes: r.conn.wire.total.Load() - r.bytes}
	r.sent, r.bytes = r.conn.requests, r.conn.wire.total.Load()
	for i := range entries {
		if full {
			r.mark.note(&entries[i])
		} else {
			r.mark.late(&entries[i])
		}
		p.Records = append(p.Records, r.source.mapping.record(&entries[i]))
	}
	return p
}

// Check implements [presets.Source].
func (s *ldapSource) Check(ctx context.Context) (presets.Report, error) {
	var report presets.Report
	r, err := s.begin(ctx)
	if err != nil {
		return report, err
	}
	defer r.conn.close()
	report.Account = s.set.user
	if report.Account == "" {
		report.Account = "nobody (anonymous)"
	}
	report.Notes = r.notes()
	pages := 0
	for entries, err := range r.conn.list(r.base, r.filter, r.wanted()).pages(ctx) {
		if err != nil {
			return report, err
		}
		for i := range entries {
			if report.Total++; len(report.Sample) < sampleSize {
				report.Sample = append(report.Sample, s.mapping.record(&entries[i]))
			}
		}
		if pages++; pages == countPages {
			report.Notes = append(report.Notes, wording.New("directory.at_least", "There are at least {Count} entries with a number.", "Count", report.Total))
			report.Total = 0
			break
		}
	}
	if len(report.Sample) == 0 {
		report.Missing = append(report.Missing, wording.New("directory.no_entry", "no entry with a phone number was found; check base, filter, and what this user may read"))
	}
	for _, f := range s.mapping.fields {
		report.Fields = append(report.Fields, f.name)
	}
	return report, nil
}

// Choices implements [presets.Chooser]: what the server holds, and its departments.
func (s *ldapSource) Choices(ctx context.Context, name string) ([]option.Choice, error) {
	if err := isChoice(s.preset, s.preset.Directory.Base, name); err != nil {
		return nil, err
	}
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	var list []option.Choice
	for _, context := range c.root.contexts {
		list = append(list, option.Choice{Value: context, Title: context})
		if c.root.context != "" && context != c.root.context {
			continue
		}
		for entries, err := range c.list(context, "(objectClass=organizationalUnit)", []string{"ou"}).pages(ctx) {
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				list = append(list, option.Choice{Value: e.dn, Title: e.dn})
			}
			if len(list) >= maxChoices {
				break
			}
		}
	}
	return list, nil
}

// notes are what is worth knowing about the server, one sentence each.
func (r *ldapRun) notes() wording.List {
	notes := wording.List{map[string]wording.Text{
		"starttls": wording.New("directory.starttls", "The connection is encrypted with StartTLS."),
		"ldaps":    wording.New("directory.tls", "The connection is encrypted with TLS."),
		"plain":    wording.New("directory.plain", "The connection is not encrypted: password and contacts can be read on the way."),
	}[r.source.set.security], wording.New("directory.below", "Entries are read below {Base}.", "Base", r.base)}
	switch {
	case r.conn.root.pages:
		notes = append(notes, wording.New("directory.pages", "The server gives entries in pages of {Count}.", "Count", pageSize))
	case r.conn.root.told:
		notes = append(notes, wording.New("directory.no_pages", "The server does not say that it gives entries in pages: a large directory may be refused."))
	}
	if r.conn.root.activeDirectory() {
		notes = append(notes, wording.New("directory.active", "It is an Active Directory: changes are found by its own numbers."))
	}
	return notes
}
