package jobs

import (
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/scripts"
)

// Bounds of what is kept of one record, in bytes. A number's entry holds up to 25 contacts and has to fit one value of
// the store, whatever somebody pasted into a CRM.
const (
	maxName   = 512      // of a name, company or label
	maxPhones = 100      // phone fields
	maxRaw    = 256      // of a value in a report
	maxField  = 2 << 10  // of a copied field, and of an address
	maxFields = 16 << 10 // of all copied fields of a record
)

// clip cuts a text between two characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// bounded cuts what is too long. An address that is would lead elsewhere, so it is left out, and so is one that is no web
// page's: phone systems open what they are given (reliability row C2).
func bounded(c cache.Contact) cache.Contact {
	c.Name, c.Company = clip(c.Name, maxName), clip(c.Company, maxName)
	if c.URL = scripts.Page(c.URL); len(c.URL) > maxField {
		c.URL = ""
	}
	room := maxFields
	for i, f := range c.Fields {
		c.Fields[i].Value = clip(f.Value, min(maxField, room))
		room -= len(c.Fields[i].Value)
	}
	for i := range c.Issues {
		c.Issues[i].Raw = clip(c.Issues[i].Raw, maxRaw)
	}
	return c
}
