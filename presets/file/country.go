package file

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countries finds the ISO code of a country by code or by name in six languages.
type countries map[string]string

// countryLanguages are those whose names of countries are known.
var countryLanguages = []language.Tag{language.English, language.Dutch, language.German, language.French, language.Spanish, language.Italian}

// countryAliases are names in use beside those of CLDR.
var countryAliases = map[string]string{
	"holland": "NL", "the netherlands": "NL", "nl nederland": "NL", "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
	"great britain": "GB", "groot brittannie": "GB", "engeland": "GB", "grossbritannien": "GB", "gb uk": "GB", "usa": "US", "u s a": "US", "u s": "US",
	"united states of america": "US", "america": "US", "vereinigte staaten von amerika": "US", "verenigde staten van amerika": "US",
	"brd": "DE", "federal republic of germany": "DE", "d": "DE", "czech republic": "CZ", "tschechische republik": "CZ", "tsjechische republiek": "CZ",
	"uae": "AE", "vae": "AE", "korea": "KR", "south korea": "KR", "republic of ireland": "IE", "eire": "IE", "russian federation": "RU", "turkey": "TR",
	"ivory coast": "CI", "macedonia": "MK", "swaziland": "SZ", "cape verde": "CV", "b": "BE", "f": "FR", "i": "IT", "a": "AT", "e": "ES", "l": "LU",
}

// theCountries is made once, of tables that do not change.
var theCountries = sync.OnceValue(newCountries)

func newCountries() countries {
	c := countries{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if region, err := language.ParseRegion(string([]rune{a, b})); err == nil && region.IsCountry() && region.Canonicalize() == region {
				c.add(region)
			}
		}
	}
	for name, code := range countryAliases {
		c[name] = code
	}
	return c
}

func (c countries) add(region language.Region) {
	code := region.String()
	c[strings.ToLower(code)] = code
	if iso3 := region.ISO3(); iso3 != "ZZZ" {
		c[strings.ToLower(iso3)] = code
	}
	for _, tag := range countryLanguages {
		if name := display.Regions(tag).Name(region); name != "" {
			c[fold(name)] = code
		}
	}
}

// code is the ISO code of a country, "" if the text names none.
func (c countries) code(text string) string {
	folded := fold(text)
	if code, ok := c[folded]; ok {
		return code
	}
	if open := strings.LastIndexByte(text, '('); open > 0 {
		inside := strings.TrimSuffix(strings.TrimSpace(text[open+1:]), ")")
		if code, ok := c[fold(text[:open])]; ok {
			return code
		}
		return c[fold(inside)]
	}
	return ""
}
