package callstest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Phone is a very small SIP phone (RFC 3261) for trying real phone systems: it rings, is answered, calls, hands on and hangs
// up. It sends no sound.
type Phone struct {
	Number string
	Calls  chan *Conversation // that ring at it
	Reject bool               // answer each call with "busy here"

	conn  net.PacketConn
	proxy net.Addr
	mu    sync.Mutex
	talks map[string]*Conversation // by Call-ID
	done  chan struct{}
	again sync.WaitGroup
}

// Conversation is a phone's part in a call.
type Conversation struct {
	phone            *Phone
	id               string
	local, remote    string // From and To values as we write them: <sip:…>;tag=…
	target           string
	invite           sipMessage // that we have received, or sent
	seq              int
	caller, answered bool
	state            chan string // "ringing", "answered", "ended"
	heard            chan struct{}
	once             sync.Once
}

// NewPhone listens at an address such as 127.0.0.3:0 for what the phone system at proxy sends.
func NewPhone(number, address, proxy string) (*Phone, error) {
	to, err := net.ResolveUDPAddr("udp", proxy)
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		return nil, err
	}
	p := &Phone{
		Number: number, Calls: make(chan *Conversation, 10), conn: conn, proxy: to,
		talks: map[string]*Conversation{}, done: make(chan struct{}),
	}
	go p.listen()
	return p, nil
}

// Address is where it listens.
func (p *Phone) Address() string { return p.conn.LocalAddr().String() }

// Close ends it.
func (p *Phone) Close() {
	_ = p.conn.Close()
	<-p.done
	p.again.Wait()
}

func (p *Phone) listen() {
	defer close(p.done)
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := p.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		p.hear(parseSIP(string(buffer[:n])))
	}
}

func (p *Phone) hear(m sipMessage) {
	p.mu.Lock()
	talk := p.talks[m.get("Call-ID")]
	p.mu.Unlock()
	if strings.HasPrefix(m.first, "SIP/2.0 ") {
		if talk != nil {
			talk.response(m)
		}
		return
	}
	method, _, _ := strings.Cut(m.first, " ")
	switch {
	case method == "ACK":
	case method == "INVITE" && talk != nil:
		if talk.answered {
			p.reply(m, "200 OK", talk.tag(), true) // held, or the sound goes another way
		}
	case method == "INVITE" && p.Reject:
		p.reply(m, "486 Busy Here", newTag(), false)
	case method == "INVITE":
		p.ring(m)
	case method == "CANCEL" && talk != nil:
		p.reply(m, "200 OK", talk.tag(), false)
		p.reply(talk.invite, "487 Request Terminated", talk.tag(), false)
		talk.say("ended")
	case method == "BYE" && talk != nil:
		p.reply(m, "200 OK", "", false)
		talk.say("ended")
	default:
		p.reply(m, "200 OK", "", false)
	}
}

func (p *Phone) ring(m sipMessage) {
	talk := &Conversation{
		phone: p, id: m.get("Call-ID"), invite: m, local: m.get("To") + ";tag=" + newTag(), remote: m.get("From"),
		target: between(m.get("Contact"), "<", ">"), seq: 1, state: make(chan string, 20),
	}
	p.mu.Lock()
	p.talks[talk.id] = talk
	p.mu.Unlock()
	p.reply(m, "180 Ringing", talk.tag(), false)
	p.Calls <- talk
}

// Call calls a number.
func (p *Phone) Call(number string) (*Conversation, error) {
	talk := &Conversation{
		phone: p, id: newTag() + "@ringdex", local: fmt.Sprintf("<sip:%s@%s>;tag=%s", p.Number, p.Address(), newTag()),
		remote: fmt.Sprintf("<sip:%s@%s>", number, p.proxy), target: fmt.Sprintf("sip:%s@%s", number, p.proxy),
		seq: 1, caller: true, state: make(chan string, 20), heard: make(chan struct{}),
	}
	p.mu.Lock()
	p.talks[talk.id] = talk
	p.mu.Unlock()
	talk.invite = talk.request("INVITE", 1, true)
	p.again.Go(func() { talk.repeat() })
	return talk, nil
}

// repeat sends an INVITE until it is heard (RFC 3261, timer A).
func (c *Conversation) repeat() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := range 40 {
		select {
		case <-c.heard:
			return
		case <-c.phone.done:
			return
		case <-timer.C:
			_ = c.phone.send(c.invite)
			timer.Reset(min(500*time.Millisecond<<n, 2*time.Second))
		}
	}
}

// Answer takes a call that rings.
func (c *Conversation) Answer() {
	c.answered = true
	c.phone.reply(c.invite, "200 OK", c.tag(), true)
}

// HangUp ends the conversation; one that has not begun is cancelled.
func (c *Conversation) HangUp() error {
	if c.caller && !c.answered {
		return c.phone.send(c.invite.turned("CANCEL", ""))
	}
	c.seq++
	return c.phone.send(c.request("BYE", c.seq, false))
}

