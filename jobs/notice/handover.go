package notice

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// passwordPath is where one-time links lead; the token follows.
const passwordPath = "/password/"

// Handed is a one-time link that was made for somebody.
type Handed struct {
	Email   string         `json:"email"`
	Purpose tenant.Purpose `json:"purpose"`
	Expires time.Time      `json:"expires"`
	Mailed  bool           `json:"mailed"`         // it is on its way to that address
	Link    string         `json:"link,omitempty"` // where it could not be mailed: for whoever asked to hand over
}

// Invite makes a one-time link by which somebody chooses a password, and mails it to them; it ends the one before it. Without a mail
// server, or when the day's mails are used up, the link is in the answer, for by to hand over.
func (d *Desk) Invite(ctx context.Context, by tenant.Actor, account tenant.ID, id tenant.PersonID, purpose tenant.Purpose) (Handed, error) {
	p, err := d.Directory.Person(ctx, account, id)
	if err != nil {
		return Handed{}, err
	}
	a, err := d.Directory.Account(ctx, account)
	if err != nil {
		return Handed{}, err
	}
	ticket, token, err := d.Directory.AddTicket(ctx, by, account, id, purpose)
	if err != nil {
		return Handed{}, err
	}
	h := Handed{Email: p.Email, Purpose: purpose, Expires: ticket.Expires}
	link := d.PublicURL + passwordPath + token.Reveal()
	if d.Mail == nil {
		h.Link = link
		return h, nil
	}
	l := d.mail(d.linkText(p, a, by, ticket, link), p.Email)
	l.Until = ticket.Expires
	_, queued, err := d.keep(ctx, account, Notice{}, []letter{l})
	if err != nil {
		return Handed{}, fmt.Errorf("mail a link: %w", err)
	}
	if h.Mailed = queued > 0; !h.Mailed {
		h.Link = link
	}
	return h, nil
}

func (d *Desk) linkText(p tenant.Person, a tenant.Account, by tenant.Actor, ticket tenant.Ticket, link string) Said {
	inviter := ""
	if by.Kind == tenant.ActorPerson && by.ID != string(p.ID) {
		inviter = by.Name
	}
	t := d.texts.in(map[string]string{
		"Tenant": oneLine(a.Name), "Email": oneLine(p.Email), "By": oneLine(inviter), "Until": moment(ticket.Expires, a) + " " + ticket.Expires.In(a.Location()).Format("MST"),
	}, p.Language, a.Language)
	key := "handover." + string(ticket.Purpose)
	s := Said{
		Language: t.Lang, Title: t.T(key + ".title"), Text: t.T(key + ".text"), Action: t.T("handover.until"), URL: link,
		button: t.T(key + ".button"), footer: t.T(key + ".footer"),
	}
	if inviter != "" && ticket.Purpose == tenant.Invitation {
		s.Text = t.T(key + ".by")
	}
	return s
}

// Forgotten mails a link to whoever has that e-mail address and forgot the password. It returns at once and tells nobody whether there
// is such a person; more than a few for one address or from one network are left undone.
func (d *Desk) Forgotten(ctx context.Context, email string, from netip.Addr) {
	email = strings.ToLower(strings.TrimSpace(email))
	if d.Mail == nil || !d.asked.allow("to "+email, 3) || !d.asked.allow("from "+network(from), 30) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	d.work.Go(func() {
		defer cancel()
		p, err := d.Directory.PersonByEmail(ctx, email)
		if err != nil {
			return
		}
		if _, err := d.Invite(ctx, tenant.Server("forgotten password"), p.Account, p.ID, tenant.Reset); err != nil {
			d.Log.Warn("link not made", "tenant", p.Account, "error", err)
		}
	})
}

// network is where a request came from: an IPv6 host has a /64 of its own.
func network(from netip.Addr) string {
	from = from.Unmap()
	bits := 32
	if from.Is6() {
		bits = 64
	}
	p, err := from.Prefix(bits)
	if err != nil {
		return ""
	}
	return cmp.Or(p.String(), from.String())
}

// limiter counts what was asked for in the present hour.
type limiter struct {
	now func() time.Time

	mu    sync.Mutex
	hour  time.Time
	count map[string]int
}

// remembered bounds what a flood can make the limiter keep.
const remembered = 20_000

func (l *limiter) allow(what string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if hour := l.now().Truncate(time.Hour); l.count == nil || !hour.Equal(l.hour) {
		l.hour, l.count = hour, map[string]int{}
	}
	if l.count[what] >= most || len(l.count) >= remembered {
		return false
	}
	l.count[what]++
	return true
}

// Try tells an account's recipients that notices arrive.
func (d *Desk) Try(ctx context.Context, account tenant.ID) (Notice, error) {
	if !d.asked.allow("try "+string(account), 10) {
		return Notice{}, ErrOften
	}
	now := d.Now().UTC()
	return d.write(ctx, account, Notice{ID: d.newID(now), Kind: Test, Since: now, Told: now, Ended: now}, "")
}
