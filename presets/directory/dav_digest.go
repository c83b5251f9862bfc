package directory

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strings"
)

// challenge is how a server wants to be signed in to (RFC 9110 section 11.6.1).
type challenge struct {
	scheme string // lower case
	params map[string]string
}

// challenges reads all WWW-Authenticate headers; several may share one.
func challenges(h http.Header) []challenge {
	var list []challenge
	for _, text := range h.Values("WWW-Authenticate") {
		for text = trimSep(text); text != ""; text = trimSep(text) {
			word := token(text)
			if word == "" {
				break
			}
			rest := strings.TrimLeft(text[len(word):], " \t")
			if value, ok := strings.CutPrefix(rest, "="); ok && len(list) > 0 {
				var v string
				v, text = quotable(strings.TrimLeft(value, " \t"))
				list[len(list)-1].params[strings.ToLower(word)] = v
				continue
			}
			list = append(list, challenge{strings.ToLower(word), map[string]string{}})
			text = rest
		}
	}
	return list
}

func trimSep(s string) string { return strings.TrimLeft(s, " \t,") }

func token(s string) string {
	end := strings.IndexAny(s, " \t,=\"")
	if end < 0 {
		end = len(s)
	}
	return s[:end]
}

// quotable reads a token or a text in quotes.
func quotable(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, " \t,")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// digest signs requests as RFC 7616 says, with quality of protection auth or none.
type digest struct {
	challenge
	count  int
	client string // our nonce; a new one for each challenge
}

var digests = map[string]func() hash.Hash{"MD5": md5.New, "MD5-SESS": md5.New, "SHA-256": sha256.New, "SHA-256-SESS": sha256.New}

// newDigest takes up a challenge; nil if it cannot be answered.
func newDigest(c challenge) *digest {
	if c.scheme != "digest" || c.params["nonce"] == "" || digests[c.algorithm()] == nil {
		return nil
	}
	if q := c.params["qop"]; q != "" && !c.offersAuth() {
		return nil
	}
	return &digest{challenge: c, client: rand.Text()}
}

func (c challenge) algorithm() string {
	if a := c.params["algorithm"]; a != "" {
		return strings.ToUpper(a)
	}
	return "MD5"
}

func (c challenge) offersAuth() bool {
	for _, q := range strings.Split(c.params["qop"], ",") {
		if strings.EqualFold(strings.TrimSpace(q), "auth") {
			return true
		}
	}
	return false
}

// authorization is the header of the next request.
func (d *digest) authorization(method, uri, user, password string) string {
	d.count++
	count := fmt.Sprintf("%08x", d.count)
	h := func(parts ...string) string {
		sum := digests[d.algorithm()]()
		sum.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum.Sum(nil))
	}
	realm, nonce := d.params["realm"], d.params["nonce"]
	secret := h(user, realm, password)
	if strings.HasSuffix(d.algorithm(), "-SESS") {
		secret = h(secret, nonce, d.client)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `Digest username="%s", realm="%s", nonce="%s", uri="%s"`, quoted(user), quoted(realm), quoted(nonce), quoted(uri))
	if d.params["qop"] == "" {
		fmt.Fprintf(&b, `, response="%s"`, h(secret, nonce, h(method, uri)))
	} else {
		fmt.Fprintf(&b, `, qop=auth, nc=%s, cnonce="%s", response="%s"`, count, d.client, h(secret, nonce, count, d.client, "auth", h(method, uri)))
	}
	if a := d.params["algorithm"]; a != "" {
		fmt.Fprintf(&b, ", algorithm=%s", a)
	}
	if o, ok := d.params["opaque"]; ok {
		fmt.Fprintf(&b, `, opaque="%s"`, quoted(o))
	}
	return b.String()
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
