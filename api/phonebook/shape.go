package phonebook

import (
	"fmt"
	"maps"
	"slices"
)

// shape is the form in which a brand of phones reads a phone book.
type shape struct {
	body    func(d *document)
	form    func(d *document) // into which people type what they search; nil: the phone has its own
	paged   *shape            // for phones that ask for pages; nil: the same
	size    int               // entries of a page; phones without pages read no more than the first
	longest int               // characters of a name; 0 is not limited
	each    bool              // an entry has one number, so that somebody with two has two
}

// wholeBook is how many entries phones that read everything at once are given.
const wholeBook = 2000

// shapes are the phone books there are, by the name of their file.
var shapes = map[string]shape{
	"yealink":     {body: yealink, size: wholeBook},
	"snom":        {body: snom, form: snomForm, size: 50, each: true},
	"grandstream": {body: grandstream, size: wholeBook},
	"cisco":       {body: cisco, form: ciscoForm, size: 32, longest: 64, each: true},
	"fanvil":      {body: fanvil, size: wholeBook, paged: &shape{body: fanvilMenu, size: 16, each: true}},
}

// Shapes are the names of the phone books there are.
func Shapes() []string { return slices.Sorted(maps.Keys(shapes)) }

func yealink(d *document) {
	d.in("YealinkIPPhoneDirectory", func() {
		d.entries(func(l *line) {
			d.in("DirectoryEntry", func() {
				d.text("Name", l.name)
				for _, n := range l.numbers {
					d.text("Telephone", n.text)
				}
			})
		})
	})
}

// prompt says which of the entries the page shows.
func (d *document) prompt() string {
	if len(d.listed) == 0 {
		return d.request.Texts.Empty
	}
	more := ""
	if d.more {
		more = "+"
	}
	return fmt.Sprintf("%d-%d%s", d.first+1, d.first+len(d.listed), more)
}

func snom(d *document) {
	d.in("SnomIPPhoneDirectory", func() {
		d.text("Title", d.request.Texts.Title)
		d.text("Prompt", d.request.Texts.Dial)
		d.entries(func(l *line) {
			d.in("DirectoryEntry", func() {
				d.text("Name", l.name)
				d.text("Telephone", l.numbers[0].text)
			})
		})
		key := func(name, label string, page int) {
			d.in("SoftKeyItem", func() {
				d.text("Name", name)
				d.text("Label", label)
				d.text("URL", d.request.Link(page))
			})
		}
		if d.number > 1 {
			key("F3", d.request.Texts.Previous, d.number-1)
		}
		if d.more {
			key("F4", d.request.Texts.Next, d.number+1)
		}
	})
}

func snomForm(d *document) {
	d.in("SnomIPPhoneInput", func() {
		d.text("Title", d.request.Texts.Title)
		d.text("Prompt", d.request.Texts.Search)
		d.text("URL", d.request.Link(0)+"__X__")
		d.in("InputItem", func() {
			d.text("DisplayName", d.request.Texts.Search)
			d.text("InputFlags", "a")
		})
	})
}

func cisco(d *document) {
	d.in("CiscoIPPhoneDirectory", func() {
		d.text("Title", d.request.Texts.Title)
		d.text("Prompt", d.prompt())
		d.entries(func(l *line) {
			d.in("DirectoryEntry", func() {
				d.text("Name", l.name)
				d.text("Telephone", l.numbers[0].text)
			})
		})
		position := 0
		key := func(name, url string) {
			position++
			d.in("SoftKeyItem", func() {
				d.text("Name", name)
				d.text("URL", url)
				d.text("Position", fmt.Sprint(position))
			})
		}
		key(d.request.Texts.Dial, "SoftKey:Dial")
		key("EditDial", "SoftKey:EditDial")
		key("Exit", "SoftKey:Exit")
		if d.more {
			key(d.request.Texts.Next, d.request.Link(d.number+1))
		}
		if d.number > 1 {
			key(d.request.Texts.Previous, d.request.Link(d.number-1))
		}
	})
}

func ciscoForm(d *document) {
	d.in("CiscoIPPhoneInput", func() {
		d.text("Title", d.request.Texts.Title)
		d.text("Prompt", d.request.Texts.Search)
		d.text("URL", d.request.Link(1))
		d.in("InputItem", func() {
			d.text("DisplayName", d.request.Texts.Search)
			d.text("QueryStringParam", "search")
			d.text("InputFlags", "A")
			d.text("DefaultValue", "")
		})
	})
}

// types are what one brand calls the places of numbers.
var types = map[attribute]string{attrTelephone: "Work", attrMobile: "Mobile", attrHome: "Home"}

func grandstream(d *document) {
	account := d.request.Account
	if account == "" {
		account = "1"
	}
	d.in("AddressBook", func() {
		d.text("version", "1")
		d.entries(func(l *line) {
			d.in("Contact", func() {
				last, first := l.last, l.first
				if first+" "+last != l.name {
					last, first = l.name, "" // the line the phone system wants has more in it
				}
				d.text("LastName", last)
				d.text("FirstName", first)
				for _, n := range l.numbers {
					d.in(`Phone type="`+types[n.attr]+`"`, func() {
						d.text("phonenumber", n.text)
						d.text("accountindex", account)
					})
				}
			})
		})
	})
}

func fanvil(d *document) {
	d.in("PhoneBook", func() {
		d.entries(func(l *line) {
			d.in("DirectoryEntry", func() {
				d.text("Name", l.name)
				var of [attrOtherPhone + 1]string
				for _, n := range l.numbers {
					place := n.attr
					if place == attrHome || of[place] != "" {
						place = attrOtherPhone
					}
					if of[place] == "" {
						of[place] = n.text
					}
				}
				d.text("Telephone", of[attrTelephone])
				d.text("Mobile", of[attrMobile])
				d.text("Other", of[attrOtherPhone])
			})
		})
	})
}

func fanvilMenu(d *document) {
	d.in("FanvilIPPhoneDirectory", func() {
		d.text("Title", d.request.Texts.Title)
		d.entries(func(l *line) {
			d.in("MenuItem", func() {
				d.text("Prompt", l.name)
				d.text("URI", l.numbers[0].text)
			})
		})
		key := func(name string, page int) {
			d.in("SoftKey", func() {
				d.text("Name", name)
				d.text("URI", d.request.Link(page))
			})
		}
		if d.number > 1 {
			key(d.request.Texts.Previous, d.number-1)
		}
		if d.more {
			key(d.request.Texts.Next, d.number+1)
		}
	})
}
