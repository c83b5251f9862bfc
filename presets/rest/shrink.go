package rest

// maxBack bounds how often a list is read again from an earlier place: a count that goes up and down is no news.
const maxBack = 20

// stepBack is where a list goes on whose count has become smaller since the page before: what was deleted behind has
// moved records to a place that is read already. Lists read by key or cursor do not shift.
func (p *pager) stepBack(at position, a *answer) (position, bool) {
	total, ok := p.sum(a)
	gone := at.Total - total
	if !ok || at.Total == 0 || gone <= 0 || at.Back >= maxBack || !p.begun(at) {
		return at, false
	}
	back := at
	first := p.first()
	switch {
	case p.Kind == "offset":
		back.Offset = max(first.Offset, at.Offset-gone)
		back.Window = max(0, at.Window-(at.Offset-back.Offset))
	case p.Kind == "page_number" && p.Size > 0:
		pages := min(at.Number-first.Number, (gone+p.Size-1)/p.Size)
		back.Number = at.Number - pages
		back.Window = max(0, at.Window-pages*p.Size)
	default:
		return at, false
	}
	back.Total = total
	back.Back++
	back.Pages++
	return back, true
}
