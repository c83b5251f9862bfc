package cache

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"unsafe"
)

// Reported is a contact with issues, for the data-quality report.
type Reported struct {
	Type, ID, Name, Company, URL string
	Issues                       []Issue
}

// Issues lists the contacts of the published generation that were put with issues. The last element carries the error,
// if there is one.
func (c *Cache) Issues(ctx context.Context, in Ref) iter.Seq2[Reported, error] {
	return func(yield func(Reported, error) bool) {
		for e, err := range c.read(ctx, in, kindContact) {
			if err != nil {
				yield(Reported{}, err)
				return
			}
			entry, err := readContactEntry(e.body, nil)
			if err == nil && entry.issues == 0 {
				continue
			}
			one, bad := readReported(entry)
			if !yield(one, errors.Join(err, bad)) || err != nil {
				return
			}
		}
	}
}

func readReported(e contactEntry) (Reported, error) {
	rd := reader{rest: string(e.tail)}
	one := Reported{Type: rd.text(), ID: rd.text(), Name: rd.text(), Company: rd.text(), URL: rd.text()}
	for range e.issues {
		one.Issues = append(one.Issues, Issue{Reason: rd.text(), Raw: rd.text()})
	}
	if rd.bad {
		return one, fmt.Errorf("issues: %w: not in the form expected", ErrUnavailable)
	}
	return one, nil
}

// Shared is a number of several contacts.
type Shared struct {
	E164    string
	Total   int
	Matches []Match // the first MaxContacts of them
}

// Shared lists the numbers of the published generation that at least so many contacts have. Matches are the receiver's
// to keep.
func (c *Cache) Shared(ctx context.Context, in Ref, contacts int) iter.Seq2[Shared, error] {
	return func(yield func(Shared, error) bool) {
		for e, err := range c.read(ctx, in, kindNumber) {
			if err != nil {
				yield(Shared{}, err)
				return
			}
			rd := reader{rest: unsafe.String(unsafe.SliceData(e.body), len(e.body))} // looked at before the next step
			if int(rd.uvarint()) < contacts {
				continue
			}
			matches, err := appendMatches(nil, slices.Clone(e.body), e.generation)
			one := Shared{Matches: matches}
			if len(matches) > 0 {
				one.E164, one.Total = matches[0].facts.E164, matches[0].total
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// opened is an entry of a published generation; its body is valid during its step.
type opened struct {
	body       []byte
	generation *Generation
}

// read lists and opens the entries of one kind in the published generation.
func (c *Cache) read(ctx context.Context, in Ref, kind byte) iter.Seq2[opened, error] {
	return func(yield func(opened, error) bool) {
		ig, err := c.integration(in)
		if err != nil {
			yield(opened{}, err)
			return
		}
		z, g := ig.sealer.Load(), ig.published.Load()
		if z == nil || g == nil {
			return
		}
		e := opened{generation: g}
		for item, err := range c.table.Scan(z.prefix.key(nil, kind), g.Version) {
			if err = errors.Join(err, ctx.Err()); err == nil {
				e.body, err = unseal(z.aead, e.body[:0], item.Value, item.Key)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Verify opens every entry of the published generation and counts them, and those whose seal is broken.
func (c *Cache) Verify(ctx context.Context, in Ref) (entries, broken int, err error) {
	ig, err := c.integration(in)
	if err != nil {
		return 0, 0, err
	}
	z, g := ig.sealer.Load(), ig.published.Load()
	if z == nil || g == nil {
		return 0, 0, nil
	}
	var body []byte
	for item, err := range c.table.Scan(z.prefix[:], g.Version) {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return entries, broken, fmt.Errorf("verify %s: %w", in.Integration, err)
		}
		entries++
		if plain, err := unseal(z.aead, body[:0], item.Value, item.Key); err != nil {
			broken++
		} else {
			body = plain
		}
	}
	return entries, broken, nil
}