// HandOn hands the call on to a number without asking there.
func (c *Conversation) HandOn(number string) error {
	return c.refer(fmt.Sprintf("<sip:%s@%s>", number, c.phone.proxy))
}

// HandOver connects the other ends of two conversations of one phone.
func (c *Conversation) HandOver(with *Conversation) error {
	replaces := with.id + ";to-tag=" + after(with.remote, ";tag=") + ";from-tag=" + after(with.local, ";tag=")
	return c.refer(fmt.Sprintf("<%s?Replaces=%s>", with.target, url.QueryEscape(replaces)))
}

func (c *Conversation) refer(to string) error {
	c.seq++
	m := c.request("REFER", c.seq, false)
	m.headers = append(m.headers, [2]string{"Refer-To", to}, [2]string{"Referred-By", strings.Split(c.local, ";")[0]})
	return c.phone.send(m)
}

// Wait waits for a state: ringing, answered or ended.
func (c *Conversation) Wait(state string) error {
	late := time.After(10 * time.Second)
	for {
		select {
		case s := <-c.state:
			if s == state {
				return nil
			}
		case <-late:
			return errors.New("no " + state)
		}
	}
}

func (c *Conversation) say(state string) {
	select {
	case c.state <- state:
	default:
	}
}

func (c *Conversation) tag() string { return after(c.local, ";tag=") }

func (c *Conversation) response(m sipMessage) {
	if !strings.HasSuffix(m.get("CSeq"), " INVITE") {
		return
	}
	c.once.Do(func() { close(c.heard) })
	code := strings.Fields(m.first)[1]
	switch {
	case code == "180" || code == "183":
		c.say("ringing")
	case code[0] == '2':
		c.remote, c.target, c.answered = m.get("To"), between(m.get("Contact"), "<", ">"), true
		_ = c.phone.send(c.request("ACK", 1, false))
		c.say("answered")
	case code[0] > '2':
		_ = c.phone.send(c.invite.turned("ACK", m.get("To")))
		c.say("ended")
	}
}

type sipMessage struct {
	first   string
	headers [][2]string
	body    string
}

func (m sipMessage) get(name string) string {
	for _, h := range m.headers {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// turned is the request of another method that belongs to an INVITE: same branch, same number.
func (m sipMessage) turned(method, to string) sipMessage {
	out := sipMessage{first: strings.Replace(m.first, "INVITE", method, 1)}
	for _, h := range m.headers {
		switch {
		case h[0] == "CSeq":
			h[1] = strings.Replace(h[1], "INVITE", method, 1)
		case h[0] == "To" && to != "":
			h[1] = to
		case h[0] == "Content-Type":
			continue
		}
		out.headers = append(out.headers, h)
	}
	return out
}

func parseSIP(text string) sipMessage {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := sipMessage{first: lines[0], body: body}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		m.headers = append(m.headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return m
}

func (p *Phone) sdp() string {
	host, _, _ := net.SplitHostPort(p.Address())
	return "v=0\r\no=- 1 1 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host + "\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
}

func (c *Conversation) request(method string, seq int, sound bool) sipMessage {
	m := sipMessage{first: method + " " + c.target + " SIP/2.0", headers: [][2]string{
		{"Via", "SIP/2.0/UDP " + c.phone.Address() + ";rport;branch=z9hG4bK" + newTag()},
		{"Max-Forwards", "70"},
		{"From", c.local},
		{"To", c.remote},
		{"Call-ID", c.id},
		{"CSeq", fmt.Sprintf("%d %s", seq, method)},
		{"Contact", "<sip:" + c.phone.Number + "@" + c.phone.Address() + ">"},
	}}
	if sound {
		m.headers = append(m.headers, [2]string{"Content-Type", "application/sdp"})
		m.body = c.phone.sdp()
	}
	return m
}

func (p *Phone) reply(to sipMessage, status, tag string, sound bool) {
	m := sipMessage{first: "SIP/2.0 " + status}
	for _, h := range to.headers {
		switch strings.ToLower(h[0]) {
		case "to":
			if tag != "" && !strings.Contains(h[1], ";tag=") {
				h[1] += ";tag=" + tag
			}
			m.headers = append(m.headers, h)
		case "via", "from", "call-id", "cseq", "record-route":
			m.headers = append(m.headers, h)
		}
	}
	m.headers = append(m.headers, [2]string{"Contact", "<sip:" + p.Number + "@" + p.Address() + ">"})
	if sound {
		m.headers = append(m.headers, [2]string{"Content-Type", "application/sdp"})
		m.body = p.sdp()
	}
	_ = p.send(m)
}

func (p *Phone) send(m sipMessage) error {
	var b strings.Builder
	b.WriteString(m.first + "\r\n")
	for _, h := range m.headers {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	_, err := p.conn.WriteTo([]byte(b.String()), p.proxy)
	return err
}

func newTag() string { return strings.ToLower(rand.Text()) }

func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

func after(text, mark string) string {
	_, text, _ = strings.Cut(text, mark)
	text, _, _ = strings.Cut(text, ";")
	return text
}
