package jobs

import (
	"time"

	"github.com/ringdex/ringdex/presets"
)

const (
	incrementalEvery = 30 * time.Minute
	quotaShare       = 0.1 // of a CRM's daily quota that incremental runs may use
	quotaWindow      = time.Hour
	requestsGuess    = 2.0 // of an incremental run before one was seen
)

// interval is the time between incremental runs that need that many requests each: half an hour, or as much longer as a
// tenth of the smallest daily quota demands; 0 means that not even one a day fits. sharers is how many integrations use
// the vendor's limit of the whole app.
func interval(rates []presets.Rate, requests float64, sharers int) time.Duration {
	every := incrementalEvery
	for _, r := range rates {
		if r.Limit.Every < quotaWindow {
			continue // a short burst is the source's business
		}
		daily := float64(r.Limit.Count) * float64(24*time.Hour) / float64(r.Limit.Every)
		if r.Per == "app" {
			daily /= float64(max(sharers, 1))
		}
		every = max(every, time.Duration(requests*float64(24*time.Hour)/(daily*quotaShare)))
	}
	if every > 24*time.Hour {
		return 0
	}
	return every
}

// learn moves the expected requests of an incremental run towards what the last one needed.
func learn(expected float64, needed int) float64 {
	if expected == 0 {
		expected = requestsGuess
	}
	return 0.7*expected + 0.3*float64(max(needed, 1))
}
