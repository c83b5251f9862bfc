package outbound

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Rule opens one private range to outgoing connections. The operator sets rules, never a tenant.
type Rule struct {
	Range  netip.Prefix
	Port   uint16 // 0: every port
	Tenant string // "": every tenant
}

// ParseRule reads CIDR[:PORT][@TENANT]; a single address stands for itself. An IPv6 range before a port is written in
// square brackets. Ranges of metadata services are refused: no rule opens those.
func ParseRule(text string) (Rule, error) {
	place, tenant, named := strings.Cut(strings.TrimSpace(text), "@")
	if named && tenant == "" {
		return Rule{}, fmt.Errorf("allow rule %q: nothing stands after @; write CIDR[:PORT][@TENANT]", text)
	}
	where, port, err := splitPort(place)
	if err != nil {
		return Rule{}, fmt.Errorf("allow rule %q: %w", text, err)
	}
	r, err := parseRange(where)
	if err != nil {
		return Rule{}, fmt.Errorf("allow rule %q: %w", text, err)
	}
	return Rule{Range: r, Port: port, Tenant: tenant}, nil
}

// String writes the rule as [ParseRule] reads it.
func (r Rule) String() string {
	text := r.Range.String()
	if r.Port != 0 {
		if r.Range.Addr().Is6() {
			text = "[" + text + "]"
		}
		text += ":" + strconv.Itoa(int(r.Port))
	}
	if r.Tenant != "" {
		text += "@" + r.Tenant
	}
	return text
}

// allows reports whether the rule opens a plain address to a tenant.
func (r Rule) allows(tenant string, to netip.AddrPort) bool {
	return r.Range.Contains(to.Addr()) &&
		(r.Port == 0 || r.Port == to.Port()) &&
		(r.Tenant == "" || r.Tenant == tenant)
}

// splitPort takes the port off; a bare IPv6 range has colons but no port.
func splitPort(place string) (string, uint16, error) {
	where, port, found := place, "", false
	if strings.HasPrefix(place, "[") {
		inside, after, closed := strings.Cut(place[1:], "]")
		if !closed {
			return "", 0, fmt.Errorf("the bracket is not closed")
		}
		length, rest, _ := strings.Cut(after, ":")
		where, port, found = inside+length, rest, strings.Contains(after, ":")
	} else if strings.Count(place, ":") == 1 {
		where, port, found = strings.Cut(place, ":")
	}
	if !found {
		return where, 0, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("%q is no port; ports go from 1 to 65535", port)
	}
	return where, uint16(n), nil
}

func parseRange(where string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(where)
	if err != nil {
		a, aerr := netip.ParseAddr(where)
		if aerr != nil {
			return netip.Prefix{}, fmt.Errorf("%q is neither an address range such as 10.0.0.0/8 nor an address", where)
		}
		if a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q: a rule has no zone", where)
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q: write IPv4 ranges as IPv4", where)
	}
	p = p.Masked()
	for _, n := range never {
		if n.Contains(p.Addr()) && n.Bits() <= p.Bits() {
			return netip.Prefix{}, fmt.Errorf("%s belongs to metadata services and is never allowed", p)
		}
	}
	return p, nil
}
