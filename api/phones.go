package api

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/ringdex/ringdex/api/phonebook"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// LDAP returns the LDAP server of the service, which listens nowhere yet; its keys, limits and answers are those of HTTP.
// Without a configuration for TLS it offers no StartTLS. It is called once.
func (a *API) LDAP(secure *tls.Config) *phonebook.Server {
	return phonebook.NewServer(phonebook.ServerDeps{
		Access: a.Directory.Access, Spend: a.spend, Ask: a.askFor, Recognizer: a.Recognizer, Books: a.books,
		TLS: secure, Metrics: a.Metrics, Log: a.Log, Now: a.Now,
	})
}

// spend takes one question from what a key may ask.
func (a *API) spend(key tenant.Access) bool {
	u, now := a.meters.of(key.Key), a.Now()
	u.day.add(now)
	_, ok := u.allow(now, key.Rate)
	return ok
}

// Ask answers a question of a key that came by another way than the API's own, and counts it like one that did. wait is above 0
// where the key asks more often than it may; then there is no answer.
func (a *API) Ask(ctx context.Context, key tenant.Access, q *recognition.Question) (answer *recognition.Answer, wait time.Duration, err error) {
	u, start := a.meters.of(key.Key), a.Now()
	u.day.add(start)
	if wait, ok := u.allow(start, key.Rate); !ok {
		return nil, wait, nil
	}
	answer, err = a.counted(ctx, key, q)
	return answer, 0, err
}

// askFor looks up a number for a key that does not ask over HTTP, and counts it like one that does.
func (a *API) askFor(ctx context.Context, key tenant.Access, number string) (*recognition.Answer, error) {
	return a.counted(ctx, key, &recognition.Question{Tenant: key.Tenant, System: key.System, Number: number})
}

func (a *API) counted(ctx context.Context, key tenant.Access, q *recognition.Question) (*recognition.Answer, error) {
	start := a.Now()
	a.noteNumber(a.meters.of(key.Key), key, q.Number, start)
	answer, err := a.Recognizer.Recognize(ctx, q)
	if err != nil {
		return nil, err
	}
	a.counts.matched(answer, a.Now().Sub(start))
	return answer, nil
}

// Close ends what the API keeps open beside requests.
func (a *API) Close() {
	a.softphones.close()
	a.books.Close()
}
