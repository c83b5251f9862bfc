package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// roundTime is how long each rival is loaded in a round.
const roundTime = 4 * time.Second

// connections is how many the load generator keeps busy.
const connections = 32

// loaded is what a rival did in a round: requests a second, microseconds. Client is what its client took of the processor for a
// request: one that takes more than the server is what is measured.
type loaded struct{ rate, p50, p99, client float64 }

// costOf is the processor time of a client that has ended, microseconds a request.
func costOf(client *exec.Cmd, rate float64) float64 {
	return micros(client.ProcessState.UserTime()+client.ProcessState.SystemTime()) / (rate * roundTime.Seconds())
}

// wrk loads a URL from the client's core. The script, if there is one, makes the requests.
func (r *Run) wrk(ctx context.Context, url, script, key string) (loaded, error) {
	args := []string{"-c", clientCore, "wrk", "-t1", fmt.Sprintf("-c%d", connections), "-d" + roundTime.String(), "--latency"}
	if key != "" {
		args = append(args, "-H", "Authorization: Bearer "+key)
	}
	if script != "" {
		file := r.folder("wrk.lua")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			return loaded{}, err
		}
		args = append(args, "-s", file)
	}
	client := exec.CommandContext(ctx, "taskset", append(args, url)...)
	out, err := client.Output()
	if err != nil {
		return loaded{}, fmt.Errorf("wrk: %w", err)
	}
	l, err := readWrk(string(out))
	l.client = costOf(client, l.rate)
	return l, err
}

// readWrk reads what wrk prints. Refused requests are no figure.
func readWrk(out string) (l loaded, err error) {
	if strings.Contains(out, "Non-2xx") || strings.Contains(out, "Socket errors") {
		return l, fmt.Errorf("some requests were not answered: %s", strings.Join(strings.Fields(out), " "))
	}
	if l.rate, err = strconv.ParseFloat(find(out, `Requests/sec:\s+([\d.]+)`), 64); err != nil {
		return l, errors.New("wrk said no rate")
	}
	for percent, to := range map[string]*float64{"50": &l.p50, "99": &l.p99} {
		d, err := time.ParseDuration(find(out, `(?m)^\s+`+percent+`%\s+(\S+)$`))
		if err != nil {
			return l, fmt.Errorf("wrk said no latencies: %s", strings.Join(strings.Fields(out), " "))
		}
		*to = micros(d)
	}
	return l, nil
}

func find(text, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// The scripts ask about a different entry each time, made in Lua as data.go makes them.
func e164Script(first, entries int) string { return pathScript("/v1/match", first, entries) }

func pathScript(path string, first, entries int) string {
	return luaEntries(first, entries) + `
request = function()
  local p, n = subscriber()
  return wrk.format("GET", "` + path + `?number=%2B" .. string.format(e164[p], n))
end
`
}

func nationalScript(entries int) string {
	return luaEntries(0, entries) + `
request = function()
  local p, n = subscriber()
  return wrk.format("GET", "/v1/match?region=" .. region[p] .. "&number=" .. string.format(national[p], n))
end
`
}

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
	return fmt.Sprintf(luaSource, append(values, len(plans), len(plans), stride, offset)...)
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
  local p = index %% %d
  local n = math.floor(index / %d)
  -- in two halves, so that no product leaves the range in which Lua's numbers are exact
  local s = space[p + 1]
  local m = %d %% s
  local product = ((math.floor(n / 65536) * m) %% s * 65536 + (n %% 65536) * m) %% s
  return p + 1, (product + %d) %% s
end
`
