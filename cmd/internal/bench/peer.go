package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"strconv"
)

// peerNumbers is how many numbers a peer is loaded with at most.
const peerNumbers = 1_000_000

// peer is a program others use for the same question.
type peer struct {
	name    string
	kind    string        // of `bench serve`, for the echo handler in front of it
	missing func() string // what to install, if anything
	begin   func(ctx context.Context, h *host) error
}

// peers are run beside where they are installed.
func peers() []peer {
	return []peer{
		{"echo + Redis GET", "redis", missingRedis, beginRedis},
		{"echo + PostgreSQL, primary key", "postgres", missingPostgres, beginPostgres},
		{"OpenLDAP, reverse look-up, no HTTP", "", missingLDAP, beginLDAP},
	}
}

// PeerHandler is the echo handler in front of a peer that listens at an address; nil for a kind that is none.
func PeerHandler(ctx context.Context, kind, address string) (http.Handler, error) {
	switch kind {
	case "redis":
		return redisHandler(address), nil
	case "postgres":
		return postgresHandler(ctx, address)
	}
	return nil, fmt.Errorf("%q is not a peer", kind)
}

// host is where a peer's server runs.
type host struct {
	dir, address string
	numbers      int
	uid          uint32 // of a user without rights, where the benchmark is run by root
	server       *process
	log          func(format string, args ...any)
	show         func(done, total int)
}

// peer starts a peer on the server's core, loads it with numbers and puts its handler in front.
func (r *Run) peer(ctx context.Context, p peer, numbers int) (v *rival, end func(), err error) {
	h := &host{numbers: numbers, log: r.log}
	var front *process
	end = func() {
		front.stop()
		h.server.stop()
		_ = os.RemoveAll(h.dir)
	}
	if h.dir, err = os.MkdirTemp("", "ringdex-peer-"); err != nil {
		return nil, end, err
	}
	if h.address, err = free(); err != nil {
		return nil, end, err
	}
	show, done := r.progress("loading " + p.name)
	h.show = show
	err = p.begin(ctx, h)
	done()
	if err != nil {
		return nil, end, err
	}
	probe := numbers / 3
	if p.kind == "" {
		return r.direct(p.name, h.server, LDAPQuestions{Address: h.address, Base: slapdBase, Numbers: h.numbers}), end, nil
	}
	front, base, err := r.serve(ctx, p.kind, "--peer", h.address)
	v = &rival{name: p.name, serve: front}
	v.check = func(ctx context.Context) error {
		return expect(ctx, base+"/v1/match?number=%2B"+entry{probe}.e164()[1:], "", entry{probe}.name())
	}
	v.load = func(ctx context.Context) (loaded, error) { return r.wrk(ctx, base, e164Script(0, numbers), "") }
	return v, end, err
}

// record is what a peer stores of a number: the JSON that goes out, 366 bytes as at the floor.
func (e entry) stored() []byte {
	c := e.contact()
	body := fmt.Appendf(nil, `{"matches":[{"id":%q,"name":%q,"company":%q,"url":%q,"email":%q,"identifier":%q}],"fill":"`,
		c.ID, c.Name, c.Company, c.URL, c.Fields[0].Value, c.Fields[1].Value)
	for len(body) < recordSize-2 {
		body = append(body, '.')
	}
	return append(body, `"}`...)
}

// installed finds a program in PATH or one of some folders Debian keeps out of it.
func installed(name string, folders ...string) (path string, ok bool) {
	if path, err := exec.LookPath(name); err == nil {
		return path, true
	}
	for _, f := range folders {
		if path, err := exec.LookPath(f + "/" + name); err == nil {
			return path, true
		}
	}
	return "", false
}

// own gives the peer's folder to a user without rights if the benchmark is run by root: PostgreSQL insists.
func (h *host) own(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	h.uid = uint32(uid)
	return errors.Join(os.Chown(h.dir, uid, -1), os.Chmod(h.dir, 0o700))
}
