package rest

import (
	"context"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// nowFixed is the clock of tests in which no time passes.
func nowFixed() time.Time { return time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC) }

// freePace has no limits.
type freePace struct{}

func (freePace) Wait(ctx context.Context, _ ...presets.Share) error { return ctx.Err() }
func (freePace) Hold(string, time.Time)                             {}
