package directory

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// book is an address book.
type book struct {
	at    *url.URL
	path  string // canonical, its identity
	name  string
	syncs bool // it says that it tells changes
}

const wellKnown = "/.well-known/carddav"

const aboutBody = `<?xml version="1.0" encoding="utf-8"?>` +
	`<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:resourcetype/><D:displayname/><D:sync-token/>` +
	`<D:supported-report-set/><D:current-user-principal/><C:addressbook-home-set/></D:prop></D:propfind>`

// discover finds the books of the address the admin gave (RFC 6764 section 6): it is one, or it leads to the user's own
// page, and that to the place where the user's books are.
func (c *davClient) discover(ctx context.Context) ([]book, error) {
	starts := []string{"", wellKnown}
	if c.home.Path == "" || c.home.Path == "/" {
		starts = []string{wellKnown, "/"}
	}
	var first error
	for _, start := range starts {
		at := c.home
		if start != "" {
			at = c.home.ResolveReference(&url.URL{Path: start})
		}
		books, err := c.from(ctx, at)
		if err == nil && len(books) > 0 {
			return books, nil
		}
		if err != nil && !refused(err, 400, 403, 404, 405, 410, 501) && !errors.Is(err, errXML) {
			return nil, err
		}
		if err != nil && (first == nil || at == c.home) {
			first = err
		}
	}
	if first == nil {
		first = &presets.Error{Op: wording.New("directory.find_address_book", "find the address book"), Text: wording.New("directory.server_has_no_address_book", "the server has no address book for this user"), Hint: wording.New("directory.enter_address_book_itself_as", "enter the address of the book itself, as its settings show it")}
	}
	return nil, first
}

// from looks for books beginning at an address.
func (c *davClient) from(ctx context.Context, at *url.URL) ([]book, error) {
	own, err := c.about(ctx, at, "0")
	if err != nil {
		return nil, err
	}
	if books := booksOf(own); len(books) > 0 {
		return books, nil
	}
	homes := own.links(nsCard, "addressbook-home-set")
	if principals := own.links(nsDAV, "current-user-principal"); len(homes) == 0 && len(principals) > 0 {
		to, err := c.link(own.at, principals[0])
		if err != nil {
			return nil, err
		}
		person, err := c.about(ctx, to, "0")
		if err != nil {
			return nil, err
		}
		homes, own.at = person.links(nsCard, "addressbook-home-set"), person.at
	}
	if len(homes) == 0 { // it may be the place of the books itself
		homes = []string{own.at.String()}
	}
	var books []book
	for _, href := range homes {
		to, err := c.link(own.at, href)
		if err != nil {
			return nil, err
		}
		list, err := c.about(ctx, to, "1")
		if err != nil {
			return nil, err
		}
		books = append(books, booksOf(list)...)
	}
	slices.SortFunc(books, func(a, b book) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(books, func(a, b book) bool { return a.path == b.path }), nil
}

// link is an address the server names, which must be its own.
func (c *davClient) link(at *url.URL, href string) (*url.URL, error) {
	to, err := at.Parse(href)
	if err != nil {
		return nil, &presets.Error{Op: wording.New("directory.find_address_book", "find the address book"), Text: wording.New("directory.server_names_address_none", "the server names an address that is none")}
	}
	if to.Scheme == "http" && at.Scheme == "https" && to.Hostname() == at.Hostname() {
		to.Scheme, to.Host = at.Scheme, at.Host // it does not know that something in front of it encrypts
	}
	if !c.isHome(to) {
		return nil, elsewhere(to)
	}
	to.User, to.RawQuery, to.Fragment = nil, "", ""
	return to, nil
}

// described is what an address and what is in it say of themselves.
type described struct {
	at   *url.URL
	list map[string]response // by canonical path
}

func (c *davClient) about(ctx context.Context, at *url.URL, depth string) (described, error) {
	d := described{list: map[string]response{}}
	var err error
	_, d.at, err = c.multistatus(ctx, ask{method: "PROPFIND", to: at, depth: depth, body: aboutBody}, func(r response) error {
		if path, ok := canonical(at, r.href); ok && len(d.list) < maxElements {
			d.list[path] = r
		}
		return nil
	})
	return d, err
}

func (d described) links(space, local string) []string {
	for _, r := range d.list {
		if list := r.prop(space, local).hrefs(); len(list) > 0 {
			return list
		}
	}
	return nil
}

func booksOf(d described) []book {
	var books []book
	for path, r := range d.list {
		if r.prop(nsDAV, "resourcetype").child(nsCard, "addressbook") == nil {
			continue
		}
		to := *d.at
		to.RawQuery, to.Fragment = "", ""
		to.Path, to.RawPath = unescaped(path), path
		books = append(books, book{
			at: &to, path: path, name: r.prop(nsDAV, "displayname").value(),
			syncs: r.prop(nsDAV, "supported-report-set").has(nsDAV, "sync-collection") || r.prop(nsDAV, "sync-token").value() != "",
		})
	}
	return books
}

// canonical is the path of an address in one spelling: servers escape more or less of it, and name themselves in front or
// not. What stands in front is not looked at, since only paths of this server are ever asked for.
func canonical(at *url.URL, href string) (string, bool) {
	u, err := at.Parse(href)
	if err != nil || href == "" {
		return "", false
	}
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return "", false
		}
		segments[i] = url.PathEscape(plain)
	}
	return strings.Join(segments, "/"), true
}

func unescaped(path string) string {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return plain
}

// choose keeps the books the admin wants, by name or by the last part of their path.
func choose(books []book, wanted []string) ([]book, error) {
	if len(wanted) == 0 {
		return books, nil
	}
	var list []book
	for _, w := range wanted {
		n := len(list)
		for _, b := range books {
			if strings.EqualFold(b.name, w) || strings.EqualFold(lastPart(b.path), w) {
				list = append(list, b)
			}
		}
		if len(list) == n {
			var names []string
			for _, b := range books[:min(len(books), 10)] {
				names = append(names, b.label())
			}
			return nil, &presets.Error{Op: wording.New("directory.choose_address_books", "choose the address books"), Text: wording.New("directory.no_book_value", `there is no book "{Value}"`, "Value", fmt.Sprintf("%.60s", w)), Hint: wording.New("directory.name", "there are: {Name}", "Name", strings.Join(names, ", "))}
		}
	}
	slices.SortFunc(list, func(a, b book) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(list, func(a, b book) bool { return a.path == b.path }), nil
}

func lastPart(path string) string {
	path = strings.TrimRight(path, "/")
	return unescaped(path[strings.LastIndexByte(path, '/')+1:])
}

func (b book) label() string {
	if b.name != "" {
		return b.name
	}
	return lastPart(b.path)
}

// home reads the address the admin gave.
func home(server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, mistake("server", wording.New("directory.no_address", "is no address"), wording.New("directory.write_as_https_cloud_example", "write it as https://cloud.example.com"))
	}
	u.User, u.Fragment = nil, ""
	return u, nil
}
