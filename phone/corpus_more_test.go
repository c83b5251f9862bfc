package phone

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
)

// hardLinks writes parameters, pairs of labels and messengers' links.
func (w writer) hardLinks(l line, some string) []row {
	var rows []row
	add := func(form, text, ext string, want ...string) {
		rows = append(rows, row{form: form, group: groupHard, region: l.region, text: text, want: append(want, l.e164()), ext: ext})
	}
	add("parameter", w.pick(some, "Tel: "+some, "tel:+"+l.code+"-"+w.grouped(l.nsn, "-"))+";ext=22", "22")
	add("link of a messenger", w.pick("https://wa.me/", "wa.me/", "https://api.whatsapp.com/send?phone=")+l.code+l.nsn+w.pick("", "?text=hi", "&text=1234567"), "")
	add("header of a call", w.pick(`"Ada" <sip:`, "From: <sips:")+l.e164()+"@example.com"+w.pick(";user=phone>", ">")+fmt.Sprintf(";tag=%d", 1000000000+w.rnd.IntN(999999999)), "")
	if o := w.other; o.e164() != l.e164() && len(l.nsn) > 5 && len(o.nsn) > 5 {
		second := "+" + o.code + " " + w.grouped(o.nsn, " ")
		add("two labels", w.pick("Tel: ", "T: ", "Tel:", "Phone: ")+some+w.pick("; ", ", ", " ", " / ")+w.pick("Mobile ", "M: ", "mob. ", "Handy: ")+second, "", o.e164())
		add("two joined", some+w.pick(" + ", " en/of ", " and ", " eller ")+w.pick(second, "00"+o.code+" "+w.grouped(o.nsn, " ")), "", o.e164())
	}
	return rows
}

// hardLetters writes l and I for 1, also where a whole group is made of them.
func (w writer) hardLetters(l line) []row {
	one := w.pick("l", "I")
	text := "+" + l.code + " " + strings.ReplaceAll(w.grouped(l.nsn, " "), "1", one)
	if !strings.Contains(text, one) || len(l.nsn)-strings.Count(text, one) < 4 || strings.Contains(text, one+one+one) {
		return nil
	}
	return []row{{form: "letter l or I", group: groupHard, region: l.region, text: text, want: []string{l.e164()}}}
}

// hardHyphens writes neighbours behind an area code and a slash, as German and Austrian companies print them.
func (w writer) hardHyphens(l line) []row {
	if l.kind != phonenumbers.FIXED_LINE || len(l.nsn) < 8 || !l.zero {
		return nil
	}
	stem, last := l.nsn[:len(l.nsn)-2], l.nsn[len(l.nsn)-2:]
	next := fmt.Sprintf("%02d", w.rnd.IntN(100))
	if next == last || !validAs(l.code, stem+next) {
		return nil
	}
	text := w.pick("0", "+"+l.code+" ") + stem[:3] + w.pick("/", " / ") + stem[3:] + "-" + last + w.pick("/", "/-", " / ", " / -", ", -") + next
	return []row{{form: "neighbour behind an area code", group: groupHard, region: l.region, text: text, want: []string{l.e164(), "+" + l.code + stem + next}}}
}

// junkCodes writes numbers of other registers with the marks that tell them from phone numbers.
func (w writer) junkCodes(l line) []row {
	var rows []row
	add := func(form, text string) {
		rows = append(rows, row{form: form, group: groupJunk, region: l.region, text: text})
	}
	n := func(lo, hi int) int { return lo + w.rnd.IntN(hi-lo+1) }
	add("UUID", fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", w.rnd.Uint32(), n(0, 65535), n(0, 4095), n(0, 4095), w.rnd.Int64N(1<<48)))
	add("hexadecimal", fmt.Sprintf("00%dDB%dE%dF", n(20, 99), n(100000, 9999999), n(10, 99)))
	add("VAT number", fmt.Sprintf(w.pick("BE 0%[1]d.%[2]d.%[3]d", "GB %[1]d %[2]d%[4]d %[5]d", "NL.%[1]d%[2]d%[3]d.B01", "FR%[5]d %[1]d%[2]d%[3]d", "USt-IdNr. DE%[1]d%[2]d%[3]d"), n(100, 999), n(100, 999), n(100, 999), n(0, 9), n(10, 99)))
	add("number of a customer", fmt.Sprintf(w.pick("Customer ID %d", "Kundennummer %d", "Vertrag %d", "klantnr %d", "Auftragsnummer %d", "contract no. %d", "lidnummer %d", "Commande n° %d", "id=%d"), n(10000000, 9999999999)))
	add("network", fmt.Sprintf("%d.%d.%d.%d%s", n(101, 255), n(100, 255), n(0, 9), n(1, 255), w.pick("/24", ":8080", "/16, 10.0.0.1")))
	add("degrees", fmt.Sprintf(`%d°%02d'%02d.%d"N %d°%02d'%02d.%d"E`, n(0, 89), n(0, 59), n(0, 59), n(0, 9), n(0, 179), n(0, 59), n(0, 59), n(0, 9)))
	add("street and town", fmt.Sprintf(w.pick("Hauptstr. %d, %d Berlin", "Kalverstraat %d, %[2]d AB Amsterdam", "Main St %d, Springfield, IL %d"), n(1, 200), n(10000, 99999)))
	add("date and hours", fmt.Sprintf("%02d.%02d.%d, %02d.%02d%s", n(1, 28), n(1, 12), n(1950, 2030), n(0, 23), n(0, 59), w.pick("", " Uhr")))
	return rows
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return '\u3000'
		}
		return r + 0xFEE0
	}, s)
}
