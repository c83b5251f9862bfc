package webconfig

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// A code connects one widget, once, and soon: 40 random bits that people can read and type.
const (
	codeLife    = 3 * time.Minute
	codeLength  = 8
	codeLetters = "abcdefghijkmnpqrstuvwxyz23456789" // without l, o, 0 and 1
)

// codeFor is what a code is good for.
type codeFor struct {
	Account tenant.ID       `json:"account"`
	Person  tenant.PersonID `json:"person"`
	Stamp   string          `json:"stamp"`
}

// confirmShown is the window in which the agent confirms.
type confirmShown struct {
	At, Email string
	Origins   []string
	Code      string // once it is confirmed
}

// connecting prepares the window: only one's own widget can be connected, and the widget that opened the window may hear of it.
func (w *Web) connecting(q *request) (confirmShown, error) {
	if q.visiting || q.pathParam("tenant") != string(q.tenantID()) {
		return confirmShown{}, tenant.ErrNotFound
	}
	q.Response().Header().Set("Cross-Origin-Opener-Policy", "unsafe-none")
	return confirmShown{At: q.widgetPath() + "/connect", Email: q.person.Email, Origins: q.account.WidgetOrigins}, nil
}

func (w *Web) showConnect(q *request) error {
	shown, err := w.connecting(q)
	if err != nil {
		return err
	}
	return w.writePage(q.Response(), http.StatusOK, "connect", q.blank("widget.connect_title", shown))
}

// confirmConnect makes a code, which the window hands to the widget that opened it, or the agent types there.
func (w *Web) confirmConnect(q *request) error {
	shown, err := w.connecting(q)
	if err != nil {
		return err
	}
	who, err := w.Directory.SignedIn(q.ctx(), q.home.ID, q.person.ID)
	if err != nil {
		return err
	}
	value, err := json.Marshal(codeFor{who.Account.ID, who.Person.ID, who.Stamp})
	if err != nil {
		return err
	}
	code := newCode()
	if err := w.Directory.PutPending(q.ctx(), pendingCode(code), value, w.Now().Add(codeLife)); err != nil {
		return err
	}
	shown.Code = code[:codeLength/2] + "-" + code[codeLength/2:]
	return w.writePage(q.Response(), http.StatusOK, "connect", q.blank("widget.connect_title", shown))
}

func newCode() string {
	random := make([]byte, codeLength)
	_, _ = rand.Read(random) // crypto/rand.Read never returns an error
	for i, b := range random {
		random[i] = codeLetters[int(b)%len(codeLetters)] // 32 letters: none is likelier
	}
	return string(random)
}

func pendingCode(code string) string { return "widget/" + hashOf("widget code "+code) }

// redeem connects the widget with a code, by a form of its own page.
func (w *Web) redeem(q *request) error {
	if err := w.surround(q); err != nil {
		return err
	}
	who, ok, err := w.takeCode(q)
	if err != nil {
		return err
	}
	if !ok {
		q.person = nil
		return w.widgetPage(q, http.StatusUnprocessableEntity, widgetShown{At: q.widgetPath(), Problem: q.T("widget.wrong")})
	}
	if err := w.connectWidget(q, who); err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, q.again())
}

// takeCode uses a code up and returns whose it is, if it is one of the path's tenant.
func (w *Web) takeCode(q *request) (who tenant.SignedInPerson, ok bool, err error) {
	code := strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(q.FormValue("code")))
	if len(code) != codeLength || strings.Trim(code, codeLetters) != "" {
		return who, false, nil
	}
	raw, ok, err := w.Directory.TakePending(q.ctx(), pendingCode(code))
	if err != nil || !ok {
		return who, false, err
	}
	var c codeFor
	if err := json.Unmarshal(raw, &c); err != nil || c.Account != q.tenantID() {
		return who, false, err
	}
	who, err = w.Directory.SignedIn(q.ctx(), c.Account, c.Person)
	if errors.Is(err, tenant.ErrNotFound) {
		return who, false, nil
	}
	return who, err == nil && who.Stamp == c.Stamp, err
}
