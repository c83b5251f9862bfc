package phone

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// writer writes numbers down in many forms.
type writer struct {
	rnd   *rand.Rand
	other line // a second number of the same region
}

func (w writer) pick(all ...string) string { return all[w.rnd.IntN(len(all))] }

// grouped puts sep between groups of two to four digits.
func (w writer) grouped(digits, sep string) string {
	var b strings.Builder
	for len(digits) > 4 {
		n := 2 + w.rnd.IntN(min(3, len(digits)-2))
		b.WriteString(digits[:n] + sep)
		digits = digits[n:]
	}
	return b.String() + digits
}

// national groups a national number with its trunk prefix in the first group.
func (w writer) national(l line, sep string) string {
	head := len(l.trunk) + 2
	if sep == "/" && len(l.nat) > head+4 {
		return l.nat[:head] + sep + w.grouped(l.nat[head:], w.pick(" ", "-"))
	}
	if len(l.nat) <= head+2 {
		return l.nat
	}
	return l.nat[:head] + sep + w.grouped(l.nat[head:], sep)
}

func (w writer) p(l line) *phonenumbers.PhoneNumber {
	code := 0
	fmt.Sscan(l.code, &code)
	return proto(code, l.nsn)
}

// core writes the forms that any phone book has.
func (w writer) core(l line, i int) []row {
	var rows []row
	add := func(form, text string) {
		rows = append(rows, row{form: form, group: groupCore, region: l.region, text: text, want: []string{l.e164()}})
	}
	intl := w.grouped(l.nsn, " ")
	add("E.164", l.e164())
	add("international", phonenumbers.Format(w.p(l), phonenumbers.INTERNATIONAL))
	add("international grouped", "+"+l.code+w.pick(" ", "-", ".")+w.grouped(l.nsn, w.pick(" ", "-", ".")))
	add("international brackets", fmt.Sprintf("%s (%s) %s", "+"+l.code, l.nsn[:2], w.grouped(l.nsn[2:], w.pick(" ", "-"))))
	add("exit code 00", "00"+w.pick("", " ")+l.code+" "+intl)
	if l.exit != "00" {
		add("exit code of the region", l.exit+" "+l.code+" "+intl)
	}
	add("tel:", "tel:+"+l.code+w.pick("", "-")+w.grouped(l.nsn, "-"))
	if l.zero {
		add("(0)", w.pick("+", "00")+l.code+w.pick(" (0)", " (0) ", "(0)", "-(0)-")+w.grouped(l.nsn, w.pick(" ", "-")))
		add("trunk after code", "+"+l.code+w.pick(" ", "")+"0"+w.grouped(l.nsn, " "))
	}
	rows = append(rows, w.coreNational(l)...)
	return rows
}

func (w writer) coreNational(l line) []row {
	var rows []row
	if shortOrLocal(l) || otherReading(l, l.nat) {
		return nil
	}
	add := func(form, text string) {
		rows = append(rows, row{form: form, group: groupCore, region: l.region, text: text, want: []string{l.e164()}})
	}
	add("national", phonenumbers.Format(w.p(l), phonenumbers.NATIONAL))
	add("national digits", l.nat)
	add("national grouped", w.national(l, w.pick(" ", "-", ".", "/")))
	if l.zero && len(l.nsn) > 6 {
		add("national brackets", "("+l.nat[:3]+")"+w.pick(" ", "")+w.grouped(l.nat[3:], w.pick(" ", "-")))
	}
	return rows
}

// shortOrLocal leaves out what rule 7 makes a number of its region only.
func shortOrLocal(l line) bool {
	return l.region == "NL" && strings.HasPrefix(l.nsn, "14")
}

