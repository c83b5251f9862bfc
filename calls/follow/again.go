package follow

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// ErrRefused means that a phone system does not let us in. It is asked again seldom: some block whoever tries often.
var ErrRefused = errors.New("sign-in refused")

// The pauses between two connections.
const (
	firstPause   = time.Second
	longestPause = time.Minute
	refusedPause = 2 * time.Minute
	refusedMost  = 15 * time.Minute
	steadyAfter  = time.Minute // a connection that held this long was a good one
)

// Again calls connect until ctx is over, with pauses that grow while it fails at once. connect returns when the connection is
// lost; told hears why.
func Again(ctx context.Context, connect func(context.Context) error, told func(error)) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		began := time.Now()
		err := connect(ctx)
		if ctx.Err() != nil {
			return
		}
		told(err)
		pause = nextPause(pause, time.Since(began), err)
		timer := time.NewTimer(pause/2 + rand.N(pause)) // not all at the same moment
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

func nextPause(last, held time.Duration, err error) time.Duration {
	shortest, longest := firstPause, longestPause
	if errors.Is(err, ErrRefused) {
		shortest, longest = refusedPause, refusedMost
	}
	if held >= steadyAfter {
		return shortest
	}
	return min(max(2*last, shortest), longest)
}
