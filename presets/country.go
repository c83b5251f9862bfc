package presets

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// Country is the ISO 3166 alpha-2 code of a country given as code or as name in one of six languages, as CRMs and
// spreadsheets hold it; "" if the text names none.
func Country(text string) string { return theCountries().code(text) }

// countries are codes by folded code or name.
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
			c[FoldName(name)] = code
		}
	}
}

// code is the ISO code of a country, "" if the text names none.
func (c countries) code(text string) string {
	folded := FoldName(text)
	if code, ok := c[folded]; ok {
		return code
	}
	if open := strings.LastIndexByte(text, '('); open > 0 {
		inside := strings.TrimSuffix(strings.TrimSpace(text[open+1:]), ")")
		if code, ok := c[FoldName(text[:open])]; ok {
			return code
		}
		return c[FoldName(inside)]
	}
	return ""
}

// FoldName makes spellings of a name alike: lower case, no accents, a blank for every run of other signs than letters and digits.
func FoldName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ReplaceAll(name, "ß", "ss"))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
