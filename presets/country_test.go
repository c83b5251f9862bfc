package presets

import "testing"

// Countries are read as codes and as names; what is none gives none.
func TestCountry(t *testing.T) {
	for text, want := range map[string]string{
		"NL": "NL", "nl": "NL", "NLD": "NL", "Nederland": "NL", "The Netherlands": "NL", "Niederlande": "NL", "Pays-Bas": "NL", "Holland": "NL", "Nederland (NL)": "NL",
		"Duitsland": "DE", "Deutschland": "DE", "Germany": "DE", "D": "DE", "België": "BE", "Belgique": "BE", "UK": "GB", "United Kingdom": "GB", "Verenigd Koninkrijk": "GB",
		"USA": "US", "United States": "US", "Österreich": "AT", "Oostenrijk": "AT", "España": "ES", "Schweiz": "CH", "Türkei": "TR", "": "", "Amsterdam": "", "XX": "", "EU": "", " Nederland ": "NL", "GBR": "GB", "Estados Unidos": "US", "Germania": "DE", "Atlantis": "", "31": "",
	} {
		if got := Country(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
