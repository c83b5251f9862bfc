package setup

import (
	"context"
	"slices"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Names are the names the stored scripts of an integration may use: the fields its preset copies, and its options that
// are neither secret nor a path, for the scripts the preset brought; ok is false where the catalogue has no such preset.
func (s *Setup) Names(i tenant.Integration) (names scripts.Names, ok bool) {
	p, ok := s.PresetOf(i)
	if !ok {
		return scripts.Names{}, false
	}
	names = p.Names()
	names.Schemes = s.d.Schemes
	return names, true
}

// StandAlone are the names of scripts that belong to no integration.
func (s *Setup) StandAlone() scripts.Names { return scripts.Names{Schemes: s.d.Schemes} }

// ScriptNames are the names for somebody who writes a script now. Options are not among them: only a preset's own
// scripts may take a host from one. Where the preset takes any field, they are those of its source as it is today, so
// that a typo is found; if the source cannot be read, any name is taken.
func (s *Setup) ScriptNames(ctx context.Context, i tenant.Integration) (names scripts.Names, ok bool) {
	if names, ok = s.Names(i); !ok {
		return names, false
	}
	names.Options = nil
	if !names.AnyField {
		return names, true
	}
	fields := s.fieldsOf(ctx, i)
	names.AnyField = len(fields) == 0
	for _, field := range fields {
		if !slices.Contains(names.Fields, field) {
			names.Fields = append(names.Fields, field)
		}
	}
	return names, true
}

// fieldsOf are the fields an integration's source has today, none if it cannot be read.
func (s *Setup) fieldsOf(ctx context.Context, i tenant.Integration) []string {
	source, err := s.Open(ctx, i.Tenant, i.ID)
	if err != nil {
		return nil
	}
	defer source.Close()
	report, err := source.Check(ctx)
	if err != nil {
		return nil
	}
	fields := report.Fields
	for _, record := range report.Sample {
		for _, f := range record.Fields {
			fields = append(fields, f.Name)
		}
	}
	return fields
}
