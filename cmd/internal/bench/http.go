package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// A round of the HTTP benchmark lasts so long for each server.
const roundSeconds = 4

// HTTP measures requests a second of one core: a server of its own on core 0 for each rival, wrk on core 1, all in turns. It needs
// wrk and taskset (Debian packages wrk and util-linux).
func (r *Run) HTTP(ctx context.Context, self string, entries int) error {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed: apt-get install wrk util-linux", tool)
		}
	}
	dir := filepath.Join(r.Dir, fmt.Sprintf("match-%d", entries))
	s, _, err := r.filled(ctx, dir, entries)
	if err != nil {
		return err
	}
	key, err := s.key(ctx)
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	rivals := []rival{
		{name: "echo handler that does nothing", server: "noop", path: "/"},
		{name: "match, E.164", server: "match", script: e164Script(entries)},
		{name: "match, national", server: "match", script: nationalScript(entries)},
		{name: "match, unknown number", server: "match", script: unknownScript(entries)},
	}
	rates := make([]spread, len(rivals))
	for round := range r.rounds() {
		for i, v := range rivals {
			rate, err := r.drive(ctx, self, v, dir, key)
			if err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			rates[i] = append(rates[i], rate)
		}
		r.log("round %d done", round+1)
	}
	fmt.Fprintf(r.Out, "\nHTTP, %d entries, server on one core, wrk with 32 connections on the other\n", entries)
	r.table("handler", "requests a second", "ratio to the empty handler, per round")
	for i, v := range rivals {
		var ratio spread
		for k := range rates[i] {
			ratio = append(ratio, rates[i][k]/rates[0][k])
		}
		r.line(v.name, rates[i].text("%.0f"), ratio.text("%.2f"))
	}
	return nil
}

// rival is one server and what is asked of it.
type rival struct{ name, server, path, script string }

// drive starts a server on core 0, loads it from core 1, and stops it.
func (r *Run) drive(ctx context.Context, self string, v rival, dir, key string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	address, err := free()
	if err != nil {
		return 0, err
	}
	server := exec.CommandContext(ctx, "taskset", "-c", "0", self, "bench", "serve", v.server, "--dir", dir, "--listen", address)
	server.Stderr = os.Stderr
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}()
	if err := ready(ctx, address); err != nil {
		return 0, err
	}
	return r.wrk(ctx, v, "http://"+address, key)
}

func (r *Run) wrk(ctx context.Context, v rival, url, key string) (float64, error) {
	args := []string{"-c", "1", "wrk", "-t1", "-c32", "-d" + strconv.Itoa(roundSeconds) + "s", "--latency", "-H", "Authorization: Bearer " + key}
	if v.script != "" {
		file := filepath.Join(r.Dir, "wrk.lua")
		if err := os.WriteFile(file, []byte(v.script), 0o600); err != nil {
			return 0, err
		}
		args = append(args, "-s", file)
	}
	out, err := exec.CommandContext(ctx, "taskset", append(args, url+v.path)...).Output()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w", err)
	}
	lines := strings.Split(string(out), "\n")
	for _, l := range lines {
		if strings.Contains(l, "Non-2xx") {
			return 0, fmt.Errorf("some answers were errors: %s", strings.TrimSpace(l))
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(l), "Requests/sec:"); ok {
			rate, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return rate, err
		}
	}
	return 0, fmt.Errorf("wrk said no rate: %s", out)
}

// The scripts ask about a different entry each time, made in Lua as entry makes them.
func e164Script(entries int) string {
	return luaEntries(0, entries) + `
request = function()
  local p, n = subscriber()
  return wrk.format("GET", "/v1/match?number=%2B" .. string.format(e164[p], n))
end`
}

func unknownScript(entries int) string {
	return strings.Replace(e164Script(entries), "local first = 0", "local first = "+strconv.Itoa(entries), 1)
}

func nationalScript(entries int) string {
	return luaEntries(0, entries) + `
request = function()
  local p, n = subscriber()
  return wrk.format("GET", "/v1/match?region=" .. region[p] .. "&number=" .. string.format(national[p], n))
end`
}

// luaEntries is data.go once more, in the load generator's language; products stay below 2^53, which Lua's numbers keep exactly.
func luaEntries(first, entries int) string {
	var region, e164, national, space []string
	for _, p := range plans {
		region = append(region, strconv.Quote(p.region))
		e164 = append(e164, strconv.Quote(p.e164[1:]))
		national = append(national, strconv.Quote(strings.NewReplacer(" ", "%%20", "/", "%%2F").Replace(p.national)))
		space = append(space, strconv.Itoa(p.space))
	}
	values := []any{first, entries}
	for _, list := range [][]string{region, e164, national, space} {
		values = append(values, strings.Join(list, ", "))
	}
	return fmt.Sprintf(luaSource, values...)
}

const luaSource = `
local first = %d
local entries = %d
local region = {%s}
local e164 = {%s}
local national = {%s}
local space = {%s}
local i = 0
function subscriber()
  i = (i + 7919) %% entries
  local index = first + i
  local p = index %% 8
  local n = math.floor(index / 8)
  -- n * 2654435761 modulo the space, in two halves so that no product leaves the exact range
  local s = space[p + 1]
  local high = math.floor(n / 65536)
  local low = n %% 65536
  local m = 2654435761 %% s
  local product = ((high * m) %% s * 65536 + low * m) %% s
  return p + 1, (product + 12345678) %% s
end
`

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// ready waits until a server takes connections.
func ready(ctx context.Context, address string) error {
	for ctx.Err() == nil {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return ctx.Err()
}

// Noop is the rival: an echo server whose handler answers a short JSON and does nothing.
func Noop() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	body := []byte(`{"ok":true}`)
	e.GET("/", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/json", body) })
	return e
}

// Serve runs a handler until ctx is over.
func Serve(ctx context.Context, address string, h http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
