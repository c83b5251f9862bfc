package rest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// Promise: in no stretch of time are there more requests than the limit, however they come, with few and with many.
func TestPacer(t *testing.T) {
	for _, limit := range []presets.Limit{{Count: 4, Every: time.Second}, {Count: 100, Every: 10 * time.Second}, {Count: 4000, Every: time.Hour}} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPacer(time.Now, presets.Sleep)
			var at []time.Time
			for range limit.Count*2 + 3 {
				if err := p.Wait(t.Context(), presets.Share{Key: "k", Rate: presets.Rate{Limit: limit}}); err != nil {
					var e *presets.Error
					if limit.Every < time.Hour || !errors.As(err, &e) || e.RetryAfter < maxWait {
						t.Fatal(err)
					}
					time.Sleep(e.RetryAfter)
					continue
				}
				at = append(at, time.Now())
				time.Sleep(time.Millisecond)
			}
			for i := limit.Count; i < len(at); i++ {
				if at[i].Sub(at[i-limit.Count]) < limit.Every {
					t.Fatalf("%v: requests %d to %d within %v", limit, i-limit.Count, i, at[i].Sub(at[i-limit.Count]))
				}
			}
		})
	}
}

// Promise: what is left to others is not used, and a hold holds its own key only.
func TestPacerLeaveAndHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Now, presets.Sleep)
		rate := presets.Rate{Limit: presets.Limit{Count: 10, Every: time.Second}, Leave: 20}
		start := time.Now()
		for range 9 {
			if err := p.Wait(t.Context(), presets.Share{Key: "k", Rate: rate}); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(start); waited < time.Second {
			t.Errorf("nine of ten with a fifth left took %v", waited)
		}
		p.Hold("held", time.Now().Add(time.Minute))
		start = time.Now()
		_ = p.Wait(t.Context(), presets.Share{Key: "other", Rate: rate})
		if time.Since(start) != 0 {
			t.Error("another key waited")
		}
		_ = p.Wait(t.Context(), presets.Share{Key: "held"})
		if time.Since(start) != time.Minute {
			t.Errorf("held for %v", time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p.Hold("held", time.Now().Add(time.Minute))
		if err := p.Wait(ctx, presets.Share{Key: "held", Rate: rate}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// Promise: keys that nobody uses any more cost no memory for ever.
func TestPacerForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Now, presets.Sleep)
		for i := range 20_000 {
			if err := p.Wait(t.Context(), presets.Share{Key: strconv.Itoa(i), Rate: presets.Rate{Limit: presets.Limit{Count: 1, Every: time.Second}}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		if len(p.windows) > 3000 {
			t.Errorf("%d windows", len(p.windows))
		}
	})
}

// Promise: two tenants who share an app's limit of 4 requests a second never exceed it, and use at least 95 % of it, also
// where each is under limits of its own.
func TestPacerSharedApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Now, presets.Sleep)
		app := presets.Share{Key: "app", Rate: presets.Rate{Limit: presets.Limit{Count: 4, Every: time.Second}}}
		var mu sync.Mutex
		var at []time.Time
		const length = 60 * time.Second
		start := time.Now()
		var tenants sync.WaitGroup
		for i := range 2 {
			own := presets.Share{Key: strconv.Itoa(i), Rate: presets.Rate{Limit: presets.Limit{Count: 30, Every: 10 * time.Second}}}
			tenants.Go(func() {
				for {
					if err := p.Wait(t.Context(), own, app); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					at = append(at, time.Now())
					mu.Unlock()
					time.Sleep(time.Duration(20+30*i) * time.Millisecond) // the answer's way
					if time.Since(start) > length {
						return
					}
				}
			})
		}
		tenants.Wait()
		for i := 4; i < len(at); i++ {
			if at[i].Sub(at[i-4]) < time.Second {
				t.Fatalf("five requests within %v", at[i].Sub(at[i-4]))
			}
		}
		if want := int(4 * length.Seconds() * 95 / 100); len(at) < want {
			t.Errorf("%d requests in %v, fewer than 95 %% of the limit (%d)", len(at), length, want)
		}
	})
}

// Promise: a request that costs more takes more of the limit, and one that costs more than the limit still gets through.
func TestPacerCost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Now, presets.Sleep)
		limit := presets.Limit{Count: 100, Every: 10 * time.Second}
		for cost, want := range map[int]int{0: 100, 10: 10, 30: 3, 500: 1} {
			share := presets.Share{Key: strconv.Itoa(cost), Rate: presets.Rate{Limit: limit, Cost: cost}}
			n := 0
			for start := time.Now(); ; n++ {
				if err := p.Wait(t.Context(), share); err != nil {
					t.Fatal(err)
				}
				if time.Since(start) > 0 {
					break
				}
			}
			if n != want {
				t.Errorf("at a cost of %d, %d requests went at once, want %d", cost, n, want)
			}
		}
	})
}
