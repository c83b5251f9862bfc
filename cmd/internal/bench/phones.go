package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// Phones measures look-ups in the phones' own language beside a real directory server that holds the same numbers, and the
// name alone beside the whole match over HTTP. All in turns, each server on one core, what loads it on the other.
func (r *Run) Phones(ctx context.Context, entries int) error {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed: apt-get install wrk util-linux", tool)
		}
	}
	dir := r.folder("match-%d", entries)
	key, err := r.newKey(ctx, entries)
	if err != nil {
		return err
	}
	phones, err := free()
	if err != nil {
		return err
	}
	p, base, err := r.serve(ctx, "match", "--dir", dir, "--ldap", phones)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := p.ready(ctx, phones); err != nil {
		return err
	}
	if err := settle(ctx, p.pid()); err != nil {
		return err
	}
	over := func(name, path string) *rival {
		return &rival{
			name: name, serve: p,
			check: func(ctx context.Context) error {
				return expect(ctx, base+path+"?number=%2B"+entry{entries / 3}.e164()[1:], key, entry{entries / 3}.name())
			},
			load: func(ctx context.Context) (loaded, error) { return r.wrk(ctx, base, pathScript(path, 0, entries), key) },
		}
	}
	rivals := []*rival{
		r.direct("Ringdex, LDAP", p, LDAPQuestions{Address: phones, Base: "dc=ringdex", Key: key, Numbers: entries}),
		over("Ringdex, /v1/match", "/v1/match"), over("Ringdex, /v1/name", "/v1/name"),
	}
	if missing := missingLDAP(); missing == "" {
		h := &host{numbers: min(entries, peerNumbers), log: r.log, show: func(int, int) {}}
		defer func() { h.server.stop(); _ = os.RemoveAll(h.dir) }()
		if h.dir, err = os.MkdirTemp("", "ringdex-peer-"); err != nil {
			return err
		}
		if h.address, err = free(); err != nil {
			return err
		}
		if err := beginLDAP(ctx, h); err != nil {
			return err
		}
		rivals = append(rivals, r.direct("OpenLDAP slapd, index on the number", h.server, LDAPQuestions{Address: h.address, Base: slapdBase, Numbers: h.numbers}))
	} else {
		r.log("slapd is left out: %s", missing)
	}
	for round := range r.rounds() {
		for _, v := range rivals {
			if err := v.round(ctx); err != nil {
				return fmt.Errorf("round %d, %s: %w", round+1, v.name, err)
			}
		}
	}
	r.table(fmt.Sprintf("What phones ask, %s numbers, one core for each server, %d connections (LDAP) and %d (HTTP) from the other", thousands(entries), peerConnections, connections),
		"server", "requests a second", "Ringdex LDAP ÷ this, per round", "p50 µs", "p99 µs", "processor µs a request", "of its client")
	first := rivals[0].each(rate)
	for _, v := range rivals {
		own := v.each(rate)
		r.line(v.name, own.text("%.0f"), first.to(own).text("%.2f"), v.each(func(l loaded) float64 { return l.p50 }).text("%.0f"),
			v.each(func(l loaded) float64 { return l.p99 }).text("%.0f"), v.cost.text("%.1f"), v.each(func(l loaded) float64 { return l.client }).text("%.1f"))
	}
	r.printf("\n/v1/name ÷ /v1/match, per round: %s\n", rivals[2].each(rate).to(rivals[1].each(rate)).text("%.2f"))
	return nil
}

// LDAPQuestions are look-ups of numbers in a directory.
type LDAPQuestions struct {
	Address, Base string
	Key           string // to sign in with; "" does not
	Numbers       int    // that the directory holds
}

// Asked is what a directory answered: questions a second, microseconds.
type Asked struct{ Rate, P50, P99 float64 }

