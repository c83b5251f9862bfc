package ami_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/ami"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/follow"
)

var record = flag.Bool("record", false, "write the streams of the real Asterisk to testdata")

// rules tell lines to the outside from phones in the recordings.
var rules = follow.Rules{Contexts: []string{"from-trunk*"}}

// asterisk is a real one, started by the test: three phones, a line to the outside, a ring group and a queue.
type asterisk struct {
	manager, sip string
	phones       map[string]*callstest.Phone
	root, config string
	cmd          *exec.Cmd
}

// asteriskRoot is a folder with a Debian in which Asterisk is installed, for systems that do not have it themselves.
const asteriskRoot = "RINGDEX_ASTERISK_ROOT"

func newAsterisk(t *testing.T) *asterisk {
	t.Helper()
	root := os.Getenv(asteriskRoot)
	if root == "" {
		root = "/var/cache/ringdex-asterisk"
	}
	if _, err := os.Stat(filepath.Join(root, "usr/sbin/asterisk")); err != nil || os.Getuid() != 0 {
		root = ""
	}
	if _, err := exec.LookPath("asterisk"); root == "" && err != nil {
		t.Skip("no asterisk here: the recorded streams are replayed, a real one is not tried")
	}
	a := &asterisk{manager: freeTCP(t), sip: freeUDP(t), root: root, phones: map[string]*callstest.Phone{}}
	for i, number := range []string{"trunk", "201", "202", "203"} {
		user := map[bool]string{true: "31612345678", false: number}[number == "trunk"]
		p, err := callstest.NewPhone(user, fmt.Sprintf("127.0.7.%d:0", i+1), a.sip)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		a.phones[number] = p
	}
	dir, err := os.MkdirTemp(filepath.Join(root, "/tmp"), "asterisk") //nolint:usetesting // it has to lie below the root
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	a.config = dir
	a.configure(t)
	a.start(t)
	return a
}

func freeTCP(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func freeUDP(t *testing.T) string {
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.LocalAddr().String()
}

func (a *asterisk) configure(t *testing.T) {
	inside := strings.TrimPrefix(a.config, a.root)
	_, port, _ := net.SplitHostPort(a.manager)
	pjsip := "[udp]\ntype=transport\nprotocol=udp\nbind=" + a.sip + "\n"
	for number, p := range a.phones {
		host, _, _ := net.SplitHostPort(p.Address())
		dialplan := "from-internal"
		if number == "trunk" {
			dialplan = "from-trunk"
		}
		pjsip += fmt.Sprintf("[%[1]s]\ntype=endpoint\ncontext=%[2]s\ndisallow=all\nallow=ulaw\naors=%[1]s\n[%[1]s]\ntype=aor\ncontact=sip:%[1]s@%[3]s\n"+
			"[%[1]s]\ntype=identify\nendpoint=%[1]s\nmatch=%[4]s\n", number, dialplan, p.Address(), host)
	}
	for name, text := range map[string]string{
		"asterisk.conf": "[directories]\nastetcdir => " + inside + "\nastrundir => " + inside + "\nastlogdir => " + inside + "\nastdbdir => " + inside +
			"\nastspooldir => " + inside + "\n",
		"modules.conf": "[modules]\nautoload=yes\nnoload => chan_sip.so\nnoload => chan_iax2.so\nnoload => chan_skinny.so\nnoload => chan_mgcp.so\nnoload => pbx_dundi.so\n",
		"http.conf":    "[general]\nenabled=no\n",
		"logger.conf":  "[logfiles]\nmessages => notice,warning,error\n",
		"pjsip.conf":   pjsip,
		"manager.conf": "[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=" + port + "\n[ringdex]\nsecret=opensesame\nread=call,agent,system\nwrite=reporting,originate\n",
		"queues.conf":  "[support]\nstrategy=ringall\ntimeout=20\nretry=1\nmember => PJSIP/201\nmember => PJSIP/202\n[empty]\nstrategy=ringall\n",
		"extensions.conf": `[from-trunk]
exten => 31205550001,1,Dial(PJSIP/201,20)
exten => 31205550002,1,Dial(PJSIP/201&PJSIP/202&PJSIP/203,20)
exten => 31205550003,1,Queue(support,,,,30)
exten => 31205550004,1,Queue(empty,r,,,30)
[from-internal]
exten => _20X,1,Dial(PJSIP/${EXTEN},20)
exten => _0X.,1,Dial(PJSIP/${EXTEN:1}@trunk,30)
`,
	} {
		if err := os.WriteFile(filepath.Join(a.config, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (a *asterisk) start(t *testing.T) {
	file := filepath.Join(strings.TrimPrefix(a.config, a.root), "asterisk.conf")
	a.cmd = exec.Command("asterisk", "-f", "-C", file)
	if a.root != "" {
		a.cmd = exec.Command("chroot", a.root, "/usr/sbin/asterisk", "-f", "-C", file)
	}
	var said bytes.Buffer
	a.cmd.Stdout, a.cmd.Stderr = &said, &said
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.stop)
	for range 300 {
		if ami.Check(t.Context(), a.server()) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	messages, _ := os.ReadFile(filepath.Join(a.config, "messages"))
	t.Fatalf("asterisk does not start: %s\n%s", said.String(), messages)
}

func (a *asterisk) stop() {
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait()
}

func (a *asterisk) server() ami.Server {
	var d net.Dialer
	return ami.Server{Address: a.manager, User: "ringdex", Secret: "opensesame", Dial: d.DialContext}
}

// heard is what a source has told.
type heard struct {
	mu     sync.Mutex
	events []calls.Event
	more   chan struct{}
}

func (h *heard) take(_ context.Context, e calls.Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
	select {
	case h.more <- struct{}{}:
	default:
	}
	return nil
}

// await waits for an event.
func (h *heard) await(t *testing.T, kind calls.Kind, device string) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		h.mu.Lock()
		for _, e := range h.events {
			if e.Kind == kind && e.Device.Number == device {
				h.mu.Unlock()
				return
			}
		}
		events := fmt.Sprint(h.events)
		h.mu.Unlock()
		select {
		case <-h.more:
		case <-late:
			t.Fatalf("no %s %s: %s", kind, device, events)
		}
	}
}

// tap writes what a connection reads.
type tap struct {
	net.Conn
	to io.Writer
}

func (c tap) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	_, _ = c.to.Write(b[:n])
	return n, err
}
