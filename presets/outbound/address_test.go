package outbound

import (
	"errors"
	"net"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Promise D1: whatever way an internal address is written, it is refused when it is dialled.
func TestRefusedDestinations(t *testing.T) {
	t.Parallel()
	dial := New(Options{}).DialContext("t_one")
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001",
		"localhost", "localhost.", "LOCALHOST", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "0.0.0.0", "0", "0.1.2.3",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
		"[::127.0.0.1]", "[::10.1.1.1]", "[0:0:0:0:0:ffff:192.168.0.1]",
		"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
		"100.64.0.1", "100.127.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200",
		"192.0.0.192", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255", "192.88.99.1",
		"224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"[fd00::1]", "[fc00::1]", "[fdff:ffff::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::a9fe:a9fe]",
		"[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::1]",
		"[2002:7f00:1::1]", "[2002:a00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[5f00::1]",
		"127。0。0。1", "127.0.0.1.", "１２７.0.0.1", "", " 127.0.0.1", "127.0.0.1%00.example.com", "1.1.1.1@127.0.0.1",
	} {
		t.Run(host, func(t *testing.T) {
			conn, err := dial(t.Context(), "tcp", host+":9")
			if conn != nil {
				_ = conn.Close()
			}
			if !errors.Is(err, ErrAddress) {
				t.Errorf("dial %q gave %v, want ErrAddress", host, err)
			}
		})
	}
}

// Promise: what is on the internet is not refused by the table.
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"1.1.1.1:443", "8.8.8.8:53", "9.255.255.255:1", "11.0.0.0:1", "100.63.255.255:1", "100.128.0.0:1", "172.15.255.255:1",
		"172.32.0.0:1", "169.253.255.255:1", "192.167.255.255:1", "198.17.255.255:1", "223.255.255.255:1",
		"[2606:4700::1111]:443", "[2a00:1450:4009::200e]:443", "[2001:200::1]:1", "[64:ff9b::8.8.8.8]:443", "[::ffff:8.8.8.8]:443",
	} {
		if err := New(Options{}).check("t_one", a); err != nil {
			t.Errorf("check %s gave %v", a, err)
		}
	}
}

// Promise: nothing but TCP is dialled.
func TestOtherNetworks(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"udp", "unix", "ip4:icmp", "unixgram", ""} {
		if _, err := New(Options{}).DialContext("")(t.Context(), network, "1.1.1.1:53"); !errors.Is(err, ErrAddress) {
			t.Errorf("network %q gave %v, want ErrAddress", network, err)
		}
	}
}

// Promise D5: a closed port at an allowed address and one at a refused address tell nothing about the machine behind.
func TestClosedPort(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	open, closed := l, l.Addr().String()
	g := New(Options{Allow: []Rule{rule(t, "127.0.0.1@t_own")}})
	_ = open.Close()
	if _, err := g.DialContext("t_own")(t.Context(), "tcp", closed); !errors.Is(err, ErrConnect) {
		t.Errorf("allowed but closed gave %v, want ErrConnect", err)
	}
	if _, err := g.DialContext("t_other")(t.Context(), "tcp", closed); !errors.Is(err, ErrAddress) {
		t.Errorf("not allowed gave %v, want ErrAddress", err)
	}
}

func rule(t *testing.T, text string) Rule {
	t.Helper()
	r, err := ParseRule(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
