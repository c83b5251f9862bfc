package presets

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file of exchanges is read with remarks, headers and bodies.
func TestParseExchanges(t *testing.T) {
	text := "# first\nGET /a?x=1\nAccept: */*\n\nHTTP/1.1 200 OK\nContent-Type: application/json\nLink: <b>; rel=\"next\"\n\n{\"a\": 1}\n\n### second\r\nPOST https://x.example/b\r\nContent-Type: application/json\r\n\r\n{\"q\": \"*\"}\r\n\r\nHTTP/1.1 204\r\n"
	got, err := parseExchanges("x.http", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Exchange{
		{
			File: "x.http", Line: 2, Method: "GET", URL: "/a?x=1", Header: http.Header{"Accept": {"*/*"}}, Status: 200,
			AnswerHeader: http.Header{"Content-Type": {"application/json"}, "Link": {`<b>; rel="next"`}}, Answer: []byte(`{"a": 1}`),
		},
		{
			File: "x.http", Line: 12, Method: "POST", URL: "https://x.example/b", Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"q": "*"}`, Status: 204,
			AnswerHeader: http.Header{}, Answer: []byte{},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A file that is no exchange is refused with file and line.
func TestExchangeMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"GET /a\n": "x.http:1: there is no answer", "GET\n\nHTTP/1.1 200\n": "no request line", "GET /a\n\nHTTP/1.1 OK\n": "has no status",
		"GET /a\n\nHTTP/1.1 200\n\n###\nGET /b\nno header\n\nHTTP/1.1 200\n": "x.http:6: request",
	} {
		if _, err := parseExchanges("x.http", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// What is written as a limit is written the same again.
func TestLimits(t *testing.T) {
	for text, want := range map[string]string{"10/s": "10/s", "100/10s": "100/10s", "4000/h": "4000/h", "60/min": "60/m", "100000/day": "100000/day", "5 / 90s": "5/90s", "7/7day": "7/7day"} {
		var l Limit
		if err := l.UnmarshalText([]byte(text)); err != nil {
			t.Error(err)
		}
		if got, _ := l.MarshalText(); string(got) != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "10", "10/", "0/s", "-1/s", "x/s", "10/0s", "10/year", "1/99999999999s"} {
		if err := new(Limit).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken for a limit", text)
		}
	}
}
