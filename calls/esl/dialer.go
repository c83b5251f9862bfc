package esl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/dial"
	"github.com/ringdex/ringdex/calls/follow"
	"github.com/ringdex/ringdex/wording"
)

// Dialer starts calls: the phone rings, and when it is taken the number is called in the dialplan.
type Dialer struct {
	Server  Server
	Device  dial.Template // such as user/#(Device number)
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
	m, err := c.ask(d.command(o))
	if err != nil {
		return fmt.Errorf("ask for a call: %w", err)
	}
	if !strings.HasPrefix(m.headers["Reply-Text"], "+OK") {
		return &calls.DialError{Text: wording.New("calls.phone_system_refuses_call", "the phone system refuses the call"), Hint: wording.New("calls.admin_has_let_socket_user", "an admin has to let the socket's user run originate")}
	}
	return nil
}

// command is the order to start a call. Names are in quotes and hold nothing that could end them.
func (d *Dialer) command(o calls.Order) string {
	device := d.Device.Text(o, dial.Sign{}, func(value string) string { return value })
	return fmt.Sprintf("bgapi originate {origination_caller_id_name='%s',origination_caller_id_number=%s,ignore_early_media=true,originate_timeout=30}%s %s XML %s",
		dial.PlainName(o.Name), o.Device, device, o.Digits, d.Context)
}
