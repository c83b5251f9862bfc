package tenant

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write golden files and zones.tsv again")

// zoneTab is where Debian's tzdata puts the IANA table of regions and zones.
const zoneTab = "/usr/share/zoneinfo/zone.tab"

// TestZonesData: the table covers the regions of the IANA database, and every zone in it exists.
func TestZonesData(t *testing.T) {
	if *update {
		writeZones(t)
	}
	regions := 0
	for line := range strings.Lines(zonesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		regions++
		region, _, _ := strings.Cut(line, "\t")
		zones := zonesOf(region)
		if len(zones) == 0 {
			t.Errorf("%s has no zones", region)
		}
		for _, zone := range zones {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Errorf("%s: %v", region, err)
			}
		}
	}
	if regions < 240 {
		t.Errorf("%d regions, expected those of ISO 3166", regions)
	}
}

// TestZones: a region whose zones keep the same time counts as having one.
func TestZones(t *testing.T) {
	for region, want := range map[string]int{"NL": 1, "DE": 1, "GB": 1, "FR": 1, "ES": 2, "XX": 0, "": 0, "nl": 0, "A": 0} {
		if got := zonesOf(region); len(got) != want {
			t.Errorf("zonesOf(%q) = %v, want %d", region, got, want)
		}
	}
	if us := zonesOf("US"); len(us) < 6 || us[0] != "America/New_York" {
		t.Errorf("zonesOf(US) = %v", us)
	}
}

// TestKnownZones: every zone of a region is known as one, also where another stands for it.
func TestKnownZones(t *testing.T) {
	for _, c := range []struct {
		region, zone string
		want         bool
	}{
		{"DE", "Europe/Busingen", true},
		{"AU", "Australia/Sydney", true},
		{"NL", "Europe/Amsterdam", true},
		{"NL", "Europe/Berlin", false},
		{"NL", "Europe/Amster", false},
		{"XX", "UTC", false},
	} {
		if got := inRegion(c.region, c.zone); got != c.want {
			t.Errorf("inRegion(%s, %s) = %v", c.region, c.zone, got)
		}
	}
}

// writeZones makes zones.tsv of the machine's zone.tab.
func writeZones(t *testing.T) {
	t.Helper()
	file, err := os.Open(zoneTab)
	if err != nil {
		t.Skip("no zone.tab here: ", err)
	}
	defer func() { _ = file.Close() }()
	all := map[string][][]string{"XK": {{"Europe/Belgrade"}}} // not in ISO 3166, in the numbering plans
	for lines := bufio.NewScanner(file); lines.Scan(); {
		parts := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(lines.Text(), "#") || len(parts) < 3 {
			continue
		}
		groups := all[parts[0]]
		at := slices.IndexFunc(groups, func(g []string) bool { return sameTime(t, g[0], parts[2]) })
		if at < 0 {
			all[parts[0]] = append(groups, []string{parts[2]})
			continue
		}
		groups[at] = append(groups[at], parts[2])
	}
	var b strings.Builder
	b.WriteString("# region, time zones; from zone.tab of the IANA time zone database (public domain), tzdata 2025b\n")
	regions := make([]string, 0, len(all))
	for region := range all {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	for _, region := range regions {
		groups := make([]string, len(all[region]))
		for i, g := range all[region] {
			slices.SortStableFunc(g, inhabitedFirst)
			groups[i] = strings.Join(g, "=")
		}
		fmt.Fprintf(&b, "%s\t%s\n", region, strings.Join(groups, ","))
	}
	if err := os.WriteFile("zones.tsv", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	zonesText = b.String()
}

// inhabitedFirst keeps a research station from standing for a country.
func inhabitedFirst(a, b string) int {
	far := func(zone string) int { return strings.Count(zone, "Antarctica/") }
	return far(a) - far(b)
}

// sameTime tells whether two zones show the same time from 2024 to 2029.
func sameTime(t *testing.T, a, b string) bool {
	t.Helper()
	first, err := time.LoadLocation(a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := time.LoadLocation(b)
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(12 * time.Hour) {
		_, x := at.In(first).Zone()
		_, y := at.In(second).Zone()
		if x != y {
			return false
		}
	}
	return true
}
