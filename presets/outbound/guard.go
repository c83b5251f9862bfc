package outbound

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"github.com/ringdex/ringdex/wording"
)

// ErrAddress says that a destination is not allowed, or that its name was not found. It is one error for both, so that
// nobody learns from it which internal names exist.
var ErrAddress = wording.Error("outbound.address", "address not allowed or not found")

// ErrConnect says that a destination which is allowed did not answer: port closed, filtered, or machine down.
var ErrConnect = wording.Error("outbound.connect", "no connection to the server")

// Use is one connection that an operator's rule made possible.
type Use struct {
	Tenant string
	To     netip.AddrPort
	Rule   Rule
}

// Options configure a [Guard]. The zero value refuses everything private and has the usual limits.
type Options struct {
	Allow    []Rule
	Used     func(Use)     // told of each connection a rule allowed, before it is made; for the audit log
	Resolver *net.Resolver // nil: the system's
	Limits   Limits        // fields left at zero are the defaults
}

// Guard makes outgoing connections. It is safe for concurrent use.
type Guard struct {
	allow    []Rule
	used     func(Use)
	resolver *net.Resolver
	limits   Limits
}

// New makes a guard.
func New(o Options) *Guard {
	if o.Used == nil {
		o.Used = func(Use) {}
	}
	return &Guard{allow: o.Allow, used: o.Used, resolver: o.Resolver, limits: o.Limits.withDefaults()}
}

// With is a guard that also allows what further rules do; g stays as it is.
func (g *Guard) With(rules ...Rule) *Guard {
	wider := *g
	wider.allow = slices.Concat(g.allow, rules)
	return &wider
}

// DialContext gives the dial function of one tenant; "" is the server itself (mail, sign-in of operators). The function
// dials TCP only, returns [ErrAddress] or [ErrConnect], and checks each address at the moment it is connected.
func (g *Guard) DialContext(tenant string) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{
		Timeout:  g.limits.Connect,
		Resolver: g.resolver,
		Control: func(_, address string, _ syscall.RawConn) error {
			return g.check(tenant, address)
		},
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		switch network {
		case "tcp", "tcp4", "tcp6":
		default:
			return nil, ErrAddress
		}
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, uniform(ctx, err)
		}
		return conn, nil
	}
}

// Check reports whether one address, already resolved, may be connected by a tenant. Dialling does the same; this is for
// clients that bring their own sockets.
func (g *Guard) Check(tenant string, to netip.AddrPort) error {
	to = netip.AddrPortFrom(plain(to.Addr()), to.Port())
	if public(to.Addr()) {
		return nil
	}
	if within(never, to.Addr()) {
		return ErrAddress
	}
	for _, r := range g.allow {
		if r.allows(tenant, to) {
			g.used(Use{Tenant: tenant, To: to, Rule: r})
			return nil
		}
	}
	return ErrAddress
}

func (g *Guard) check(tenant, address string) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrAddress
	}
	return g.Check(tenant, to)
}

// uniform hides which of several reasons ended a dial; the caller's own cancellation stays visible.
func uniform(ctx context.Context, err error) error {
	var dns *net.DNSError
	var bad *net.AddrError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrAddress), errors.As(err, &dns), errors.As(err, &bad):
		return ErrAddress
	}
	return ErrConnect
}
