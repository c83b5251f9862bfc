package tenant

import (
	"fmt"
	"time"
)

// WaitError means that there were too many wrong passwords: try again after Wait.
type WaitError struct{ Wait time.Duration }

func (e *WaitError) Error() string {
	return fmt.Sprintf("too many wrong passwords; try again in %s", e.Wait.Round(time.Second))
}
