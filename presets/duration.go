package presets

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseDuration reads 10m, 1h30m, 7d.
func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 100_000 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration; write 30s, 10m, 2h or 7d", s)
	}
	return d, nil
}
