package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The server side of every rival has one core, what loads it the other.
const (
	serverCore = "0"
	clientCore = "1"
)

// process is something started beside the benchmark and stopped with it.
type process struct {
	cmd    *exec.Cmd
	signal os.Signal // that stops it
	ended  chan error
}

// start runs a program on a core. Uid 0 is whoever runs the benchmark.
func start(ctx context.Context, core string, uid uint32, name string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, "taskset", append([]string{"-c", core, name}, args...)...)
	cmd.Stderr = os.Stderr
	if uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid}}
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{cmd: cmd, signal: os.Interrupt, ended: make(chan error, 1)}
	go func() { p.ended <- cmd.Wait() }()
	return p, nil
}

func (p *process) pid() string { return strconv.Itoa(p.cmd.Process.Pid) }

// stop asks the process to end and insists after ten seconds.
func (p *process) stop() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Signal(p.signal)
	select {
	case _ = <-p.ended:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		_ = <-p.ended
	}
}

// ready waits until the process takes connections.
func (p *process) ready(ctx context.Context, address string) error {
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			return fmt.Errorf("%s ended before it served: %w", p.cmd.Args[3], err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// settle waits until a process has nothing left to do, such as verifying its files after opening them; at most a minute.
func settle(ctx context.Context, pid string) error {
	const step = 300 * time.Millisecond
	last, calm := int64(-1), 0
	for range time.Minute / step {
		now := ticks(pid)
		if now-last <= 1 {
			calm++
		} else {
			calm = 0
		}
		if last = now; calm == 2 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step):
		}
	}
	return errors.New("the process does not come to rest")
}

// ticks is the processor time a process has used, in hundredths of a second.
func ticks(pid string) int64 {
	raw, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return user + system
}

// free returns an address nobody listens at.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
