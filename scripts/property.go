package scripts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/phone"
)

// localTime is how a time is written for people: tenant-local, to the minute.
const localTime = "2006-01-02 15:04"

// Form is another way to write a call property, `#(Caller number|e164)`.
type Form string

// The forms. The empty one is the default of each property.
const (
	FormDefault       Form = ""
	FormE164          Form = "e164"          // +31201234567
	FormInternational Form = "international" // +31 20 123 4567
	FormDigits        Form = "digits"        // 31201234567
	FormNational      Form = "national"      // 0201234567
	FormISO           Form = "iso"           // 2026-11-20T14:03:00+01:00
)

// Property describes a call property for the editor and the docs.
type Property struct {
	Name        string // as it stands in a template, "Caller number"
	Example     string
	Forms       []Form // besides the default one
	Description string
}

// property is a Property with the way to its value; exactly one of party,
// moment and text is set, or none for the ones with an id of their own.
type property struct {
	Property
	id     propertyID
	party  func(*Call) *Party
	moment func(*Call) *time.Time
	text   func(*Call) *string
}

type propertyID uint8

const (
	idPlain propertyID = iota
	idDuration
	idExtra
)

// extraPrefix starts the one property with a free name: `#(Extra NAME)`.
const extraPrefix = "Extra"

func numberForms() []Form {
	return []Form{FormE164, FormInternational, FormDigits, FormNational}
}

func timeForms() []Form { return []Form{FormISO} }

// properties is the table of all call properties, in the order of the editor.
var properties = []property{
	numberProperty("Caller number", "0201234567", "number of the other side, as the tenant would dial it; empty if withheld",
		func(c *Call) *Party { return &c.Caller }),
	textProperty("Caller name", "Ada Muster", "name the phone system gave for the caller, if any",
		func(c *Call) *string { return &c.Caller.Name }),
	textProperty("Device name", "Reception", "name of the phone that rings, if the phone system sends it",
		func(c *Call) *string { return &c.Device.Name }),
	numberProperty("Device number", "201", "number of the phone that rings; a short one stays as it is",
		func(c *Call) *Party { return &c.Device }),
	textProperty("Ddi name", "Support", "name of the number that was called, if the phone system sends it",
		func(c *Call) *string { return &c.DDI.Name }),
	numberProperty("Ddi number", "0207654321", "number that was called; a short one stays as it is",
		func(c *Call) *Party { return &c.DDI }),
	timeProperty("Start time", "2026-11-20 14:03", "when it began to ring, in the tenant's time zone",
		func(c *Call) *time.Time { return &c.Start }),
	textProperty("Direction", "inbound", "`inbound`, `outbound` or `internal`",
		func(c *Call) *string { return &c.Direction }),
	textProperty("Call id", "a84b4c76e66710", "the phone system's own id of the call",
		func(c *Call) *string { return &c.ID }),
	timeProperty("Answer time", "2026-11-20 14:04", "when it was answered; empty until then",
		func(c *Call) *time.Time { return &c.Answer }),
	timeProperty("End time", "2026-11-20 14:09", "when it ended; empty until then",
		func(c *Call) *time.Time { return &c.End }),
	{Property: Property{
		Name: "Duration", Example: "312",
		Description: "seconds of conversation; empty until the call has ended",
	}, id: idDuration},
	textProperty("Queue", "Sales", "queue or group the call came through",
		func(c *Call) *string { return &c.Queue }),
	textProperty("Agent name", "Bo de Vries", "who is rung or has answered",
		func(c *Call) *string { return &c.AgentName }),
	textProperty("Agent email", "bo@example.com", "mail address of who is rung or has answered",
		func(c *Call) *string { return &c.AgentEmail }),
	{Property: Property{
		Name: extraPrefix + " NAME", Example: "VIP",
		Description: "any further value the phone system sends under that name",
	}, id: idExtra},
}

func numberProperty(name, example, about string, at func(*Call) *Party) property {
	return property{Property: Property{name, example, numberForms(), about}, party: at}
}

func timeProperty(name, example, about string, at func(*Call) *time.Time) property {
	return property{Property: Property{name, example, timeForms(), about}, moment: at}
}

func textProperty(name, example, about string, at func(*Call) *string) property {
	return property{Property: Property{name, example, nil, about}, text: at}
}

// Properties lists all call properties in the order of the editor. The last
// one, `Extra NAME`, stands for any name.
func Properties() []Property {
	all := make([]Property, len(properties))
	for i, p := range properties {
		all[i] = p.Property
		all[i].Forms = slices.Clone(p.Forms)
	}
	return all
}

// findProperty reads a property's name in any letter case, with or without
// blanks; extra is the NAME of `Extra NAME`.
func findProperty(name string) (p *property, extra string, ok bool) {
	folded := foldProperty(name)
	for i := range properties {
		p := &properties[i]
		if p.id != idExtra && foldProperty(p.Name) == folded {
			return p, "", true
		}
	}
	last := &properties[len(properties)-1]
	name = strings.TrimSpace(name)
	if len(name) <= len(extraPrefix) || !strings.EqualFold(name[:len(extraPrefix)], extraPrefix) {
		return nil, "", false
	}
	extra = strings.TrimSpace(name[len(extraPrefix):])
	return last, extra, extra != ""
}

func nearestProperty(name string) string {
	names := make([]string, len(properties))
	for i := range properties {
		names[i] = properties[i].Name
	}
	return nearest(name, names)
}

// unknownProperty names what may have been meant.
func unknownProperty(name string) error {
	if near := nearestProperty(name); near != "" {
		return fmt.Errorf("unknown call property %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown call property %q", name)
}

// value writes the property of the call in the given form.
func (p *property) value(v *Values, form Form, extra string) string {
	c := v.Call
	switch {
	case c == nil:
		return ""
	case p.party != nil:
		return p.party(c).dialled(form, v.Region)
	case p.moment != nil:
		return written(*p.moment(c), form, c.Location)
	case p.text != nil:
		return *p.text(c)
	case p.id == idExtra:
		return c.extra(extra)
	}
	return c.seconds()
}

func (p *Party) dialled(form Form, region string) string {
	if p.Number.IsZero() {
		return p.Short
	}
	return dialled(p.Number, form, region)
}

// dialled writes a number; a short one of its region (14020) has one form only.
func dialled(n phone.Number, form Form, region string) string {
	if n.IsShort() {
		return n.National()
	}
	switch form {
	case FormE164:
		return n.E164()
	case FormInternational:
		return n.International()
	case FormDigits:
		return strings.TrimPrefix(n.E164(), "+")
	case FormNational:
		return n.National()
	}
	switch region {
	case "":
		return n.E164()
	case OwnRegion:
		return n.National()
	}
	return n.Dialled(region)
}

func written(t time.Time, form Form, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if loc != nil {
		t = t.In(loc)
	}
	if form == FormISO {
		return t.Format(time.RFC3339)
	}
	return t.Format(localTime)
}
