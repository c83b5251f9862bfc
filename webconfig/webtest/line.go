package webtest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Line is a way to the program that can be cut.
type Line struct {
	app    App
	to     string // the program's own address
	listen net.Listener
	work   sync.WaitGroup

	mu    sync.Mutex
	down  bool // new connections are closed
	still bool // what is sent is lost, and nobody is told
	open  map[net.Conn]bool
}

// Line lays one. [Line.App] is the program at its end.
func (a *App) Line(t *testing.T) *Line {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{app: *a, to: strings.TrimPrefix(a.URL, "http://"), listen: listen, open: map[net.Conn]bool{}}
	l.work.Go(func() {
		for {
			c, err := listen.Accept()
			if err != nil {
				return
			}
			l.work.Go(func() { l.carry(c) })
		}
	})
	t.Cleanup(func() {
		_ = listen.Close()
		l.Cut()
		l.work.Wait()
	})
	return l
}

// App is the program, reached over the line.
func (l *Line) App() *App {
	a := l.app
	a.URL = "http://" + l.listen.Addr().String()
	return &a
}

// Cut ends every connection and lets no more through until Mend.
func (l *Line) Cut() { l.set(true, false) }

// Still loses what is sent from now on, both ways, without a word, until Mend.
func (l *Line) Still() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.still = true
}

// Mend ends connections and lets new ones through.
func (l *Line) Mend() { l.set(false, false) }

func (l *Line) set(down, still bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down, l.still = down, still
	for c := range l.open {
		_ = c.Close()
	}
}

// end is one end of a line.
type end struct {
	*Line
	net.Conn
}

func (e end) Write(b []byte) (int, error) {
	e.mu.Lock()
	still := e.still
	e.mu.Unlock()
	if still {
		return len(b), nil
	}
	return e.Conn.Write(b)
}

func (l *Line) carry(c net.Conn) {
	defer c.Close()
	far, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer far.Close()
	if !l.hold(c, far) {
		return
	}
	defer l.let(c, far)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(end{l, far}, c)
		_ = far.Close()
	}()
	_, _ = io.Copy(end{l, c}, far)
	_ = c.Close()
	<-done
}

func (l *Line) hold(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		l.open[c] = true
	}
	return !l.down
}

func (l *Line) let(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		delete(l.open, c)
	}
}
