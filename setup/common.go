package setup

import (
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// Common are the settings every integration has whatever its preset, by the names --set and the API use.
func Common() option.Set {
	percent, zero := 100, 0
	return option.Set{
		{Name: "region", Type: option.Region, Title: "Region", Help: "How national numbers in this CRM are read; the tenant's region if left out.", Example: "NL"},
		{Name: "area_code", Title: "Area code", Help: "For local numbers stored without one, without the leading zero.", Example: "20", Pattern: `[0-9]{1,6}`},
		{Name: "country_field", Title: "Country of the phone", Help: "The record's field that says which country its numbers belong to."},
		{Name: "fax", Type: option.Boolean, Title: "Fax numbers", Help: "Recognise fax numbers too.", Default: "false"},
		{Name: "priority", Type: option.Integer, Title: "Priority", Help: "Lower answers first where several CRMs know a caller.", Default: "0"},
		{Name: "night_from", Title: "Night begins", Help: "Start of the nightly window, in the tenant's time.", Default: "02:00", Pattern: `([01][0-9]|2[0-3]):[0-5][0-9]`},
		{Name: "night_to", Title: "Night ends", Help: "End of the nightly window.", Default: "05:00", Pattern: `([01][0-9]|2[0-3]):[0-5][0-9]`},
		{Name: "max_age", Type: option.Duration, Title: "Longest age", Help: "After how long without a synchronisation the contacts no longer answer.", Example: "90d"},
		{Name: "shrink_percent", Type: option.Integer, Title: "Suspicious drop", Help: "A full synchronisation that loses more than this is held for a person.", Example: "20", Min: &zero, Max: &percent},
		{Name: "shrink_records", Type: option.Integer, Title: "Suspicious drop, at least", Help: "… and more than this many contacts.", Example: "50", Min: &zero},
		{Name: "blocks", List: true, Title: "Number blocks", Help: "Ranges that belong to one company as a whole.", Example: "+49 30 123456xx"},
	}
}

// applyCommon writes the common settings that were given into an integration.
func applyCommon(i *tenant.Integration, v option.Values, given map[string]string) {
	set := func(name string, write func()) {
		for g := range given {
			if strings.ReplaceAll(g, "-", "_") == name {
				write()
			}
		}
	}
	set("region", func() { i.Region = v.Get("region") })
	set("area_code", func() { i.AreaCode = v.Get("area_code") })
	set("country_field", func() { i.CountryField = v.Get("country_field") })
	set("fax", func() { i.Fax = v.Bool("fax") })
	set("priority", func() { i.Priority = v.Int("priority") })
	set("night_from", func() { i.Window.From = v.Get("night_from") })
	set("night_to", func() { i.Window.To = v.Get("night_to") })
	set("max_age", func() { i.AgeLimit = v.Duration("max_age") })
	set("shrink_percent", func() { i.Guard.Percent = v.Int("shrink_percent") })
	set("shrink_records", func() { i.Guard.Records = v.Int("shrink_records") })
	set("blocks", func() { i.Blocks = v.List("blocks") })
}
