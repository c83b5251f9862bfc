package directory

import (
	"context"
	"crypto/sha256"
	"iter"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// listing is a search that is read page by page (RFC 2696). Whether a page is new is told by its entries: servers may
// give the same cookie each time, or none of the entries that were promised.
type listing struct {
	conn     *conn
	base     string
	filter   string
	wanted   []string
	seen     map[[16]byte]struct{}
	replaced int
}

func (c *conn) list(base, filter string, wanted []string) *listing {
	return &listing{conn: c, base: base, filter: filter, wanted: wanted, seen: map[[16]byte]struct{}{}}
}

// pages yields the entries of each page that were not on one before; the last page is yielded even if it is empty. After
// an error nothing more is yielded.
func (l *listing) pages(ctx context.Context) iter.Seq2[[]entry, error] {
	return func(yield func([]entry, error) bool) {
		paging := ldap.NewControlPaging(pageSize)
		for hollow := 0; ; {
			entries, more, err := l.page(ctx, paging)
			if err == nil && more && len(entries) == 0 {
				if hollow++; hollow > maxHollow {
					err = &presets.Error{Op: wording.New("directory.read_directory", "read the directory"), Text: wording.New("directory.server_gives_page_after_page", "the server gives page after page without an entry that is new")}
				}
			}
			if err == nil && len(l.seen) > maxEntries {
				err = &presets.Error{Op: wording.New("directory.read_directory", "read the directory"), Text: wording.New("directory.more_than_most_entries", "there are more than {Most} entries", "Most", maxEntries), Hint: wording.New("directory.read_smaller_part_another_base2", "read a smaller part: another base, or a narrower filter")}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(entries) > 0 {
				hollow = 0
			}
			if !yield(entries, nil) || !more {
				return
			}
		}
	}
}

// page reads one page and puts the place of the next one into paging.
func (l *listing) page(ctx context.Context, paging *ldap.ControlPaging) (fresh []entry, more bool, err error) {
	res, err := l.conn.search(ctx, wording.New("directory.read_directory", "read the directory"), ldap.NewSearchRequest(l.base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false,
		l.filter, l.wanted, []ldap.Control{paging}))
	if err != nil {
		return nil, false, err
	}
	for _, one := range res.Entries {
		e := readEntry(one)
		if e.long != "" {
			return nil, false, &presets.Error{Op: wording.New("directory.read_directory", "read the directory"), Text: wording.New("directory.value_value_longer_than_kib", "a value of {Value} is longer than {KiB} KiB", "Value", e.long, "KiB", maxValue>>10), Hint: wording.New("directory.leave_attribute_out", "leave that attribute out")}
		}
		sum := sha256.Sum256([]byte(e.id))
		key := [16]byte(sum[:16])
		if _, again := l.seen[key]; again {
			continue
		}
		l.seen[key] = struct{}{}
		if err := l.conn.complete(ctx, &e); err != nil {
			return nil, false, err
		}
		l.replaced += e.replaced
		fresh = append(fresh, e)
	}
	if answer, ok := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging); ok && len(answer.Cookie) > 0 {
		paging.SetCookie(answer.Cookie)
		return fresh, true, nil
	}
	return fresh, false, nil
}
