package jobs

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// RunID names a run: "r_" and 13 characters that sort by the time it began.
type RunID string

// runIDCode keeps the order of the bytes it writes.
var runIDCode = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// newRunID makes an id of 44 bits of milliseconds and 20 random ones, which keep apart what began in one millisecond.
func newRunID(now time.Time, random io.Reader) (RunID, error) {
	var b [4]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make a run id: %w", err)
	}
	n := uint64(now.UnixMilli())<<20 | uint64(binary.BigEndian.Uint32(b[:])>>12)
	return RunID("r_" + runIDCode.EncodeToString(binary.BigEndian.AppendUint64(nil, n))), nil
}

// number returns what the id encodes, 0 for a text that is none.
func (id RunID) number() uint64 {
	if len(id) != 15 || id[:2] != "r_" {
		return 0
	}
	b, err := runIDCode.DecodeString(string(id[2:]))
	if err != nil {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
