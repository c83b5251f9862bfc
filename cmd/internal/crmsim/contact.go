package crmsim

import (
	"fmt"
	"strings"
	"time"
)

// Contact is one person of the fake CRM.
type Contact struct {
	Index   int
	First   string
	Last    string
	Company string
	Email   string
	Country string // ISO code of its numbers
	Phone   string // as typed; may be empty or no number
	Mobile  string // as typed; may be empty, or hold two numbers
	Changed time.Time
	Deleted bool

	truth []string // E.164 of every number in Phone and Mobile, in this order
}

// ID is the contact's id in the CRM's own shape.
func (c *Contact) ID() string { return fmt.Sprintf("c-%07d", c.Index+1) }

// Name is the full name.
func (c *Contact) Name() string { return c.First + " " + c.Last }

// Numbers are the contact's true numbers in E.164, known by construction.
func (c *Contact) Numbers() []string { return c.truth }

// contactsPerCompany people share one main number.
const contactsPerCompany = 7

var (
	firstNames = strings.Fields(`Ada Bram Chloé Daan Emma Finn Greet Hanna Ivo Jürgen Kim Lotte Mees Noor Oscar Pien Quinten
		Roos Sjoerd Tess Ümit Vera Wouter Xandra Yara Zoë Björn Siân Łukasz`)
	lastNames = strings.Split("Muster,de Vries,van den Berg,Bakker,Visser,Meijer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Dijk,"+
		"Müller,Schäfer,Groß,O'Brien,Smith-Jones,Taylor,Davies,Dupont,Lefèvre,Peeters,Claes,Keller,Brunner,Šimková,Núñez,Öztürk,Ng,Kowalski", ",")
	companyWords = strings.Fields(`Muster Noord Delta Linde Anker Molen Brug Haven Kade Toren Veld Weide Ster Kompas Eiland Polder
		Dijk Sluis Atlas Ceder`)
	companyKinds = strings.Split("AG,B.V.,GmbH,Ltd,& Zn.,Groep,N.V.,SARL,Inc.,Advies", ",")
)

// newContact makes contact i of a seed. Nothing random is in it: the same seed and index give the same contact.
func newContact(seed uint64, i int, epoch time.Time) Contact {
	mix := scramble(seed, uint64(i))
	company := i / contactsPerCompany
	c := Contact{
		Index:   i,
		First:   firstNames[mix%uint64(len(firstNames))],
		Last:    lastNames[mix>>8%uint64(len(lastNames))],
		Company: companyName(scramble(seed, uint64(company)<<1|1), company),
		Country: homes[mix>>16%uint64(len(homes))],
		Changed: epoch.Add(time.Duration(i) * time.Second),
	}
	c.Email = fmt.Sprintf("contact%d@example.com", i+1)
	c.numbers(mix>>24, company)
	return c
}

func companyName(mix uint64, company int) string {
	return fmt.Sprintf("%s %s %d", companyWords[mix%uint64(len(companyWords))], companyKinds[mix>>8%uint64(len(companyKinds))], company+1)
}

// homes is where contacts live: most in the demo's own region.
var homes = strings.Fields("NL NL NL NL NL NL NL NL NL NL NL NL DE DE GB GB BE FR US CH")

// numbers fills Phone and Mobile. Each third contact has its company's main number, some have two numbers in one field,
// some none, and a few have a remark where the number should be.
func (c *Contact) numbers(mix uint64, company int) {
	home := numbering[c.Country]
	mobile := home.mobile(c.Index)
	switch {
	case c.Index%50 == 49:
		c.Phone, c.Mobile = "see notes", "n/a"
		return
	case c.Index%25 == 7:
		line := home.line(c.Index)
		c.Mobile = c.typed(line, mix) + " / " + c.typed(mobile, mix>>4)
		c.truth = []string{line.e164(), mobile.e164()}
		return
	case c.Index%3 == 0:
		main := home.main(company)
		c.Phone, c.truth = c.typed(main, mix), []string{main.e164()}
	default:
		line := home.line(c.Index)
		c.Phone, c.truth = c.typed(line, mix), []string{line.e164()}
	}
	if c.Index%10 != 9 {
		c.Mobile = c.typed(mobile, mix>>8)
		c.truth = append(c.truth, mobile.e164())
	}
}

// scramble spreads a seed and an index over 64 bits (SplitMix64's finaliser).
func scramble(seed, i uint64) uint64 {
	z := seed*0x9e3779b97f4a7c15 + i + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
