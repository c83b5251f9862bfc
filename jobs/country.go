package jobs

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ringdex/ringdex/phone"
)

// regionOf reads the country a CRM gives as code or as name, and returns its ISO 3166 code, "" if it is none it knows.
func regionOf(country string) string {
	country = strings.TrimSpace(country)
	if len(country) == 2 || len(country) == 3 {
		if r, err := language.ParseRegion(country); err == nil && phone.IsRegion(r.Canonicalize().String()) {
			return r.Canonicalize().String()
		}
	}
	return countryNames()[foldName(country)]
}

// countryNames maps the names of countries, in the languages that CRM data is mostly kept in (CLDR, through x/text), to
// their codes.
var countryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{"england": "GB", "scotland": "GB", "wales": "GB", "holland": "NL", "usa": "US", "uk": "GB"}
	for _, lang := range []language.Tag{language.English, language.Dutch, language.German, language.French, language.Spanish, language.Italian} {
		namer := display.Regions(lang)
		for _, code := range phone.Regions() {
			r, err := language.ParseRegion(code)
			if err != nil {
				continue
			}
			if name := namer.Name(r); name != "" {
				names[foldName(name)] = code
			}
		}
	}
	return names
})

// foldName compares names of fields and countries as people type them: without blanks and letter case.
func foldName(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}
