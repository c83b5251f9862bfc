package directory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// member is a card that has to be read, or is gone.
type member struct {
	id   string // canonical path
	href string // as the server writes it
	etag string
	gone bool
}

// contents is what a book answered: what is in it, or what changed.
type contents struct {
	members map[string]member
	token   string // to ask for changes behind this answer; "" where the book does not tell changes
	cut     bool   // the answer is a part, and the token asks for the next one
}

// seen is what a run knows of a book, as its part of the watermark.
type seen struct {
	Token string `json:"token,omitempty"`
	Etags string `json:"etags,omitempty"` // digest of all cards and their versions, where the book does not tell changes
}

// watermark is what a run knows of all its books, by their paths.
type watermark map[string]seen

func (w watermark) String() string {
	text, err := json.Marshal(w)
	if err != nil {
		return ""
	}
	return string(text)
}

// readWatermark reads one; it is of no use where the books are others now.
func readWatermark(text string, books []book) (watermark, bool) {
	var w watermark
	if text == "" || json.Unmarshal([]byte(text), &w) != nil || len(w) != len(books) {
		return nil, false
	}
	for _, b := range books {
		if _, ok := w[b.path]; !ok {
			return nil, false
		}
	}
	return w, true
}

const (
	syncBody  = `<?xml version="1.0" encoding="utf-8"?><D:sync-collection xmlns:D="DAV:"><D:sync-token>%s</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`
	etagsBody = `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>`
)

// errAllOver says that changes are not to be had, and everything has to be read.
var errAllOver = &presets.Error{Op: wording.New("directory.ask_address_book_changes", "ask the address book for changes"), Text: wording.New("directory.server_does_not_know_any", "the server does not know any more what changed")}

// all lists a book: by its own means, else card by card.
func (c *davClient) all(ctx context.Context, b book) (contents, error) {
	if b.syncs {
		list, err := c.changes(ctx, b, "")
		if err == nil || !refused(err, 400, 403, 404, 405, 409, 415, 501) {
			return list, err
		}
	}
	return c.etags(ctx, b)
}

// changes follows sync-collection (RFC 6578) from a token to the end.
func (c *davClient) changes(ctx context.Context, b book, token string) (contents, error) {
	all := contents{members: map[string]member{}}
	for used := map[string]bool{}; ; {
		part, err := c.part(ctx, b, token)
		if token != "" && refused(err, 400, 403, 404, 409, 410, 412) {
			return all, errAllOver
		}
		if err != nil {
			return all, err
		}
		for id, m := range part.members {
			all.members[id] = m // the latest word counts
		}
		if len(all.members) > maxEntries {
			return all, &presets.Error{Op: wording.New("directory.list_address_book", "list the address book"), Text: wording.New("file.more_than_most_cards", "there are more than {Most} cards", "Most", maxEntries)}
		}
		all.token = part.token
		if !part.cut {
			return all, nil
		}
		used[token] = true
		if token = part.token; token == "" || used[token] {
			return all, &presets.Error{Op: wording.New("directory.list_address_book", "list the address book"), Text: wording.New("directory.server_gives_parts_list_without", "the server gives parts of the list without end")}
		}
	}
}

// part is one answer of sync-collection.
func (c *davClient) part(ctx context.Context, b book, token string) (contents, error) {
	list := contents{members: map[string]member{}}
	var err error
	list.token, _, err = c.multistatus(ctx, ask{method: "REPORT", to: b.at, body: fmt.Sprintf(syncBody, escapeXML(token))}, func(r response) error {
		if path, ok := canonical(b.at, r.href); ok && strings.TrimRight(path, "/") == strings.TrimRight(b.path, "/") {
			list.cut = list.cut || r.status == http.StatusInsufficientStorage
			return nil
		}
		return list.add(b, r)
	})
	if err == nil && list.token == "" {
		return list, &presets.Error{Op: wording.New("directory.list_address_book", "list the address book"), Text: wording.New("directory.server_gives_no_token_changes", "the server gives no token for changes"), Err: statusError(http.StatusNotImplemented)}
	}
	return list, err
}

// etags lists a book whose changes have to be found by comparing.
func (c *davClient) etags(ctx context.Context, b book) (contents, error) {
	list := contents{members: map[string]member{}}
	_, _, err := c.multistatus(ctx, ask{method: "PROPFIND", to: b.at, depth: "1", body: etagsBody}, func(r response) error {
		if r.prop(nsDAV, "resourcetype").child(nsDAV, "collection") != nil || r.status == http.StatusNotFound {
			return nil
		}
		return list.add(b, r)
	})
	return list, err
}

