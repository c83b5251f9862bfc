package api

import (
	"context"
	"crypto/tls"

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

// askFor looks up a number for a key that does not ask over HTTP, and counts it like one that does.
func (a *API) askFor(ctx context.Context, key tenant.Access, number string) (*recognition.Answer, error) {
	start := a.Now()
	a.noteNumber(a.meters.of(key.Key), key, number, start)
	answer, err := a.Recognizer.Recognize(ctx, &recognition.Question{Tenant: key.Tenant, System: key.System, Number: number})
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
