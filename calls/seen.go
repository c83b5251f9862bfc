package calls

import (
	"context"

	"github.com/ringdex/ringdex/recognition"
)

// Seen is what somebody would see of a call from or to the number an answer is about; no such call is known and nothing of it is
// kept. What integrations do not show for calls of that direction and dialled number, or not to this person, is left out, and
// Chosen is the contact that was meant the last time. A view without a person leaves nothing out.
func (d *Desk) Seen(ctx context.Context, v View, a *recognition.Answer, direction Direction, dialled string) (Call, error) {
	known, err := knownOf(a)
	if err != nil {
		return Call{}, err
	}
	routes, err := d.room(v.Tenant).routesNow(ctx)
	if err != nil {
		return Call{}, err
	}
	// Whether it was answered is not known, and it is somebody who asks that has it.
	call := Call{Direction: direction, State: StateAnswered, DDI: Party{Number: dialled}, Known: known}
	if c := d.choiceFor(ctx, v.Tenant, &call.Known); c != nil {
		call.Chosen = c.of(v.Person)
	}
	routes.display(&call, v)
	return call, nil
}
