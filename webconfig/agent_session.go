package webconfig

import (
	"context"
	"errors"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// streamSession is the session a stream was opened with: it ends the stream when it is over (reliability row A12).
type streamSession struct {
	w        *Web
	token    string
	by       tenant.Actor
	person   tenant.PersonID
	role     tenant.Role
	home     tenant.ID
	tenant   tenant.ID
	visiting bool
	widget   bool // token is a widget's

	revision, ended uint64 // of what was read the last time
	again           time.Time
}

func (w *Web) sessionOf(q *request) streamSession {
	return streamSession{
		w: w, token: w.sessions.Token(q.ctx()), by: q.by, person: q.person.ID, role: q.person.Role,
		home: q.home.ID, tenant: q.tenantID(), visiting: q.visiting,
	}
}

// good tells whether the session still is one of the same person with the same rights. It reads only what may have changed.
func (s *streamSession) good(ctx context.Context) (bool, error) {
	revision, ended, now := s.w.Directory.Revision(s.home), s.w.kept.ended.Load(), s.w.Now()
	if !s.visiting && revision != 0 && revision == s.revision && ended == s.ended && now.Before(s.again) {
		return true, nil
	}
	ok, err := s.read(ctx, now)
	if ok {
		s.revision, s.ended, s.again = revision, ended, now.Add(time.Minute)
	}
	return ok, err
}

func (s *streamSession) read(ctx context.Context, now time.Time) (bool, error) {
	if s.widget {
		who, ok, err := s.w.widgetOf(ctx, s.token)
		return ok && who.Person.ID == s.person && who.Account.ID == s.home, err
	}
	ctx, err := s.w.sessions.Load(ctx, s.token)
	if err != nil || s.w.sessions.GetString(ctx, sessPerson) != string(s.person) {
		return false, err
	}
	who, err := s.w.Directory.SignedIn(ctx, s.home, s.person)
	if errors.Is(err, tenant.ErrNotFound) {
		return false, nil
	}
	if err != nil || who.Stamp != s.w.sessions.GetString(ctx, sessStamp) || who.Person.Role != s.role {
		return false, err
	}
	if !s.visiting {
		_, err = s.w.Directory.Snapshot(ctx, s.home) // so that its revision is known
		return err == nil, err
	}
	if s.w.sessions.GetString(ctx, sessTenant) != string(s.tenant) || now.Unix() >= s.w.sessions.GetInt64(ctx, sessTenantUntil) {
		return false, nil
	}
	return s.w.Directory.Authorise(ctx, s.by, s.tenant, tenant.Read) == nil, nil
}
