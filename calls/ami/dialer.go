package ami

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/dial"
	"github.com/ringdex/ringdex/calls/follow"
	"github.com/ringdex/ringdex/wording"
)

// Dialer starts calls: the phone rings, and when it is taken the number is called in the dialplan.
type Dialer struct {
	Server  Server
	Device  dial.Template // such as PJSIP/#(Device number)
	Context string
}

// Dial implements [calls.Dialer].
func (d *Dialer) Dial(ctx context.Context, o calls.Order) error {
	if err := dial.Check(o); err != nil {
		return err
	}
	c, err := d.Server.connect(ctx)
	if errors.Is(err, follow.ErrRefused) {
		return dial.SignInRefused()
	}
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	answer, err := c.ask(message{
		{"Action", "Originate"},
		{"Channel", d.Device.Text(o, dial.Sign{}, func(value string) string { return value })},
		{"Exten", o.Digits},
		{"Context", d.Context},
		{"Priority", "1"},
		{"Timeout", "30000"},
		{"CallerID", dial.CallerID(o)},
		{"Async", "true"},
	})
	if err != nil {
		return fmt.Errorf("ask for a call: %w", err)
	}
	if !success(answer) {
		return &calls.DialError{Text: wording.New("calls.phone_system_refuses_call", "the phone system refuses the call"), Hint: hintOf(answer.get("Message"))}
	}
	return nil
}

// hintOf says what to do about the messages of a refused Originate that an admin can mend.
func hintOf(message string) wording.Text {
	switch message {
	case "Permission denied":
		return wording.New("calls.write_originate", "an admin has to give the manager's user write = originate")
	case "Extension does not exist.":
		return wording.New("calls.no_way", "the phone system has no way to that number in the context of its settings")
	}
	return wording.New("calls.phone_switched_may_call_number", "is the phone switched on, and may it call that number?")
}
