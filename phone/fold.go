package phone

// Fold gives the form in which numbers are compared and looked up: two E.164 forms of one line fold to the same value
// (the comparison table says which). It works on the number's digits, without the library and without allocation.
func (n Number) Fold() Number {
	code := n.code()
	for i := range foldTable {
		r := &foldTable[i]
		if r.code != code {
			continue
		}
		if out, ok := r.apply(n); ok {
			return out
		}
	}
	return n
}

// apply rewrites n if the rule concerns it.
func (r *foldRule) apply(n Number) (Number, bool) {
	var buf, out [24]byte
	digits := n.appendDigits(buf[:0])
	if r.length != 0 && len(digits) != r.length || len(digits) <= len(r.prefix) {
		return n, false
	}
	for i := range len(r.prefix) {
		if r.prefix[i] != '?' && r.prefix[i] != digits[i] {
			return n, false
		}
	}
	folded := append(out[:0], r.put...)
	for i, c := range folded {
		if c == '?' {
			folded[i] = digits[i]
		}
	}
	folded = append(folded, digits[len(r.prefix):]...)
	m, ok := pack(string(folded))
	if !ok || r.invalid && n.valid() || r.valid && !m.valid() {
		return n, false
	}
	return m, true
}

// repaired gives the fold of a number that is not valid as it stands, if that is valid: a lost Italian zero, a French
// overseas number written with +33. Brazil's ninth digit is not restored: a truncated number would become another one.
func (n Number) repaired() (Number, bool) {
	if n.code() == 55 {
		return n, false
	}
	m := n.Fold()
	return m, m != n && m.valid()
}