// AskLDAP asks a directory for numbers over several connections for a round's time. It is run in a process of its own.
// Messages are put together and taken apart by hand, so that the directory is what is measured.
func AskLDAP(ctx context.Context, q LDAPQuestions) (Asked, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all latencies
	var failed error
	start := time.Now()
	for c := range peerConnections {
		wg.Go(func() {
			seen, err := q.ask(ctx, c*q.Numbers/peerConnections, start.Add(roundTime))
			mu.Lock()
			defer mu.Unlock()
			all = append(all, seen...)
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	rate := float64(len(all)) / time.Since(start).Seconds()
	all = all.sorted()
	return Asked{Rate: rate, P50: all.at(50), P99: all.at(99)}, failed
}

func (q LDAPQuestions) ask(ctx context.Context, from int, until time.Time) (seen latencies, err error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", q.Address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	if q.Key != "" {
		op := slices.Concat([]byte{0x02, 1, 3}, ber(nil, 0x04, []byte("cn=bench,"+q.Base)), ber(nil, 0x80, []byte(q.Key)))
		if _, err := conn.Write(ber(nil, 0x30, []byte{0x02, 1, 1}, ber(nil, 0x60, op))); err != nil {
			return nil, err
		}
		m, err := readLDAP(in)
		if err != nil || !bytes.Contains(m, []byte{0x61, 0x07, 0x0a, 0x01, 0x00}) {
			return nil, fmt.Errorf("sign in: %w: % x", err, m)
		}
	}
	base := ber(nil, 0x04, []byte(q.Base))
	attribute, wanted := ber(nil, 0x04, []byte("telephoneNumber")), ber(nil, 0x30, ber(nil, 0x04, []byte("cn")), ber(nil, 0x04, []byte("o")), ber(nil, 0x04, []byte("mail")))
	var number, equal, op, message, name []byte // their memory serves for every question
	for i := from; time.Now().Before(until) && ctx.Err() == nil; i = (i + 7919) % q.Numbers {
		e := entry{i}
		number = ber(number[:0], 0x04, []byte(e.e164()))
		equal = ber(equal[:0], 0xa3, attribute, number)
		op = ber(op[:0], 0x63, base, []byte{0x0a, 1, 2, 0x0a, 1, 0, 0x02, 1, 2, 0x02, 1, 10, 0x01, 1, 0}, equal, wanted)
		message = ber(message[:0], 0x30, []byte{0x02, 1, 2}, op)
		name = ber(name[:0], 0x04, []byte(e.name()))
		began, found := time.Now(), 0
		if _, err := conn.Write(message); err != nil {
			return seen, err
		}
		for done := false; !done; {
			m, err := readLDAP(in)
			if err != nil {
				return seen, err
			}
			switch m[3] { // behind the message's number
			case 0x64:
				if !bytes.Contains(m, name) {
					return seen, fmt.Errorf("somebody else has the number of contact %d", i)
				}
				found++
			case 0x65:
				done = true
			}
		}
		seen = append(seen, time.Since(began))
		if found != 1 {
			return seen, fmt.Errorf("%d people have the number of contact %d", found, i)
		}
	}
	return seen, nil
}

// ber appends an element of BER.
func ber(dst []byte, tag byte, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if size < 0x80 {
		dst = append(dst, tag, byte(size))
	} else {
		dst = binary.BigEndian.AppendUint16(append(dst, tag, 0x82), uint16(size))
	}
	for _, p := range parts {
		dst = append(dst, p...)
	}
	return dst
}

// readLDAP reads the body of a message, valid until the next.
func readLDAP(in *bufio.Reader) ([]byte, error) {
	head, err := in.Peek(2)
	if err != nil {
		return nil, err
	}
	size, skip := int(head[1]), 2
	if head[1] >= 0x80 {
		skip += int(head[1] & 0x7f)
		if head, err = in.Peek(skip); err != nil {
			return nil, err
		}
		size = 0
		for _, b := range head[2:] {
			size = size<<8 | int(b)
		}
	}
	if size < 5 {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	m, err := in.Peek(skip + size)
	if err != nil {
		return nil, err
	}
	_, err = in.Discard(skip + size) // the bytes stay until the next read
	return m[skip:], err
}
