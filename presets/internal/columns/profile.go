package columns

import (
	"regexp"
	"strings"
	"unicode"
)

// profile counts what the cells of a column look like.
type profile struct {
	filled, phones, emails, urls, words, companies, countries, numbers int
	increasing                                                         bool
	last                                                               string
	distinct                                                           map[string]bool
}

// SampleRows is how many rows are looked at before columns are chosen.
const SampleRows = 300

var (
	dateForm    = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$`)
	emailForm   = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
	priceForm   = regexp.MustCompile(`^-?\d{1,3}([.,]\d{3})*[.,]\d{2}$`)
	companyForm = regexp.MustCompile(`(?i)(^|\s)(gmbh|ag|kg|ug|e\.?k|b\.?v|n\.?v|v\.?o\.?f|ltd|limited|inc|llc|plc|corp|co|s\.?a|s\.?r\.?l|s\.?p\.?a|sarl|sas|bvba|holding|group|stichting)\.?(\s|$)`)
	notPhone    = strings.NewReplacer("ext", "", "x", "", "tel", "", "mob", "", "fax", "", "toestel", "", "dw", "")
)

// looksLikePhone is a rough guess, to choose columns only; whether a text really
// holds a number is decided when it is read.
func looksLikePhone(text string) bool {
	text = strings.Trim(text, "='\" ")
	if len(text) > 64 || dateForm.MatchString(text) || priceForm.MatchString(text) || strings.Contains(text, "@") {
		return false
	}
	digits, others := 0, 0
	for _, r := range notPhone.Replace(strings.ToLower(text)) {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("+()-./ \u00a0\u2011\u2013:;#e", r):
			others++
		}
	}
	return digits >= 6 && digits <= 32 && others <= digits/4
}

func (p *profile) add(text string, country func(string) string) {
	if text == "" {
		return
	}
	if p.filled == 0 {
		p.increasing, p.distinct = true, map[string]bool{}
	}
	p.increasing = p.increasing && (p.filled == 0 || len(text) > len(p.last) || len(text) == len(p.last) && text > p.last)
	p.filled++
	p.last, p.distinct[text] = text, true
	lower := strings.ToLower(text)
	switch {
	case emailForm.MatchString(text):
		p.emails++
	case strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://"):
		p.urls++
	case looksLikePhone(text):
		p.phones++
	case strings.Trim(text, "0123456789") == "":
		p.numbers++
	case country(text) != "":
		p.countries++
	case !strings.ContainsAny(text, "0123456789") && strings.IndexFunc(text, unicode.IsLetter) >= 0:
		p.words++
	}
	if companyForm.MatchString(text) {
		p.companies++
	}
}

// most reports that n of the filled cells are at least percent.
func (p *profile) most(n, percent int) bool { return p.filled > 0 && 100*n >= percent*p.filled }

// isPhone is for a column whose heading does not say it: numbers that only count
// upwards are places in a list, not phones.
func (p *profile) isPhone() bool {
	return p.most(p.phones, 60) && !(p.increasing && p.filled > 3 && p.sameLength())
}

// sameLength reports that all cells are digits of one length, as ids are.
func (p *profile) sameLength() bool {
	for text := range p.distinct {
		if len(text) != len(p.last) || strings.Trim(text, "0123456789") != "" || strings.HasPrefix(text, "0") {
			return false
		}
	}
	return true
}

// guess is what a column without heading holds, as far as its cells tell alone.
func (p *profile) guess() Role {
	switch {
	case p.isPhone():
		return rolePhone
	case p.most(p.emails, 60):
		return RoleEmail
	case p.most(p.urls, 60):
		return RoleURL
	case p.most(p.countries, 80):
		return RoleCountry
	case p.most(p.companies, 20):
		return RoleCompany
	case p.most(p.phones+p.numbers, 90) && p.increasing && len(p.distinct) == p.filled && p.filled > 3:
		return RoleID
	case p.most(p.words, 60):
		return RoleName
	}
	return roleNone
}
