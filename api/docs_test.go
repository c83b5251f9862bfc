package api

import (
	"encoding/base64"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every curl line of docs/api.md works as it stands.
func TestDocsCurlLines(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	a := w.customer("anna", "")
	values := strings.NewReplacer(
		"$CALLS_KEY", a.calls.key, "$EVENT_KEY", a.urlCalls.key, "$DIAL_KEY", a.dial.key, "$AGENT", a.agent.email,
		"$URL_KEY", a.url.key, "$URL", "", "$ADMIN_KEY", a.admin.key, "$KEY_ID", string(a.spare), "$KEY", a.match.key,
		"$INTEGRATION", string(a.integration), "$EMAIL", w.operator().email, "$PASSWORD", password,
	)
	lines := regexp.MustCompile(`(?m)^curl (.*)$`).FindAllStringSubmatch(string(raw), -1)
	if len(lines) < 8 {
		t.Errorf("only %d curl lines found", len(lines))
	}
	for _, line := range lines {
		req := request{method: http.MethodGet, header: http.Header{}}
		words := regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line[1], -1)
		for i, word := range words {
			words[i] = values.Replace(strings.Trim(word, `"'`))
		}
		for i := 0; i < len(words); i++ {
			switch words[i] {
			case "-H":
				i++
				name, value, _ := strings.Cut(words[i], ": ")
				req.header.Set(name, value)
			case "-u":
				i++
				req.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(words[i])))
			case "-d":
				i++
				req.method, req.body = http.MethodPost, words[i]
			case "-X":
				i++
				req.method = words[i]
			default:
				req.path = words[i]
			}
		}
		if got := w.do(req); got.status >= 300 {
			t.Errorf("curl %s: %d %s", line[1], got.status, got.body)
		}
	}
}
