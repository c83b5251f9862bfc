package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
)

const (
	atOnce      = 4 // letters under way
	idle        = time.Hour
	hookWithin  = 15 * time.Second
	noteWithin  = 5 * time.Second // what noting an outcome may take once the server stops
	storeFailed = time.Minute     // after which a letter is looked at again that could not be read or noted
)

// send is the sender's goroutine: it delivers what is due, a few at a time, until ctx is over.
func (d *Desk) send(ctx context.Context) {
	room := make(chan struct{}, atOnce)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-timer.C:
		}
		timer.Reset(d.pump(ctx, func(deliver func()) bool {
			select {
			case room <- struct{}{}:
			case <-ctx.Done():
				return false
			}
			d.work.Go(func() { defer func() { <-room }(); deliver() })
			return true
		}))
	}
}

// pump hands what is due to do and returns how long until the next.
func (d *Desk) pump(ctx context.Context, do func(func()) bool) time.Duration {
	for {
		id, account, next := d.take(d.Now())
		if id == "" {
			if next.IsZero() {
				return idle
			}
			return max(time.Second, min(idle, next.Sub(d.Now())))
		}
		if !do(func() { d.deliver(ctx, account, id) }) {
			d.release(id, account, d.Now())
			return idle
		}
	}
}

// deliver makes one attempt and notes how it ended.
func (d *Desk) deliver(ctx context.Context, account tenant.ID, id string) {
	var next time.Time
	defer func() {
		if p := recover(); p != nil {
			d.Log.Error("delivery panicked", "panic", fmt.Sprint(p))
			next = d.Now().Add(storeFailed)
		}
		d.release(id, account, next)
		select {
		case d.wake <- struct{}{}:
		default:
		}
	}()
	l, ok, err := d.readLetter(ctx, account, id)
	if err != nil {
		next = d.Now().Add(storeFailed)
		return
	}
	if !ok {
		return // it went with what it was about
	}
	err = errPast
	if d.Now().Before(l.Until) {
		err = d.attempt(ctx, account, l)
	}
	if ctx.Err() != nil && err != nil {
		next = d.Now() // it was our own stopping; the next start goes on
		return
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	var final *refused
	switch {
	case err == nil:
		d.Count(l.Way, Delivered)
		err = d.drop(noting, account, l)
	case errors.As(err, &final):
		d.Log.Warn("not delivered", "tenant", account, "way", l.Way, "error", err)
		err = d.giveUp(noting, account, l)
	default:
		d.Log.Info("not delivered yet", "tenant", account, "way", l.Way, "tries", l.Tries+1, "error", err)
		next, err = d.postpone(noting, account, l)
	}
	if err != nil {
		d.Log.Warn("delivery not noted", "tenant", account, "way", l.Way, "error", err)
		next = d.Now().Add(storeFailed)
	}
}

// refused is an error that another attempt would meet again.
type refused struct{ why error }

func (e *refused) Error() string { return e.why.Error() }
func (e *refused) Unwrap() error { return e.why }

var errPast = error(&refused{errors.New("its time is over")})

func (d *Desk) attempt(ctx context.Context, account tenant.ID, l letter) error {
	if l.Way == ByWebhook {
		return d.post(ctx, account, l)
	}
	if d.Mail == nil {
		return errors.New("there is no mail server")
	}
	err := d.Mail.Send(ctx, mail.Message{
		ID: l.ID, To: l.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Language: l.Language, Date: l.Queued,
	})
	var answer *mail.Error
	if errors.As(err, &answer) && answer.Permanent {
		return &refused{err}
	}
	return err
}

// SignatureHeader carries t=UNIX-SECONDS,v1=HEX: the HMAC-SHA256, by the webhook's secret, over the seconds, a full stop and the body.
// DeliveryHeader carries an id that is the same at every attempt.
const (
	SignatureHeader = "Ringdex-Signature"
	DeliveryHeader  = "Ringdex-Delivery"
)

// sign is the value of SignatureHeader.
func sign(secret tenant.Secret, at time.Time, body []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// post makes one attempt at a webhook. Address and secret are those of now.
func (d *Desk) post(ctx context.Context, account tenant.ID, l letter) error {
	a, err := d.Directory.Account(ctx, account)
	if err != nil {
		return err
	}
	secret, err := d.Directory.WebhookSecret(ctx, account)
	if err != nil {
		return err
	}
	if a.Webhook == "" || secret.IsZero() || d.Client == nil {
		return &refused{errors.New("there is no webhook any more")}
	}
	ctx, cancel := context.WithTimeout(ctx, hookWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Webhook, bytes.NewReader(l.Body))
	if err != nil {
		return &refused{errors.New("its address cannot be used")}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Ringdex")
	req.Header.Set(DeliveryHeader, l.ID)
	req.Header.Set(SignatureHeader, sign(secret, d.Now(), l.Body))
	client := d.Client(account)
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	switch {
	case errors.Is(err, outbound.ErrAddress):
		return &refused{outbound.ErrAddress}
	case err != nil:
		return errors.New("the receiver does not answer") // its own text would hold the address
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return &refused{fmt.Errorf("the receiver redirects (%d), which is not followed: enter its new address", res.StatusCode)}
	case res.StatusCode == http.StatusGone:
		return &refused{fmt.Errorf("the receiver is gone for good (%d)", res.StatusCode)}
	}
	return fmt.Errorf("the receiver answered %d", res.StatusCode)
}
