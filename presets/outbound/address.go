package outbound

import "net/netip"

// Addresses that are not ordinary internet hosts, from IANA's IPv4 and IPv6 Special-Purpose Address Registries
// (read 2026-11-20). Multicast and reserved space is added, as nothing this program talks to lives there.
var special4 = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // carrier-grade NAT
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local, metadata services
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // retired 6to4 relays
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved and broadcast
)

// special6 are the exceptions inside 2000::/3, the only IPv6 space in global use.
var special6 = prefixes(
	"2001::/23",     // protocol assignments, Teredo
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4, carries an IPv4 address
	"3fff::/20",     // documentation
)

var (
	global6 = netip.MustParsePrefix("2000::/3")
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last 32 bits are an IPv4 address
)

// never are addresses no rule can open: the metadata services of the clouds and the link-local space they live in.
var never = prefixes(
	"169.254.0.0/16",     // AWS, Azure, Google, Oracle, OpenStack; AWS task and pod credentials
	"fe80::/10",          // link-local, OpenStack's fe80::a9fe:a9fe
	"fd00:ec2::/32",      // AWS over IPv6
	"fd20:ce::254/128",   // Google over IPv6
	"100.100.100.200/32", // Alibaba
	"168.63.129.16/32",   // Azure's host agent, a public address by its looks
	"192.0.0.192/32",     // Oracle's older one
	"0.0.0.0/32",
	"::/128",
)

// plain takes the wrappers off an address: the zone, IPv4 in IPv6, and NAT64.
func plain(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return a
}

// public reports whether a plain address is an ordinary internet host.
func public(a netip.Addr) bool {
	if within(never, a) {
		return false
	}
	if a.Is4() {
		return !within(special4, a)
	}
	return global6.Contains(a) && !within(special6, a)
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