// hard writes the forms of imported, typed and pasted texts.
func (w writer) hard(l line) []row {
	var rows []row
	add := func(form, text string, want ...string) {
		if len(want) == 0 {
			want = []string{l.e164()}
		}
		rows = append(rows, row{form: form, group: groupHard, region: l.region, text: text, want: want})
	}
	intl := "+" + l.code + " " + w.grouped(l.nsn, " ")
	some := intl
	if !shortOrLocal(l) && !otherReading(l, l.nat) && w.rnd.IntN(2) == 0 && len(l.nat) > 7 {
		some = w.national(l, w.pick(" ", "-"))
	}
	add("extension", some+w.pick(" ext 22", " x22", "x22", " ext. 22", ", ext 22", " #22", ";ext=22", " toestel 22", " poste 22", " доб. 22", " int. 22", " anexo 22", " ramal 22", " wew. 22", " linka 22", " mellék 22", " ankn. 22", " dahili 22", " 内線22", " 转22", " 내선 22", " داخلي 22", " שלוחה 22", " εσωτ. 22", " вн. 22", " (ext 22)", " Nebenstelle 22", " lok. 22", " alanumero 22", " 分机22", " máy lẻ 22", " klapka 22", " lokal 22", " interno 22", " ramal: 22", " ext no. 22", ",,22", "p22", " Ext.22", " ~22"))
	rows[len(rows)-1].ext = "22"
	add("label before", w.pick("Tel. ", "Tel: ", "Mob: ", "mobile ", "T ", "M: ", "Phone: ", "Office ", "Handy: ", "Telefon: ", "тел. ", "電話 ", "GSM ", "Tél : ", "Fax: ", "T.", "tel", "Tel 2: ", "TEL;TYPE=CELL:", "(M) ", "[home] ", "Phone number: ", "Mobile no. ", "numéro: ", "tlf. ", "puh. ", "τηλ. ", "โทร. ", "☎ ", "📞")+some)
	add("name before", w.pick("Jan de Vries ", "Ms. Ada: ", "Zentrale - ", "Бухгалтерия ", "山田 ")+some)
	add("note behind", some+w.pick(" (work)", " after 5 pm", " - ask for Jan", ", office", " (2)", " until 17:00", " sinds 12-03-2019", " privat", "  (mobil)", " *new*", " 24/7", " 9-17", " 09:00-17:00", " (12-03-2019)", " 2nd floor", " (reception, room 12)", " - 50% off", " <jan@example.com>"))
	add("invisible marks", w.pick("\u202a", "\ufeff", "\u200b", "\u200e")+strings.ReplaceAll(some, " ", w.pick("\u00a0", "\u2009", "\u202f", " \u200b"))+w.pick("\u202c", "", "\u200b"))
	add("odd spaces", oddSpaces(some, w.rnd))
	add("odd dashes", strings.NewReplacer(" ", w.pick("–", "‑", " – ", "−", "—"), "-", "‐").Replace(some))
	add("other scripts", scriptDigits(some, w.rnd))
	add("full width", fullWidth(some))
	add(`="…"`, `="`+w.pick(l.e164(), "00"+l.code+l.nsn)+`"`)
	add("quoted", w.pick("'", "\"", "")+some+w.pick("'", "\"", " "))
	add("sip link", w.pick("sip:", "sips:", "<sip:", "\"Jan\" <sip:")+l.e164()+w.pick("@example.com", "@10.0.0.1:5060;user=phone", "@h.example>", ";verstat=TN-Validation-Passed@h"))
	add("entities", strings.NewReplacer("+", "%2B", " ", "%20").Replace(intl))
	if strings.Contains(some, "0") {
		add("letter O", strings.Replace(some, "0", w.pick("O", "o"), 1+w.rnd.IntN(2)))
	}
	if l.zero {
		add("exit and (0)", "00"+l.code+" (0) "+w.grouped(l.nsn, " "))
		add("slash", "0"+l.nsn[:2]+" / "+l.nsn[2:])
	}
	rows = append(rows, w.hardLost(l)...)
	rows = append(rows, w.hardSeveral(l, some)...)
	rows = append(rows, w.hardVanity(l)...)
	rows = append(rows, w.hardLinks(l, some)...)
	rows = append(rows, w.hardLetters(l)...)
	if l.code == "49" || l.code == "43" {
		rows = append(rows, w.hardDurchwahl(l)...)
		rows = append(rows, w.hardHyphens(l)...)
	}
	return rows
}

// hardLost writes forms in which a plus or zero was lost. Texts with two readings must give none.
func (w writer) hardLost(l line) []row {
	var rows []row
	want := func(ambiguous bool) []string {
		if ambiguous {
			return nil
		}
		return []string{l.e164()}
	}
	add := func(form, text string, ambiguous bool) {
		rows = append(rows, row{form: form, group: groupHard, region: l.region, text: text, want: want(ambiguous)})
	}
	full := l.code + l.nsn
	if len(full) >= 9 {
		ambiguous := full != l.nat && natReading(l, full)
		add("lost plus", full, ambiguous)
		add("float", full+".0", ambiguous)
		add("scientific", full[:1]+"."+full[1:]+fmt.Sprintf("E+%d", len(full)-1), ambiguous)
	}
	if l.zero && len(l.nsn) >= 9 {
		ambiguous := lostPlusReading(l, l.nsn)
		add("lost zero", l.nsn, ambiguous)
		add("lost zero float", l.nsn+".0", ambiguous)
	}
	return rows
}

// natReading reports whether digits are also a national number, with or without trunk prefix.
func natReading(l line, digits string) bool {
	if validAs(l.code, digits) {
		return true
	}
	rest, ok := strings.CutPrefix(digits, "8")
	return ok && l.trunk == "8" && validAs(l.code, rest)
}

func lostPlusReading(l line, digits string) bool {
	rest, ok := strings.CutPrefix(digits, l.code)
	return ok && validAs(l.code, rest)
}

// hardSeveral writes two numbers into one text.
func (w writer) hardSeveral(l line, some string) []row {
	var rows []row
	add := func(form, text string, want ...string) {
		rows = append(rows, row{form: form, group: groupHard, region: l.region, text: text, want: want})
	}
	o := w.other
	if o.e164() != l.e164() {
		second := "+" + o.code + " " + w.grouped(o.nsn, " ")
		if !otherReading(o, o.nat) && !shortOrLocal(o) && len(o.nat) > 6 && w.rnd.IntN(2) == 0 {
			second = w.national(o, w.pick(" ", "-"))
		}
		add("two numbers", some+w.pick(" / ", "/", "; ", ", ", " or ", " | ", "\n", "\t", "  ", " of ", " oder ", " und ", " - ", " & ", " Mob: ")+second, l.e164(), o.e164())
	}
	last := (l.nsn[len(l.nsn)-1]-'0'+1+byte(w.rnd.IntN(8)))%10 + '0'
	next := l.nsn[:len(l.nsn)-1] + string(rune(last))
	if validAs(l.code, next) && len(l.nsn) > 5 {
		add("neighbour", some+w.pick("/", " / ")+string(rune(last)), l.e164(), "+"+l.code+next)
	}
	return rows
}

// hardVanity writes the last digits of a freephone number as letters.
func (w writer) hardVanity(l line) []row {
	if l.kind != phonenumbers.TOLL_FREE && l.kind != phonenumbers.PREMIUM_RATE && l.kind != phonenumbers.SHARED_COST || len(l.nsn) < 9 || shortOrLocal(l) {
		return nil
	}
	cut := len(l.nat) - 6
	letters := ""
	for _, d := range l.nat[cut:] {
		if d < '2' {
			return nil
		}
		letters += []string{"", "", "A", "D", "G", "J", "M", "P", "T", "W"}[d-'0']
	}
	text := l.nat[:cut] + w.pick("-", " ") + letters
	return []row{{form: "vanity", group: groupHard, region: l.region, text: text, want: []string{l.e164()}}}
}

// hardDurchwahl writes a German or Austrian head number with direct-dial digits.
func (w writer) hardDurchwahl(l line) []row {
	if l.kind != phonenumbers.FIXED_LINE || len(l.nsn) < 7 || len(l.nsn) > 10 {
		return nil
	}
	stem := l.nsn[:len(l.nsn)-2]
	dial := l.nsn[len(l.nsn)-2:]
	if !validAs(l.code, stem+"0") {
		return nil
	}
	text := w.pick("+"+l.code+" ", "0") + stem[:3] + w.pick(" ", "/", " / ") + stem[3:] + w.pick("-0 Durchwahl ", "-0 DW ", "-0 (DW ", " - 0 DW ", "-0 Durchw. ", "-0 Kl. ") + dial
	if strings.Contains(text, "(") {
		text += ")"
	}
	return []row{{form: "Durchwahl", group: groupHard, region: l.region, text: text, want: []string{l.e164()}}}
}

func oddSpaces(s string, rnd *rand.Rand) string {
	var b strings.Builder
	for i, r := range s {
		b.WriteRune(r)
		if r >= '0' && r <= '9' && i > 3 && rnd.IntN(3) == 0 {
			b.WriteString([]string{" ", "\u00a0", "\u2003", "\u202f", "\t", "\u3000"}[rnd.IntN(6)])
		}
	}
	return b.String()
}

