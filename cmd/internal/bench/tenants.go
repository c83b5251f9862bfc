package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime/debug"
	"time"

	"github.com/ringdex/ringdex/recognition"
)

// Tenants measures a folder with many small tenants in a process that only serves it.
func (r *Run) Tenants(ctx context.Context, tenants, contacts int) error {
	dir := r.folder("tenants-%d-%d", tenants, contacts)
	err := once(dir, func() error { return r.fillTenants(ctx, dir, tenants, contacts) })
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, r.Self, "bench", "open", "--dir", dir).Output()
	if err != nil {
		return fmt.Errorf("open %d tenants: %w", tenants, err)
	}
	var o Opened
	if err := json.Unmarshal(out, &o); err != nil {
		return err
	}
	r.printf("\n%s tenants × %s contacts, in a fresh process: open after %.0f ms with %.0f MiB of anonymous memory; "+
		"%.0f MiB after a question about a contact of each tenant, %.0f MiB once it is at rest.\n",
		thousands(tenants), thousands(contacts), o.OpenMillis, o.OpenMiB, o.AskedMiB, o.RestMiB)
	return nil
}

// Opened is what Open found.
type Opened struct{ OpenMillis, OpenMiB, AskedMiB, RestMiB float64 }

// Open opens a folder of several tenants and asks each about a contact. It is run in a process of its own.
func Open(ctx context.Context, dir string) (o Opened, err error) {
	start := time.Now()
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	o.OpenMillis, o.OpenMiB = float64(time.Since(start).Microseconds())/1e3, anonymous("self")
	all, err := s.tenants(ctx)
	if err != nil {
		return o, err
	}
	for _, t := range all {
		a, err := s.recognize.Recognize(ctx, &recognition.Question{Tenant: t, Number: entry{1}.e164()})
		if err != nil {
			return o, err
		}
		if len(a.Matches()) != 1 {
			return o, fmt.Errorf("tenant %s: %d matches, want 1", t, len(a.Matches()))
		}
	}
	o.AskedMiB = anonymous("self")
	if err := settle(ctx, "self"); err != nil {
		return o, err
	}
	debug.FreeOSMemory()
	o.RestMiB = anonymous("self")
	return o, nil
}

// fillTenants gives all of them the same contacts; sealed under keys of their own, nothing of it is the same on disk.
func (r *Run) fillTenants(ctx context.Context, dir string, tenants, contacts int) (err error) {
	s, err := openStack(ctx, dir, -1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	show, end := r.progress(fmt.Sprintf("filling %s tenants", thousands(tenants)))
	defer end()
	for i := range tenants {
		show(i, tenants)
		in, err := s.addTenant(ctx, fmt.Sprintf("Tenant %06d", i))
		if err == nil {
			err = put(ctx, s.cache, in, contacts, func(int, int) {})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
