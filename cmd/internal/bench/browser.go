package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// browser is a real one with one page, spoken to in its own protocol over a pipe (Chrome DevTools Protocol, messages that end
// with a zero byte).
type browser struct {
	cmd     *exec.Cmd
	to      *os.File
	from    *bufio.Reader
	dir     string
	last    int
	session string
	ahead   time.Duration // how far its clock is ahead of ours
}

// installedBrowser is the program, "" where there is none.
func installedBrowser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// openBrowser opens an address with a cookie.
func openBrowser(ctx context.Context, program, address string, cookie *http.Cookie) (b *browser, err error) {
	b = &browser{}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.dir, err = os.MkdirTemp("", "ringdex-browser-"); err != nil {
		return b, err
	}
	if err := b.start(ctx, program); err != nil {
		return b, err
	}
	var target struct{ TargetID, SessionID string }
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return b, err
	}
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target); err != nil {
		return b, err
	}
	b.session = target.SessionID
	if err := b.call("Network.setCookie", map[string]any{"name": cookie.Name, "value": cookie.Value, "url": address}, nil); err != nil {
		return b, err
	}
	if err := b.call("Page.navigate", map[string]any{"url": address}, nil); err != nil {
		return b, err
	}
	return b, b.compareClocks()
}

func (b *browser) start(ctx context.Context, program string) error {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirIn.Close()
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, ourOut.Close())
	}
	defer theirOut.Close()
	b.to, b.from = ourOut, bufio.NewReaderSize(ourIn, 1<<20)
	b.cmd = exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+b.dir, "--remote-debugging-pipe", "about:blank")
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	b.cmd.Cancel = func() error { return syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL) }
	return b.cmd.Start()
}

// call sends a command and reads its result; what else the browser says is passed over.
func (b *browser) call(method string, params map[string]any, result any) error {
	b.last++
	raw, err := json.Marshal(map[string]any{"id": b.last, "method": method, "params": params, "sessionId": b.session})
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(raw, 0)); err != nil {
		return fmt.Errorf("ask the browser: %w", err)
	}
	for {
		raw, err := b.from.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("hear the browser: %w", err)
		}
		var m struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(raw[:len(raw)-1], &m); err != nil {
			return err
		}
		switch {
		case m.ID != b.last:
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(m.Result, result)
		}
	}
}

// ask is what an expression says in the page.
func (b *browser) ask(js string, value any) error {
	var got struct {
		Result struct{ Value json.RawMessage }
	}
	if err := b.call("Runtime.evaluate", map[string]any{"expression": js, "returnByValue": true}, &got); err != nil {
		return err
	}
	if len(got.Result.Value) == 0 {
		return fmt.Errorf("the page does not know %s", js)
	}
	return json.Unmarshal(got.Result.Value, value)
}

// until waits until an expression is true.
func (b *browser) until(ctx context.Context, js string) error {
	for {
		var yes bool
		if err := b.ask("!!("+js+")", &yes); err != nil {
			return err
		}
		if yes {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", js, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// pageClock is the page's time in milliseconds since 1970, to a tenth of one.
const pageClock = "(performance.timeOrigin + performance.now())"

// compareClocks asks the page what time it is, and believes the quickest answer.
func (b *browser) compareClocks() error {
	quickest := time.Hour
	for range 20 {
		var millis float64
		began := time.Now()
		if err := b.ask(pageClock, &millis); err != nil {
			return err
		}
		if took := time.Since(began); took < quickest {
			quickest, b.ahead = took, moment(millis).Sub(began.Add(took/2))
		}
	}
	return nil
}

func moment(millis float64) time.Time { return time.UnixMicro(int64(millis * 1e3)) }

func (b *browser) close() {
	if b == nil {
		return
	}
	if b.cmd != nil && b.cmd.Process != nil {
		_ = b.cmd.Cancel()
		_ = b.cmd.Wait()
	}
	if b.to != nil {
		_ = b.to.Close()
	}
	_ = os.RemoveAll(b.dir)
}
