package tenant

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Display says for which calls an integration's notification is shown, and to whom. The zero value shows it as soon as it rings,
// for calls in and out, to whoever is rung.
type Display struct {
	Answered   bool       `json:"answered,omitempty"`   // only once the call is answered
	Directions []string   `json:"directions,omitempty"` // of inbound, outbound and internal; none = inbound and outbound
	DDIs       []string   `json:"ddis,omitempty"`       // dialled numbers, however they are written; none = all
	People     []PersonID `json:"people,omitempty"`     // only these are told; none = whoever is rung
}

// Directions are the values of a call's direction.
func Directions() []string { return []string{"inbound", "outbound", "internal"} }

// maxDDIs bounds what an integration lists.
const maxDDIs = 1000

// Shows tells whether a call of that direction is shown to somebody while it rings or once it is answered. dialled tells
// whether the number that was called is the listed one.
func (d Display) Shows(direction string, who PersonID, answered bool, dialled func(listed string) bool) bool {
	wanted := d.Directions
	if len(wanted) == 0 {
		wanted = []string{"inbound", "outbound"}
	}
	return (answered || !d.Answered) && slices.Contains(wanted, direction) && d.tells(who) &&
		(len(d.DDIs) == 0 || slices.ContainsFunc(d.DDIs, dialled))
}

func (d Display) tells(who PersonID) bool {
	return len(d.People) == 0 || slices.Contains(d.People, who)
}

// Everything tells whether it leaves nothing out.
func (d Display) Everything() bool {
	return !d.Answered && len(d.Directions)+len(d.DDIs)+len(d.People) == 0
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

func (d Display) clone() Display {
	d.Directions, d.DDIs, d.People = slices.Clone(d.Directions), slices.Clone(d.DDIs), slices.Clone(d.People)
	return d
}

func (d Display) check() error {
	for _, one := range d.Directions {
		if !slices.Contains(Directions(), one) {
			return wording.Errorf(ErrInvalid, "tenant.direction_value_possible_list", `direction "{Value}"; possible: {List}`, "Value", printable(one), "List", strings.Join(Directions(), ", "))
		}
	}
	for _, one := range d.DDIs {
		if digits(one) == "" || len(one) > 40 {
			return wording.Errorf(ErrInvalid, "tenant.value_no_dialled_number", `"{Value}" is no dialled number`, "Value", printable(one))
		}
	}
	if len(d.DDIs) > maxDDIs || len(d.People) > maxDDIs {
		return wording.Errorf(ErrInvalid, "tenant.most_most_dialled_numbers_people", "at most {Most} dialled numbers and people", "Most", maxDDIs)
	}
	return nil
}
