package webconfig

import (
	"context"
	"time"

	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig/locale"
)

// mailWithin is how long a mail may take; the person who waits for it sees nothing of it.
const mailWithin = time.Minute

// background runs what an answer does not wait for. [Web.Close] waits for it.
func (w *Web) background(fn func()) { w.working.Go(fn) }

// Close waits for mails under way.
func (w *Web) Close() { w.working.Wait() }

// sendReset mails a link to whoever has that address; nobody learns whether somebody does.
func (w *Web) sendReset(lang, email string) {
	ctx, cancel := context.WithTimeout(context.Background(), mailWithin)
	defer cancel()
	person, err := w.Directory.PersonByEmail(ctx, email)
	if err != nil {
		return
	}
	if _, _, err := w.link(ctx, w.texts.Choose(person.Language, lang), tenant.Server("sign-in"), person, tenant.Reset); err != nil {
		w.Log.Error("send a link for a new password", "person", person.ID, "error", err)
	}
}

// link makes a one-time link and mails it; where no mail can be sent it returns the link to hand over.
func (w *Web) link(ctx context.Context, words *locale.Printer, by tenant.Actor, p tenant.Person, purpose tenant.Purpose) (url string, mailed bool, err error) {
	ticket, token, err := w.Directory.AddTicket(ctx, by, p.Account, p.ID, purpose)
	if err != nil {
		return "", false, err
	}
	url = w.passwordLink(token)
	if w.Mail == nil {
		return url, false, nil
	}
	account, err := w.Directory.Account(ctx, p.Account)
	if err != nil {
		return url, false, err
	}
	key := "mails." + string(purpose)
	until := words.Time(ticket.Expires, account.Location())
	if err := w.Mail(ctx, p.Email, words.T(key+"_subject", "Name", account.Name), words.T(key, "Name", account.Name, "Link", url, "Until", until)); err != nil {
		w.Log.Warn("a mail with a link was not sent", "person", p.ID, "error", err)
		return url, false, nil
	}
	return url, true, nil
}
