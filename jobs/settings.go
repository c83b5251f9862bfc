package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// ErrNotEnabled means a draft, a disabled integration or one of a suspended tenant: these are not synchronised.
var ErrNotEnabled = errors.New("not enabled")

// settings is everything that turns a CRM's records into contacts, besides the records.
type settings struct {
	in          cache.Ref
	account     tenant.Account
	integration tenant.Integration
	preset      *presets.Preset
	region      string
	own         ownNumbers
	fields      fieldSet
	blocks      []cache.Range
}

// readSettings gathers the settings of an integration in whatever state it is.
func readSettings(ctx context.Context, d Deps, in cache.Ref) (settings, error) {
	s := settings{in: in}
	var err error
	if s.account, err = d.Directory.Account(ctx, in.Tenant); err != nil {
		return s, fmt.Errorf("settings of %s: %w", in.Integration, err)
	}
	if s.integration, err = d.Directory.Integration(ctx, in.Tenant, in.Integration); err != nil {
		return s, fmt.Errorf("settings of %s: %w", in.Integration, err)
	}
	people, err := d.Directory.People(ctx, in.Tenant)
	if err != nil {
		return s, fmt.Errorf("settings of %s: %w", in.Integration, err)
	}
	preset, ok := d.Preset(s.integration)
	if !ok {
		return s, fmt.Errorf("settings of %s: there is no preset %q", in.Integration, s.integration.Preset)
	}
	return s.derive(preset, people), nil
}

// derive fills what follows from the rest.
func (s settings) derive(preset *presets.Preset, people []tenant.Person) settings {
	s.preset = preset
	s.region = s.account.Region
	if s.integration.Region != "" {
		s.region = s.integration.Region
	}
	s.own = ownNumbersOf(s.account, people)
	s.fields = wantedFields(s.integration)
	s.blocks = blocksOf(s.integration.Blocks)
	return s
}

// enabled returns an error that wraps ErrNotEnabled if the integration is not synchronised.
func (s settings) enabled() error {
	if s.account.Suspended {
		return fmt.Errorf("tenant %s is suspended: %w", s.account.ID, ErrNotEnabled)
	}
	switch s.integration.State {
	case tenant.StateEnabled:
	case tenant.StateDraft:
		if s.preset.Kind == "file" {
			return fmt.Errorf("integration %s waits for its first file: %w; `ringdex integration upload` sends one", s.integration.ID, ErrNotEnabled)
		}
		return fmt.Errorf("integration %s is a draft: %w; `ringdex integration authorize` gives the address to sign in at", s.integration.ID, ErrNotEnabled)
	default:
		return fmt.Errorf("integration %s is %s: %w; `ringdex integration enable` changes that", s.integration.ID, s.integration.State, ErrNotEnabled)
	}
	return nil
}

// mapping stands for the settings: contacts stored under another one are read anew.
func (s settings) mapping() cache.Digest {
	i := s.integration
	parts := []string{
		"1", phone.MetadataVersion(), s.region, s.account.Language, i.AreaCode, foldName(i.CountryField),
		strconv.FormatBool(i.Fax), presetDigest(s.preset),
	}
	parts = append(parts, "fields")
	parts = append(parts, s.fields.names()...)
	parts = append(parts, "own")
	parts = append(parts, s.own.keys...)
	parts = append(parts, "blocks")
	return cache.DigestOf(append(parts, i.Blocks...)...)
}

// presetDigest stands for the part of a preset that says what a record means.
func presetDigest(p *presets.Preset) string {
	parts := append([]string{p.ID}, p.Reading()...)
	for _, s := range p.Streams {
		parts = append(parts, fmt.Sprintf("%s %+v %+v %+v %s", s.ID, s.Record, s.Phones, s.Fields, s.URL))
	}
	return strings.Join(parts, "\n")
}

// fieldSet holds the folded names of the record fields that something uses. It is for one goroutine.
type fieldSet struct {
	folded map[string]bool
	exact  map[string]bool // answers given before, by the name as the CRM writes it
}

// wantedFields collects what the notification and the scripts of an integration use; nothing else is copied out of a CRM.
func wantedFields(i tenant.Integration) fieldSet {
	f := fieldSet{folded: map[string]bool{}, exact: map[string]bool{}}
	for _, n := range i.Notification {
		f.folded[foldName(n.Field)] = true
	}
	for _, s := range i.Scripts {
		for _, text := range s.Texts() {
			for _, name := range scripts.FieldsIn(text) {
				f.folded[foldName(name)] = true
			}
		}
	}
	return f
}

func (f fieldSet) has(name string) bool {
	wanted, known := f.exact[name]
	if !known {
		wanted = f.folded[foldName(name)]
		f.exact[name] = wanted
	}
	return wanted
}

func (f fieldSet) names() []string {
	names := make([]string, 0, len(f.folded))
	for name := range f.folded {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// copyFields takes the wanted fields out of a record, each name once. Display name, company and address are the contact's own.
func (f fieldSet) copyFields(rec *presets.Record) []cache.Field {
	identifier := rec.Identifier
	if identifier == "" {
		identifier = rec.ID
	}
	common := []cache.Field{
		{Name: "FirstName", Value: rec.FirstName},
		{Name: "LastName", Value: rec.LastName},
		{Name: "Email", Value: rec.Email},
		{Name: "Identifier", Value: identifier},
	}
	var out []cache.Field
	for _, c := range common {
		if c.Value != "" && f.has(c.Name) {
			out = append(out, c)
		}
	}
	for _, own := range rec.Fields {
		if own.Value != "" && f.has(own.Name) && !given(rec, own.Name) && !slices.ContainsFunc(out, func(o cache.Field) bool { return o.Name == own.Name }) {
			out = append(out, cache.Field(own))
		}
	}
	return out
}

// given tells whether a contact has this common name already: a column may well be called Company.
func given(rec *presets.Record, name string) bool {
	switch name {
	case "DisplayName":
		return displayName(rec) != ""
	case "Company":
		return rec.Company != ""
	case "PopUpUri":
		return rec.URL != ""
	}
	return false
}

// displayName is the contact's name, put together where the CRM keeps only its parts.
func displayName(rec *presets.Record) string {
	if rec.Name != "" {
		return rec.Name
	}
	return strings.TrimSpace(rec.FirstName + " " + rec.LastName)
}
