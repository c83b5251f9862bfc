package crmsim

import "fmt"

// number is a number in its parts, so that every spelling of it is put together and never parsed.
type number struct {
	country string // calling code without plus
	trunk   string // what is dialled before the area inside the country
	area    string // area code or mobile prefix, without trunk
	local   string
}

func (n number) e164() string { return "+" + n.country + n.area + n.local }

// plan is how one country's numbers begin. Behind each start come seven digits, six where the start says so.
type plan struct {
	code, trunk string
	mobileArea  string
	lineArea    string
	mainArea    string
	mobileRest  string // first digits of the local part
	lineRest    string
	mainRest    string
	short       bool // only six further digits
}

// numbering has the starts used here, all inside ranges the national plans call ordinary mobile or geographic numbers
// (ITU-T E.164 national numbering plans: Netherlands, Germany, United Kingdom, Belgium, France, North America, Switzerland).
var numbering = map[string]plan{
	"NL": {code: "31", trunk: "0", mobileArea: "6", mobileRest: "1", lineArea: "20", mainArea: "30"},
	"DE": {code: "49", trunk: "0", mobileArea: "1511", lineArea: "30", lineRest: "2", mainArea: "89", mainRest: "3"},
	"GB": {code: "44", trunk: "0", mobileArea: "711", lineArea: "20", lineRest: "7", mainArea: "161"},
	"BE": {code: "32", trunk: "0", mobileArea: "47", mobileRest: "1", lineArea: "2", lineRest: "5", mainArea: "3", mainRest: "2", short: true},
	"FR": {code: "33", trunk: "0", mobileArea: "6", mobileRest: "1", lineArea: "1", lineRest: "4", mainArea: "4", mainRest: "4"},
	"US": {code: "1", mobileArea: "212", mobileRest: "2", lineArea: "646", lineRest: "2", mainArea: "415", mainRest: "2", short: true},
	"CH": {code: "41", trunk: "0", mobileArea: "79", lineArea: "44", mainArea: "31"},
}

func (p plan) mobile(i int) number { return p.make(p.mobileArea, p.mobileRest, i) }
func (p plan) line(i int) number   { return p.make(p.lineArea, p.lineRest, i) }
func (p plan) main(i int) number   { return p.make(p.mainArea, p.mainRest, i) }

// make spreads indexes over the local part without meeting twice: 7919 is coprime to ten.
func (p plan) make(area, rest string, i int) number {
	local := fmt.Sprintf("%s%07d", rest, uint64(i+1)*7919%10_000_000)
	if p.short {
		local = fmt.Sprintf("%s%06d", rest, uint64(i+1)*7919%1_000_000)
	}
	return number{country: p.code, trunk: p.trunk, area: area, local: local}
}

// typed writes a number the way somebody typed it: national spellings only at home, as nothing but the record's country
// says where it belongs.
func (c *Contact) typed(n number, mix uint64) string {
	abroad := []func(number) string{spaced, solid, withTrunk, dashed, exitCode, link}
	if c.Country != "NL" {
		return abroad[mix%uint64(len(abroad))](n)
	}
	all := append(abroad, domestic, bracketed, run, dotted, labelled, noted, nonBreaking)
	return all[mix%uint64(len(all))](n)
}

func spaced(n number) string    { return "+" + n.country + " " + n.area + " " + grouped(n.local, " ") }
func solid(n number) string     { return n.e164() }
func dashed(n number) string    { return "+" + n.country + "-" + n.area + "-" + n.local }
func exitCode(n number) string  { return "00" + n.country + " " + n.area + " " + n.local }
func link(n number) string      { return "tel:" + n.e164() }
func domestic(n number) string  { return n.trunk + n.area + "-" + n.local }
func run(n number) string       { return n.trunk + n.area + n.local }
func dotted(n number) string    { return n.trunk + n.area + "." + grouped(n.local, ".") }
func labelled(n number) string  { return "Tel: " + n.trunk + n.area + " " + grouped(n.local, " ") }
func noted(n number) string     { return n.trunk + n.area + "-" + n.local + " (prive)" }
func bracketed(n number) string { return "(" + n.trunk + n.area + ") " + grouped(n.local, " ") }

func nonBreaking(n number) string {
	return "+" + n.country + "\u00a0" + n.area + "\u00a0" + grouped(n.local, "\u00a0")
}

// withTrunk keeps the trunk digit in brackets, where the country has one.
func withTrunk(n number) string {
	if n.trunk == "" {
		return spaced(n)
	}
	return "+" + n.country + " (" + n.trunk + ")" + n.area + " " + n.local
}

// grouped puts a separator after the first three digits and then after each second one.
func grouped(local, separator string) string {
	out := local[:3]
	for i := 3; i < len(local); i += 2 {
		out += separator + local[i:min(i+2, len(local))]
	}
	return out
}
