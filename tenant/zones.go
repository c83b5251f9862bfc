package tenant

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// zonesText has a line for each region: the region, a tab, its time zones joined by commas; zones that have shown the same time
// since 2024 are joined by "=", and the first of them stands for all. It is made of zone.tab of the IANA time zone database
// (public domain; the version is in the first line); `go test ./tenant -run TestZones -update` makes it again.
//
//go:embed zones.tsv
var zonesText string

// zonesOf returns the time zones of a region that differ today; nil for an unknown region.
func zonesOf(region string) []string {
	groups := zoneGroups(region)
	for i, group := range groups {
		groups[i], _, _ = strings.Cut(group, "=")
	}
	return groups
}

// inRegion tells whether a zone is one of the region's, also one that another stands for.
func inRegion(region, zone string) bool {
	return slices.ContainsFunc(zoneGroups(region), func(group string) bool {
		return slices.Contains(strings.Split(group, "="), zone)
	})
}

func zoneGroups(region string) []string {
	if len(region) != 2 {
		return nil
	}
	_, rest, ok := strings.Cut(zonesText, "\n"+region+"\t")
	if !ok {
		return nil
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Split(line, ",")
}

// checkZone refuses what is not a name of the IANA database. "Local" and "" would depend on the machine.
func checkZone(name string, zones []string) *option.Problem {
	_, err := time.LoadLocation(name)
	if err == nil && name != "Local" && strings.Contains(name, "/") || name == "UTC" {
		return nil
	}
	return &option.Problem{
		Option: "timezone", Code: option.CodeMalformed, Text: wording.New("tenant.name_not_time_zone", `"{Name}" is not a time zone`, "Name", printable(name)), Hint: someZones(zones),
	}
}