func scriptDigits(s string, rnd *rand.Rand) string {
	zero := []rune{'٠', '۰', '०', '০', '๐', '０', '௦', '၀', '𝟎'}[rnd.IntN(9)]
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// junk writes texts that hold no phone number, and digits that are none in this region.
func (w writer) junk(l line, foreign []line) []row {
	var rows []row
	add := func(form, text string) {
		rows = append(rows, row{form: form, group: groupJunk, region: l.region, text: text})
	}
	n := func(lo, hi int) int { return lo + w.rnd.IntN(hi-lo+1) }
	add("date", fmt.Sprintf(w.pick("%[1]d-%02[2]d-%02[3]d", "%02[3]d-%02[2]d-%[1]d", "%02[3]d.%02[2]d.%[1]d", "%02[2]d/%02[3]d/%[1]d"), n(1950, 2030), n(1, 12), n(1, 28)))
	add("date and time", fmt.Sprintf("%d-%02d-%02d%s%02d:%02d:%02d", n(1990, 2030), n(1, 12), n(1, 28), w.pick(" ", "T"), n(0, 23), n(0, 59), n(0, 59)))
	add("time", fmt.Sprintf("%02d:%02d%s", n(0, 23), n(0, 59), w.pick("", " - 17:30", ":30")))
	add("price", fmt.Sprintf(w.pick("€ %d,%02d", "%d,%02d EUR", "$%d.%02d", "USD %d.%02d", "£ %d.%02d"), n(1, 9999999), n(0, 99)))
	add("grouped price", fmt.Sprintf(w.pick("%d.%03d,%02d", "%d.%03d.%03[2]d,%02d"), n(1, 999), n(0, 999), n(0, 99)))
	add("IBAN", fmt.Sprintf(w.pick("NL%02d ABNA %04d %04d %02d", "DE%02d %04d %04d %04d %04[2]d %02d", "GB%02dNWBK%04d%04d%04[2]d%02d"), n(10, 98), n(0, 9999), n(0, 9999), n(0, 9999), n(0, 99)))
	add("postal code", fmt.Sprintf(w.pick("%d AB Amsterdam", "%d Berlin", "D-1%d Berlin", "SW1A %dAA", "Springfield, IL 6%d"), n(1000, 9999)))
	add("order number", fmt.Sprintf(w.pick("Order %d", "PO-%d", "INV-2021-%07d", "Bestellung Nr. %d", "factuur %d", "ref: %d", "Invoice no. %d", "RE%d"), n(10000000, 999999999)))
	add("IP address", fmt.Sprintf("%d.%d.%d.%d", n(1, 255), n(0, 255), n(0, 9), n(1, 255)))
	add("lossy scientific", fmt.Sprintf("%s.%sE+%d", l.code[:1], l.nsn[:2], len(l.code+l.nsn)-1))
	add("years", fmt.Sprintf("%d%s%d", n(1950, 1999), w.pick("-", " - ", "–", "/"), n(2000, 2030)))
	add("amount in words", fmt.Sprintf(w.pick("%d kr", "Rs. %d", "%d円", "%d zł", "CHF %d", "%d euro", "₹%d"), n(10000, 99999999)))
	add("identifier", fmt.Sprintf(w.pick("P%08d", "AB%09d", "550e8400-e29b-41d4-a716-%012d", "v1.%d", "ISBN 978-90-%d-3964-2", "KvK %08d", "VAT GB%09d", "IMEI %015d", "SKU-%d", "#%d", "BSN %09d", "52.%d, 4.895168"), n(1000000, 99999999)))
	add("address", fmt.Sprintf(w.pick("Main St %d, Springfield", "%d Main Street", "Postbus %d", "P.O. Box %d", "Hauptstr. %d", "room %d", "Suite %d"), n(1, 99999)))
	add("web", fmt.Sprintf(w.pick("https://example.com/%d", "info%d@example.com", "www.example.com/?id=%d", "@jan%d", "sip:jan%d@h"), n(1000000, 99999999)))
	add("words", w.pick("n/a", "-", "unknown", "?", "geen", "siehe oben", "see notes", "ask reception", "none", "x", "0", "00000000", "000-0000", "tbd 2", "n.v.t."))
	rows = append(rows, w.junkDigits(l, foreign)...)
	rows = append(rows, w.junkCodes(l)...)
	return rows
}

// junkDigits writes digits that are too few, too many, or another country's.
func (w writer) junkDigits(l line, foreign []line) []row {
	var rows []row
	add := func(form, text string) {
		rows = append(rows, row{form: form, group: groupJunk, region: l.region, text: text})
	}
	short := l.nsn[:len(l.nsn)-1-w.rnd.IntN(2)]
	if !validAs(l.code, short) && !validAs(l.code, strings.TrimPrefix(short, l.trunk)) && !repairs(l.code, short) {
		add("truncated international", "+"+l.code+" "+w.grouped(short, " "))
		if digits := l.trunk + short; noReading(l, digits) {
			add("truncated national", digits)
		}
	}
	long := l.nsn + fmt.Sprint(10+w.rnd.IntN(90))
	if !validAs(l.code, long) && !validAs(l.code, strings.TrimPrefix(long, l.trunk)) && !repairs(l.code, long) {
		add("overlong international", "+"+l.code+" "+w.grouped(long, " "))
		if digits := l.trunk + long; noReading(l, digits) {
			add("overlong national", digits)
		}
	}
	if len(foreign) > 0 {
		f := foreign[w.rnd.IntN(len(foreign))]
		if f.code != l.code && noReading(l, f.nat) {
			add("foreign national", w.national(f, w.pick(" ", "-", "")))
		}
	}
	return rows
}

// repairs reports whether the comparison table knows such digits as an older or neighbouring form of a valid number.
func repairs(code, nsn string) bool {
	return code == "52" || code == "54" || code == "39" || code == "33" || code == "378"
}

// noReading reports whether digits are no number of the region in any way: not as they stand, not without trunk prefix,
// calling code or exit code.
func noReading(l line, digits string) bool {
	m := planOf(l.region)
	rests := []string{digits}
	for _, prefix := range []string{m.trunk, "0", l.code, "00", l.exit} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && prefix != "" {
			rests = append(rests, rest)
		}
	}
	for _, rest := range rests {
		if validAs(l.code, rest) || validAs(l.code, strings.TrimPrefix(rest, m.trunk)) {
			return false
		}
	}
	return !strings.HasPrefix(digits, "00") && (l.exit == "" || !strings.HasPrefix(digits, l.exit)) && !repairs(l.code, digits)
}

