package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// shares are the limits a request is under. There is always one of the connection, for the sake of [presets.Pace.Hold].
func (c *client) shares(base string, token presets.Token) []presets.Share {
	shares := []presets.Share{{Key: c.key("connection", base, token)}}
	for _, r := range c.preset.HTTP.Rate {
		shares = append(shares, presets.Share{Key: c.key(r.Per, base, token), Rate: r})
	}
	return shares
}

// key names who shares a limit.
func (c *client) key(per, base string, token presets.Token) string {
	switch per {
	case "account":
		if base == "" || !strings.Contains(c.preset.HTTP.BaseURL, "$(") && len(token.Keep) == 0 {
			break // nothing tells one account from another
		}
		sum := sha256.New()
		_, _ = fmt.Fprintf(sum, "%s %v", base, token.Keep)
		return c.preset.ID + "/account/" + hex.EncodeToString(sum.Sum(nil)[:12])
	case "app":
		return c.preset.ID + "/app/" + c.conn.Options.Get("client_id")
	}
	return c.preset.ID + "/connection/" + c.conn.ID
}

// rest waits before the next try: as long as the CRM asked, else longer each time, with jitter in both. The whole
// connection waits, and nobody else.
func (c *client) rest(ctx context.Context, try int, asked time.Duration) (time.Duration, error) {
	d := time.Second << (try - 1)
	if asked > 0 {
		d = min(asked, maxWait)
		d += jitter(min(d/10, 5*time.Second))
		c.conn.Pace.Hold(c.key("connection", "", presets.Token{}), c.conn.Now().Add(d))
	} else {
		d = d/2 + jitter(d/2)
	}
	return d, c.conn.Sleep(ctx, d)
}