// add takes a resource into the list: what is in the book and is no folder.
func (l contents) add(b book, r response) error {
	path, ok := canonical(b.at, r.href)
	inside, below := strings.CutPrefix(path, strings.TrimRight(b.path, "/")+"/")
	if !ok || !below || inside == "" || strings.Contains(inside, "/") {
		return nil
	}
	if len(l.members) > maxEntries {
		return &presets.Error{Op: wording.New("directory.list_address_book", "list the address book"), Text: wording.New("file.more_than_most_cards", "there are more than {Most} cards", "Most", maxEntries)}
	}
	l.members[path] = member{id: path, href: r.href, etag: r.prop(nsDAV, "getetag").value(), gone: r.status == http.StatusNotFound || r.status == http.StatusGone}
	return nil
}

// seen is the book's part of the next watermark.
func (l contents) seen() seen {
	if l.token != "" {
		return seen{Token: l.token}
	}
	sum := sha256.New()
	for _, m := range l.sorted() {
		if m.etag == "" {
			return seen{} // nothing to compare
		}
		_, _ = fmt.Fprintf(sum, "%s\x00%s\x00", m.id, m.etag) // a hash does not fail
	}
	return seen{Etags: hex.EncodeToString(sum.Sum(nil)[:16])}
}

func (l contents) sorted() []member {
	list := make([]member, 0, len(l.members))
	for _, m := range l.members {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.id, b.id) })
	return list
}

// batch is how many cards are asked for at a time.
const batch = 50

// cards reads members of a book, each as the text the server has, "" for one that is gone. An answer that is too large is
// asked for in halves, since a few pictures can be larger than all the rest.
func (c *davClient) cards(ctx context.Context, b book, list []member) (map[string]string, error) {
	texts := map[string]string{}
	err := c.multiget(ctx, b, list, texts)
	switch {
	case isLarge(err) && len(list) > 1:
		texts = map[string]string{}
		for _, half := range [][]member{list[:len(list)/2], list[len(list)/2:]} {
			part, err := c.cards(ctx, b, half)
			if err != nil {
				return nil, err
			}
			for id, text := range part {
				texts[id] = text
			}
		}
		return texts, nil
	case isLarge(err):
		return nil, &presets.Error{Op: wording.New("directory.read_card", "read a card"), Text: wording.New("directory.id_larger_than_mib_mib", "{ID} is larger than {MiB} MiB", "ID", fmt.Sprintf("%.80s", lastPart(list[0].id)), "MiB", c.most>>20), Hint: wording.New("directory.take_picture_out_card", "take the picture out of that card"), Err: errLarge}
	case refused(err, 400, 403, 404, 405, 415, 501): // it gives cards one by one only
	case err != nil:
		return nil, err
	}
	for _, m := range list {
		if _, ok := texts[m.id]; ok {
			continue
		}
		text, err := c.one(ctx, b, m)
		if err != nil {
			return nil, err
		}
		texts[m.id] = text
	}
	return texts, nil
}

func (c *davClient) multiget(ctx context.Context, b book, list []member, texts map[string]string) error {
	var body strings.Builder
	body.WriteString(`<?xml version="1.0" encoding="utf-8"?><C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/><C:address-data/></D:prop>`)
	for _, m := range list {
		body.WriteString("<D:href>" + escapeXML(pathOf(m)) + "</D:href>")
	}
	body.WriteString("</C:addressbook-multiget>")
	_, _, err := c.multistatus(ctx, ask{method: "REPORT", to: b.at, depth: "1", body: body.String()}, func(r response) error {
		path, ok := canonical(b.at, r.href)
		if !ok {
			return nil
		}
		if text := r.prop(nsCard, "address-data").value(); text != "" {
			texts[path] = text
		} else if r.status == http.StatusNotFound || r.status == http.StatusGone {
			texts[path] = ""
		}
		return nil
	})
	return err
}

// pathOf is a member's address without the server in front, in the server's own spelling.
func pathOf(m member) string {
	if u, err := url.Parse(m.href); err == nil && u.Host != "" {
		return u.EscapedPath()
	}
	return m.href
}

// one reads a card that the server left out of its list.
func (c *davClient) one(ctx context.Context, b book, m member) (string, error) {
	to, err := b.at.Parse(pathOf(m))
	if err != nil {
		return "", &presets.Error{Op: wording.New("directory.read_card", "read a card"), Text: wording.New("directory.server_names_address_none", "the server names an address that is none")}
	}
	to.Scheme, to.Host, to.User = b.at.Scheme, b.at.Host, nil
	text, err := c.get(ctx, to)
	if refused(err, 404, 410) {
		return "", nil
	}
	return text, err
}