// abroad writes a foreign number in a region, in the ways that say where it belongs.
func (w writer) abroad(home line, foreign []line) []row {
	if len(foreign) == 0 {
		return nil
	}
	f := foreign[w.rnd.IntN(len(foreign))]
	var rows []row
	add := func(group group3, form, text string) {
		rows = append(rows, row{form: form, group: group, region: home.region, text: text, want: []string{f.e164()}})
	}
	intl := f.code + " " + w.grouped(f.nsn, " ")
	add(groupCore, "foreign international", "+"+intl)
	if exit := w.exitOf(home); f.code != home.code && !w.exitClash(home, exit+f.code+f.nsn) {
		add(groupCore, "foreign behind the region's exit code", exit+w.pick(" ", "-", "")+intl)
	}
	if f.code != home.code && !w.exitClash(home, "00"+f.code+f.nsn) {
		add(groupCore, "foreign behind 00", "00"+intl)
		if f.zero {
			add(groupHard, "foreign 00 and (0)", "00"+f.code+" (0) "+w.grouped(f.nsn, " "))
		}
	}
	if f.zero && f.code != home.code {
		add(groupCore, "foreign (0)", "+"+f.code+" (0)"+w.grouped(f.nsn, " "))
	}
	return rows
}

// exitOf gives one of the ways to dial out of a region.
func (w writer) exitOf(l line) string {
	m, _ := metadata.RegionMetadata(l.region)
	return randomMatch(m.GetInternationalPrefix(), w.rnd)
}

// exitClash reports whether digits behind an exit code are also a national number, or another number behind a shorter or
// longer exit code.
func (w writer) exitClash(l line, digits string) bool {
	m, _ := metadata.RegionMetadata(l.region)
	if validAs(l.code, digits) || validAs(l.code, strings.TrimPrefix(digits, m.GetNationalPrefix())) {
		return true
	}
	readable := 0
	for cut := 1; cut < 8 && cut < len(digits); cut++ {
		if exit := digits[:cut]; exit == "00" || regexp.MustCompile("^(?:"+m.GetInternationalPrefix()+")$").MatchString(exit) {
			for width := 1; width <= 3 && cut+width < len(digits); width++ {
				if rest := digits[cut:]; rest[0] != '0' && validAs(rest[:width], rest[width:]) {
					readable++
				}
			}
		}
	}
	return readable > 1
}
