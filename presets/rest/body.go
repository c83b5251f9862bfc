package rest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// maxBody is the most one answer may have, whatever the client allows.
const maxBody = 32 << 20

// Reasons why an answer is no page.
var (
	errEmpty = wording.Error("rest.answer_empty", "the answer is empty")
	errHTML  = wording.Error("rest.answer_web_page", "the answer is a web page")
	errJSON  = wording.Error("rest.answer_broken_off_no_json", "the answer is broken off or no JSON")
	errXML   = wording.Error("rest.answer_broken_off_no_xml", "the answer is broken off or no XML")
	errDeep  = wording.Error("rest.answer_nested_too_deep_holds", "the answer is nested too deep or holds a text that is too long")
	errLarge = wording.Error("rest.answer_too_large", "the answer is too large")
)

// answer is what came back for one request.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	xml      bool          // it is XML and not JSON
	doc      presets.Value // once it has been read
	unread   error         // why it cannot be read
	read     bool
	replaced int // invalid characters replaced
	url      string
}

// receive reads a body whole, in UTF-8. The error is one of a connection; whether the content is any good is asked later.
func receive(resp *http.Response, isXML bool) (answer, error) {
	a := answer{status: resp.StatusCode, header: resp.Header, url: resp.Request.URL.String(), xml: isXML}
	var raw bytes.Buffer
	if resp.ContentLength > 0 {
		raw.Grow(int(min(resp.ContentLength, maxBody)) + bytes.MinRead) // read without growing
	}
	if _, err := raw.ReadFrom(io.LimitReader(resp.Body, maxBody+1)); err != nil {
		return a, err
	}
	if raw.Len() > maxBody {
		return a, errLarge
	}
	a.body, a.replaced = text(raw.Bytes(), resp.Header.Get("Content-Type"))
	return a, nil
}

// text turns a body into UTF-8 by its declared charset, without a byte order mark, and counts what was invalid.
func text(raw []byte, contentType string) ([]byte, int) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if name := charsetOf(raw, contentType); name != "" && name != "utf-8" && name != "utf8" {
		if r, err := charset.NewReaderLabel(name, bytes.NewReader(raw)); err == nil {
			if converted, err := io.ReadAll(r); err == nil {
				raw = bytes.TrimPrefix(converted, []byte("\xef\xbb\xbf"))
			}
		}
	}
	if utf8.Valid(raw) {
		return raw, 0
	}
	bad := 0
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			bad++
		}
		rest = rest[size:]
	}
	return bytes.ToValidUTF8(raw, []byte("\ufffd")), bad
}

// declared is the encoding an XML document names itself.
var declared = regexp.MustCompile(`^<\?xml[^>]{0,80}encoding=["']([A-Za-z0-9._-]+)["']`)

func charsetOf(raw []byte, contentType string) string {
	_, params, _ := mime.ParseMediaType(contentType)
	name := params["charset"]
	if m := declared.FindSubmatch(raw[:min(len(raw), 200)]); name == "" && m != nil {
		name = string(m[1])
	}
	return strings.ToLower(name)
}

// parse checks that an answer is a document, and keeps it.
func (a *answer) parse() error {
	if !a.read {
		a.read = true
		a.doc, a.unread = a.document()
	}
	return a.unread
}

func (a *answer) document() (presets.Value, error) {
	trimmed := bytes.TrimSpace(a.body)
	switch {
	case len(trimmed) == 0:
		return presets.Value{}, errEmpty
	case isPage(trimmed, a.header) || trimmed[0] == '<' && !a.xml:
		return presets.Value{}, errHTML
	case a.xml && trimmed[0] == '<':
		doc, err := presets.ParseXML(trimmed)
		switch {
		case errors.Is(err, presets.ErrUnfit):
			return doc, errDeep
		case err != nil:
			return doc, errXML
		}
		return doc, nil
	}
	doc, ok := presets.ParseValue(trimmed)
	switch {
	case !ok && presets.Unfit(trimmed):
		return doc, errDeep
	case !ok:
		return doc, errJSON
	}
	return doc, nil
}

// isPage reports a web page.
func isPage(body []byte, h http.Header) bool {
	begin := bytes.ToLower(body[:min(len(body), 15)])
	return strings.Contains(h.Get("Content-Type"), "text/html") || bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html"))
}

// isCode reports whether a text looks like a vendor's error code: INVALID_FIELD, rate.limit, ErrorAccessDenied. Anything
// else of an answer is not repeated, least of all what may be a key: a code has few digits.
func isCode(text string) bool {
	if len(text) < 3 || len(text) > 60 {
		return false
	}
	digits := 0
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case r != '_' && r != '-' && r != '.' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z'):
			return false
		}
	}
	return digits <= 4
}

// codePlaces are where vendors put their error codes.
var codePlaces = selectors("errorCode", "0.errorCode", "code", "category", "error.code", "error.status", "errors.0.code", "errorType", "error", "status")

func selectors(texts ...string) []presets.Selector {
	list := make([]presets.Selector, len(texts))
	for i, text := range texts {
		list[i], _ = presets.ParseSelector(text)
	}
	return list
}

// said is an answer in the words an error may use: the status and, if there is one, the vendor's code.
func (a *answer) said() wording.Text {
	if a.parse() == nil {
		for _, sel := range codePlaces {
			if code := sel.Text(a.doc); isCode(code) && code != "error" {
				return wording.New("rest.answered_code", "the CRM answered {Status} {Code}", "Status", a.status, "Code", code)
			}
		}
	}
	return wording.New("rest.answered", "the CRM answered {Status}", "Status", a.status)
}
