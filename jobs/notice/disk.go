package notice

import (
	"context"
	"errors"
	"time"

	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/store"
)

// ErrOften means that notices were tried too often within an hour.
var ErrOften = errors.New("notices were tried often enough for now; try again in an hour")

// checkDisk tells the operator when nothing can be written any more. As nothing can, these mails are not queued: each is tried once.
// The notice itself is written when there is room again. The caller holds the turn.
func (d *Desk) checkDisk(ctx context.Context) {
	if d.Disk == nil {
		return
	}
	full := errors.Is(d.Disk(), store.ErrReadOnly)
	now := d.Now().UTC()
	switch {
	case full && d.full.IsZero():
		d.full = now
		d.Log.Error("the disk is full: nothing is written, answers go on")
		d.mailOperator(ctx, Notice{Kind: ReadOnly, Since: now})
	case !full && !d.full.IsZero():
		n := Notice{ID: d.newID(now), Kind: ReadOnly, Since: d.full, Told: d.full, Ended: now}
		if _, err := d.write(ctx, d.Directory.Operator(), n, stateEnded); err != nil {
			d.Log.Warn("notice not written", "kind", ReadOnly, "error", err)
			return
		}
		d.full = time.Time{}
	}
}

// mailOperator sends without the store.
func (d *Desk) mailOperator(ctx context.Context, n Notice) {
	if d.Mail == nil {
		return
	}
	a, err := d.Directory.Account(ctx, d.Directory.Operator())
	if err != nil {
		return
	}
	to, err := d.recipients(ctx, a)
	if err != nil {
		return
	}
	for _, r := range to {
		l := d.mail(d.text(n, a, "", r.language), r.address)
		d.work.Go(func() {
			outcome := Delivered
			if err := d.Mail.Send(ctx, mail.Message{ID: l.ID, To: l.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Language: l.Language, Date: l.Queued}); err != nil {
				outcome = GivenUp
				d.Log.Warn("the operator could not be told of the full disk", "error", err)
			}
			d.Count(ByMail, outcome)
		})
	}
}
