package phone

import "strings"

// isWithheld reports whether a phone system says that it does not know or may not tell the caller. Sources of the
// words: RFC 3323 (anonymous@anonymous.invalid), 3GPP TS 24.607, Asterisk and FreeSWITCH caller-id defaults, Cisco
// letter codes P O U V; the long codes are ANONYMOUS, RESTRICTED and UNAVAILABLE cut and typed on a keypad.
func isWithheld(s string) bool {
	if strings.Trim(s, "0+ ") == "" || len(s) > 2 && strings.Trim(s, "9+ ") == "" {
		return true
	}
	if isWithheldCode(s) {
		return true
	}
	switch strings.ToLower(strings.Trim(s, " .<>\"'()")) {
	case "", "anonymous", "anonymous.invalid", "asserted-none", "private", "restricted", "unknown", "unavailable",
		"p", "o", "u", "v",
		"withheld", "blocked", "hidden", "anon", "no number", "not available", "unknown caller", "private caller", "private number",
		"out of area", "outofarea", "payphone", "caller id blocked", "withheld number", "blocked number", "none", "null", "undefined", "n/a",
		"anoniem", "afgeschermd", "onbekend", "privé", "prive", "geheim", "privénummer", "privenummer", "verborgen", "geheim nummer",
		"onbekend nummer", "anonieme beller", "nummer onbekend", "niet beschikbaar", "geblokkeerd", "afgeschermd nummer", "privé nummer",
		"anonym", "unterdrückt", "unterdrueckt", "unbekannt", "privat", "nicht verfügbar", "unbekannter anrufer", "unbekannte nummer",
		"rufnummer unterdrückt", "nummer unterdrückt", "unbekannter teilnehmer", "anonymer anrufer", "private nummer", "gesperrt", "geheime nummer",
		"anonyme", "masqué", "masque", "inconnu", "numéro masqué", "numero masque", "numéro privé", "numéro inconnu", "appel masqué", "appelant inconnu",
		"secret", "numéro secret", "indisponible", "non disponible", "appel anonyme", "appelant anonyme", "caché", "numéro caché":
		return true
	}
	return false
}

// isWithheldCode reports whether digits are ANONYMOUS, RESTRICTED or UNAVAILABLE typed on a keypad.
func isWithheldCode(s string) bool {
	return s == "266696687" || s == "7378742833" || s == "82282452253"
}
