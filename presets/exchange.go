package presets

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"path"
	"strconv"
	"strings"
)

// Exchange is a recorded request with its answer. An .http file holds one or
// several, parted by lines that begin with ###:
//
//	GET /services/data/query?q=SELECT%20Id
//	Authorization: Bearer *
//
//	HTTP/1.1 200 OK
//	Content-Type: application/json
//
//	{"records": []}
//
// What the request part names must be in the request: method, path, each query
// parameter, each header, and of a JSON or XML body each member; * stands for any text.
// A host is compared only where the address has one. Lines before the request
// that begin with # are remarks.
type Exchange struct {
	File   string
	Line   int
	Method string
	URL    string
	Header http.Header
	Body   string

	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// parseExchanges reads an .http file. The error names file and line.
func parseExchanges(file string, text []byte) ([]Exchange, error) {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	var list []Exchange
	line := 1
	for _, block := range cutBlocks(string(text)) {
		if request := withoutRemarks(block); request != "" {
			at := line + strings.Count(block[:len(block)-len(request)], "\n")
			x, err := parseExchange(request)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, at, err)
			}
			x.File, x.Line = file, at
			list = append(list, x)
		}
		line += strings.Count(block, "\n")
	}
	return list, nil
}

// cutBlocks cuts at lines that begin with ###; each block keeps its line ends.
func cutBlocks(text string) []string {
	var blocks []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "###") {
			blocks = append(blocks, b.String())
			b.Reset()
		}
		b.WriteString(line)
	}
	return append(blocks, b.String())
}

func withoutRemarks(block string) string {
	for {
		trimmed := strings.TrimLeft(block, " \n")
		if !strings.HasPrefix(trimmed, "#") {
			return trimmed
		}
		_, block, _ = strings.Cut(trimmed, "\n")
	}
}

func parseExchange(block string) (Exchange, error) {
	request, answer, ok := cutAnswer(block)
	if !ok {
		return Exchange{}, fmt.Errorf("there is no answer: a line HTTP/1.1 STATUS is missing")
	}
	var x Exchange
	first, rest, _ := strings.Cut(request, "\n")
	parts := strings.Fields(first)
	if len(parts) < 2 {
		return Exchange{}, fmt.Errorf("%.60q is no request line such as GET /path", first)
	}
	x.Method, x.URL = parts[0], parts[1]
	var err error
	if x.Header, x.Body, err = headAndBody(rest); err != nil {
		return Exchange{}, fmt.Errorf("request: %w", err)
	}
	x.Body = strings.TrimSpace(x.Body)
	status, rest, _ := strings.Cut(answer, "\n")
	if fields := strings.Fields(status); len(fields) > 1 {
		x.Status, _ = strconv.Atoi(fields[1])
	}
	if x.Status < 100 || x.Status > 599 {
		return Exchange{}, fmt.Errorf("%.60q has no status", status)
	}
	var body string
	if x.AnswerHeader, body, err = headAndBody(rest); err != nil {
		return Exchange{}, fmt.Errorf("answer: %w", err)
	}
	x.Answer = []byte(strings.TrimRight(body, "\n"))
	return x, nil
}

func cutAnswer(block string) (request, answer string, ok bool) {
	at := strings.Index("\n"+block, "\nHTTP/")
	if at < 0 {
		return "", "", false
	}
	return block[:at], block[at:], true
}

// headAndBody reads header lines up to an empty line, and what is behind it.
func headAndBody(text string) (http.Header, string, error) {
	head, body, _ := strings.Cut("\n"+strings.TrimLeft(text, " "), "\n\n")
	head = strings.TrimPrefix(head, "\n")
	if head == "" {
		return http.Header{}, body, nil
	}
	r := textproto.NewReader(bufio.NewReader(strings.NewReader(head + "\r\n\r\n")))
	header, err := r.ReadMIMEHeader()
	if err != nil {
		return nil, "", fmt.Errorf("%.60q is no list of headers", head)
	}
	return http.Header(header), body, nil
}

// Exchanges reads the recorded exchanges of a test; files of another sort than .http are left to those who know them.
func (p *Preset) Exchanges(t Test) ([]Exchange, error) {
	var list []Exchange
	for _, name := range t.Exchange {
		if path.Ext(name) == ".ldif" {
			continue
		}
		text, lint := readFile(p.FS, name, name)
		if lint != nil {
			return nil, lint
		}
		some, err := parseExchanges(name, text)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}
