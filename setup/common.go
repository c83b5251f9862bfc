package setup

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// commonSetting is a setting every integration has, and where it goes.
type commonSetting struct {
	option.Option
	write func(i *tenant.Integration, v option.Values)
}

// The window of a night where nobody says another.
const nightFrom, nightTo = "02:00", "05:00"

func commonSettings() []commonSetting {
	percent, one := 100, 1
	clock := `([01][0-9]|2[0-3]):[0-5][0-9]`
	return []commonSetting{
		{
			option.Option{Name: "region", Type: option.Region, Title: "Region", Help: "How national numbers in this CRM are read; the tenant's region if left out.", Example: "NL"},
			func(i *tenant.Integration, v option.Values) { i.Region = v.Get("region") },
		}, {
			option.Option{Name: "area_code", Title: "Area code", Help: "For local numbers stored without one, without the leading zero.", Example: "20", Pattern: `[0-9]{1,6}`},
			func(i *tenant.Integration, v option.Values) { i.AreaCode = v.Get("area_code") },
		}, {
			option.Option{Name: "country_field", Title: "Country of the phone", Help: "The record's field that says which country its numbers belong to."},
			func(i *tenant.Integration, v option.Values) { i.CountryField = v.Get("country_field") },
		}, {
			option.Option{Name: "fax", Type: option.Boolean, Title: "Fax numbers", Help: "Recognise fax numbers too.", Default: "false"},
			func(i *tenant.Integration, v option.Values) { i.Fax = v.Bool("fax") },
		}, {
			option.Option{Name: "priority", Type: option.Integer, Title: "Priority", Help: "Lower answers first where several CRMs know a caller.", Default: "0"},
			func(i *tenant.Integration, v option.Values) { i.Priority = v.Int("priority") },
		}, {
			option.Option{Name: "night_from", Type: option.Text, Title: "Night begins", Help: "Start of the nightly window, in the tenant's time.", Default: nightFrom, Pattern: clock},
			func(i *tenant.Integration, v option.Values) { i.Window = window(v.Get("night_from"), i.Window.To) },
		}, {
			option.Option{Name: "night_to", Type: option.Text, Title: "Night ends", Help: "End of the nightly window.", Default: nightTo, Pattern: clock},
			func(i *tenant.Integration, v option.Values) { i.Window = window(i.Window.From, v.Get("night_to")) },
		}, {
			option.Option{Name: "max_age", Type: option.Duration, Title: "Longest age", Help: "After how long without a synchronisation the contacts no longer answer.", Example: "90d"},
			func(i *tenant.Integration, v option.Values) { i.AgeLimit = v.Duration("max_age") },
		}, {
			option.Option{Name: "secret_ends", Title: "Secret ends on", Help: "The day the CRM ends the client secret or API key, if it does: somebody is told a month and a week before.", Example: "2027-06-30", Pattern: `20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`},
			func(i *tenant.Integration, v option.Values) { i.SecretEnds = day(v.Get("secret_ends")) },
		}, {
			option.Option{Name: "shrink_percent", Type: option.Integer, Title: "Suspicious drop", Help: "A full synchronisation that loses more than this is held for a person.", Example: "20", Min: &one, Max: &percent},
			func(i *tenant.Integration, v option.Values) { i.Guard.Percent = v.Int("shrink_percent") },
		}, {
			option.Option{Name: "shrink_records", Type: option.Integer, Title: "Suspicious drop, at least", Help: "… and more than this many contacts.", Example: "50", Min: &one},
			func(i *tenant.Integration, v option.Values) { i.Guard.Records = v.Int("shrink_records") },
		}, {
			option.Option{Name: "objects", List: true, Title: "Objects to copy", Help: "Only these of the CRM's objects are copied; all if left out.", Example: "contact,company"},
			func(i *tenant.Integration, v option.Values) { i.Objects = v.List("objects") },
		}, {
			option.Option{Name: "blocks", List: true, Title: "Number blocks", Help: "Ranges that belong to one company as a whole.", Example: "+49 30 123456xx"},
			func(i *tenant.Integration, v option.Values) { i.Blocks = v.List("blocks") },
		}, {
			option.Option{Name: "pushed", Type: option.Boolean, Title: "Contacts are sent", Help: "The CRM is out of reach: `ringdex push` or your own program sends its contacts, and nothing is read from here.", Default: "false"},
			func(i *tenant.Integration, v option.Values) { i.Pushed = v.Bool("pushed") },
		},
	}
}

// CommonValues are an integration's common settings as [Common] declares them; what is as usual is left out.
func CommonValues(i tenant.Integration) map[string]string {
	all := map[string]string{
		"region": i.Region, "area_code": i.AreaCode, "country_field": i.CountryField, "fax": strconv.FormatBool(i.Fax),
		"priority": strconv.Itoa(i.Priority), "night_from": i.Window.From, "night_to": i.Window.To,
		"objects": strings.Join(i.Objects, ","), "blocks": strings.Join(i.Blocks, "\n"), "pushed": strconv.FormatBool(i.Pushed),
	}
	if i.AgeLimit > 0 {
		all["max_age"] = i.AgeLimit.String()
	}
	if !i.SecretEnds.IsZero() {
		all["secret_ends"] = i.SecretEnds.Format(time.DateOnly)
	}
	if i.Guard.Percent > 0 {
		all["shrink_percent"] = strconv.Itoa(i.Guard.Percent)
	}
	if i.Guard.Records > 0 {
		all["shrink_records"] = strconv.Itoa(i.Guard.Records)
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// Common are the settings every integration has whatever its preset, by the names --set and the API use.
func Common() option.Set {
	var set option.Set
	for _, one := range commonSettings() {
		set = append(set, one.Option)
	}
	return set
}

// applyCommon writes the common settings that were given into an integration; given is in any spelling of the names.
func applyCommon(i *tenant.Integration, v option.Values, given map[string]string) {
	for name := range given {
		for _, one := range commonSettings() {
			if _, ok := (option.Set{one.Option}).Find(name); ok {
				one.write(i, v)
			}
		}
	}
}

// day is the beginning of a day written as the setting's pattern has it; the 31st of a short month is the day after its last.
func day(text string) time.Time {
	var year, month, date int
	if n, _ := fmt.Sscanf(text, "%d-%d-%d", &year, &month, &date); n < 3 {
		return time.Time{}
	}
	return time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC)
}

// window is a nightly window whose ends nobody gave are the usual ones.
func window(from, to string) tenant.Window {
	return tenant.Window{From: cmp.Or(from, nightFrom), To: cmp.Or(to, nightTo)}
}
