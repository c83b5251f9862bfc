package phone

import "strings"

// dress adds extension, stem and head to a found number. In Germany and Austria "…-0 Durchwahl 22" means that 22 takes
// the place of the 0: a number of its own.
func (e *evaluation) dress(f *Found, g []group) {
	f.Extension = e.run.extension
	if code := f.Number.code(); code != 49 && code != 43 {
		return
	}
	stem, head := e.stem(f.Number, g)
	f.Head = head
	if head {
		f.Stem = stem
	}
	if e.run.direct && e.run.extension != "" {
		e.dial(f, stem)
	}
}

// stem gives the number without a written "-0", and whether it was written.
func (e *evaluation) stem(n Number, g []group) (Number, bool) {
	last := len(g) - 1
	if last == 0 || e.text[g[last].start:g[last].end] != "0" || !strings.Contains(e.sep(g, last), "-") {
		return n, false
	}
	return Number{n.v / 10}, true
}

// dial replaces the head number by the direct-dial number the text means.
func (e *evaluation) dial(f *Found, stem Number) {
	n, ok := pack(stem.digits() + e.run.extension)
	if !ok || !n.valid() {
		return
	}
	f.Stem, f.Number, f.Extension, f.How, f.Head = stem, n, "", howDirectDial, false
}
