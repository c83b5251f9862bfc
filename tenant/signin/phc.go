package signin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// phc is a hash with its parameters in the PHC string format: $argon2id$v=19$m=19456,t=2,p=1$salt$hash, base64 without padding.
type phc struct {
	cost       Cost
	salt, hash []byte
}

var errPHC = errors.New("not an argon2id hash")

// Limits on what a stored hash may ask for, so that a forged record cannot exhaust the machine.
const (
	maxMemory = 1 << 20 // KiB
	maxTime   = 64
)

func (p phc) String() string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.cost.Memory, p.cost.Time, p.cost.Lanes, text(p.salt), text(p.hash))
}

func parsePHC(stored string) (phc, error) {
	var p phc
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Time, &p.cost.Lanes); err != nil {
		return p, errPHC
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, errPHC
	}
	if p.hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return p, errPHC
	}
	c := p.cost
	if c.Memory > maxMemory || c.Time == 0 || c.Time > maxTime || c.Lanes == 0 || len(p.hash) != hashLength {
		return p, errPHC
	}
	return p, nil
}
