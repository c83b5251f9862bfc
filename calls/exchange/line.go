package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/follow"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// State is how a phone system's connection stands.
type State string

// The states.
const (
	StateOff        State = "off"        // nothing is set up
	StateConnecting State = "connecting" // for the first time, or again
	StateConnected  State = "connected"
)

// Status is a state with its reason.
type Status struct {
	State State        `json:"state"`
	Since time.Time    `json:"since,omitzero"`
	Text  wording.Told `json:"text,omitzero"` // why it is not connected
	Hint  wording.Told `json:"hint,omitzero"`
}

// line is a phone system whose calls we hear of.
type line struct {
	lines    *Lines
	key      key
	settings string
	log      *slog.Logger
	cancel   context.CancelFunc
	done     sync.WaitGroup

	mu     sync.Mutex
	status Status
}

func newLine(l *Lines, k key, settings string) *line {
	return &line{
		lines: l, key: k, settings: settings, log: l.d.Log.With("tenant", k.tenant, "system", k.system),
		status: Status{State: StateConnecting, Since: time.Now().UTC()},
	}
}

// end stops it and waits for what it started.
func (r *line) end() {
	r.cancel()
	r.done.Wait()
}

// run hears of calls until ctx is over.
func (r *line) run(ctx context.Context, s tenant.System) {
	follow.Again(ctx, func(ctx context.Context) error {
		secrets, err := r.lines.d.Directory.SystemSecrets(ctx, r.key.tenant, r.key.system)
		if err != nil {
			return fmt.Errorf("read the secrets of a phone system: %w", err)
		}
		source, err := r.lines.source(s, secrets, r)
		if err != nil {
			return err
		}
		return source.Run(ctx, r.take)
	}, r.told)
}

// take writes on an event whose it is.
func (r *line) take(ctx context.Context, e calls.Event) error {
	e.Tenant, e.System = r.key.tenant, r.key.system
	_, err := r.lines.d.Desk().Take(ctx, e)
	return err
}

// told hears of connections: nil is one that stands.
func (r *line) told(err error) {
	now := Status{State: StateConnected, Since: time.Now().UTC()}
	if err != nil {
		now.State = StateConnecting
		now.Text.Text, now.Hint.Text = explain(err)
	}
	r.mu.Lock()
	before := r.status
	if before.State == now.State {
		now.Since = before.Since
	}
	r.status = now
	r.mu.Unlock()
	switch {
	case err == nil:
		r.log.Info("connected to the phone system")
	case before.State == StateConnected || !before.Text.Equal(now.Text.Text): // not each time it is tried in vain
		r.log.Warn("no connection to the phone system", "error", err)
	}
}

// ours are the call ids of the protocols: only such calls are ended because a phone system does not know them.
var ours = regexp.MustCompile(`^([\w.-]+-)?\d{9,11}\.\d+$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// live ends the calls that have ended while nobody listened.
func (r *line) live(ctx context.Context, there map[string]bool) {
	for _, c := range r.lines.d.Desk().Live(calls.View{Tenant: r.key.tenant}).Calls {
		if c.System != r.key.system || there[c.CallID] || !ours.MatchString(c.CallID) {
			continue
		}
		e := calls.Event{CallID: c.CallID, Kind: calls.KindEnded, Direction: c.Direction, End: time.Now().UTC()}
		if err := r.take(ctx, e); err != nil {
			r.log.Warn("a call that is over could not be ended", "call", c.CallID, "error", err)
		}
	}
}

// Status tells how the connection of a phone system stands.
func (l *Lines) Status(t tenant.ID, s tenant.SystemID) Status {
	r := l.at(key{t, s})
	if r == nil {
		return Status{State: StateOff}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// fingerprint is another text whenever a setting of the line is another.
func fingerprint(s tenant.System) string {
	text, err := json.Marshal([]any{s.Lines, s.SecretsSet})
	if err != nil {
		return ""
	}
	return string(text)
}

// explain says for a person why there is no connection.
func explain(err error) (text, hint wording.Text) {
	var known *calls.DialError
	switch {
	case errors.As(err, &known):
		return known.Text, known.Hint
	case errors.Is(err, follow.ErrRefused):
		return wording.New("calls.refuses_sign_in", "the phone system refuses the sign-in"), wording.New("calls.compare", "compare user and password, and permit this server's address there")
	case errors.Is(err, outbound.ErrAddress):
		return wording.Of(outbound.ErrAddress), wording.New("outbound.private", "private addresses need the operator's --allow-outbound")
	case errors.Is(err, outbound.ErrConnect):
		return wording.Of(outbound.ErrConnect), wording.New("calls.firewall", "is the address right, and does a firewall let this server through?")
	case errors.Is(err, context.DeadlineExceeded):
		return wording.New("calls.slow", "the phone system does not answer in time"), wording.New("calls.port", "is the port right?")
	}
	return wording.Of(err), wording.Text{}
}
