package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// person is somebody with numbers that nobody else has.
type person struct {
	index                int
	first, last, company string
	numbers              []messy
}

// messy is a number as somebody typed it, and as it is.
type messy struct{ raw, e164 string }

func (p person) name() string  { return p.first + " " + p.last }
func (p person) email() string { return fmt.Sprintf("p%d@example.com", p.index) }

// mobiles and landlines are ways to write a Dutch mobile number and a number of Amsterdam; abroad those of Berlin. Each is
// given the digits behind its code in two halves.
var (
	mobiles = []string{
		"06-%s%s", "06 %s %s", "+31 6 %s %s", "+31 (0)6 %s%s", "0031 6 %s %s", "+316%s%s", "(06) %s-%s", "06.%s.%s", "06 %s%s (mobiel)", "tel: 06%s%s", "00 31 6 %s %s", "+31-6-%s-%s",
	}
	landlines = []string{
		"020 %s %s", "(020) %s%s", "020/%s %s", "+31 (0)20 %s %s", "+31 20 %s%s", "0031-20-%s-%s", "020-%s%s", "+31(20)%s.%s", "T 020 %s %s",
	}
	abroad = []string{"+49 30 %s%s", "0049 (0)30 %s %s", "+49 (0) 30 / %s-%s", "+4930%s%s"}
)

// makePeople makes n people: everybody has a mobile number, half of them a line at work, some one abroad.
func makePeople(n int) []person {
	firsts := []string{"Ada", "Bram", "Chloë", "Daan", "Eva", "Fenna", "Günter", "Hélène", "Ivo", "Jörg"}
	lasts := []string{"Muster", "de Vries", "van den Berg", "Søndergaard", "O'Neill", "Meyer-Schulz", "Yılmaz"}
	list := make([]person, n)
	for i := range list {
		p := person{index: i, first: firsts[i%len(firsts)], last: fmt.Sprintf("%s %d", lasts[i%len(lasts)], i), company: fmt.Sprintf("Firma %d B.V.", i/3)}
		a, b := fmt.Sprintf("%04d", 1200+i/5), fmt.Sprintf("%04d", (i*7919)%10000)
		p.numbers = append(p.numbers, messy{fmt.Sprintf(mobiles[i%len(mobiles)], a, b), "+316" + a + b})
		if i%2 == 0 {
			a, b := fmt.Sprintf("7%02d", i%100), fmt.Sprintf("%04d", 1000+i)
			p.numbers = append(p.numbers, messy{fmt.Sprintf(landlines[i/2%len(landlines)], a, b), "+3120" + a + b})
		}
		if i%5 == 0 {
			a, b := "2345", fmt.Sprintf("%04d", 4000+i)
			p.numbers = append(p.numbers, messy{fmt.Sprintf(abroad[i/5%len(abroad)], a, b), "+4930" + a + b})
		}
		list[i] = p
	}
	return list
}

// findsEverybody asks for every number of every person: each must be theirs and nobody else's.
func (h *house) findsEverybody(people []person) {
	h.t.Helper()
	wrong := 0
	for _, p := range people {
		for _, n := range p.numbers {
			got := h.ask(n.e164)
			if len(got) == 1 && got[0].Name == p.name() && got[0].Company == p.company {
				continue
			}
			if wrong++; wrong <= 10 {
				h.t.Errorf("%s, written %q, of %s: found %+v", n.e164, n.raw, p.name(), got)
			}
		}
	}
	if wrong > 0 {
		h.t.Fatalf("%d numbers went wrong", wrong)
	}
}

// findsNobody asks for numbers that nobody may have any more.
func (h *house) findsNobody(numbers []messy) {
	h.t.Helper()
	for _, n := range numbers {
		if got := h.ask(n.e164); len(got) != 0 {
			h.t.Errorf("%s still finds %+v", n.e164, got)
		}
	}
}

// program is a tool the test cannot do without; it is looked for where Debian keeps servers, too.
func program(t *testing.T, name, pkg string) string {
	t.Helper()
	for _, place := range []string{name, "/usr/sbin/" + name, "/usr/lib/" + name} {
		if found, err := exec.LookPath(place); err == nil {
			return found
		}
	}
	t.Skipf("NOT TESTED: %s is not installed; as root: apt-get install %s", name, pkg)
	return ""
}

// portOf is the port of an address.
func portOf(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }
