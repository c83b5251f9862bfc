package scripts

import (
	"errors"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Render returns the template with its values. The error is ErrEmpty if every
// placeholder for data is empty, else a *Refusal.
func (t *Template) Render(v Values) (string, error) {
	out, err := t.AppendRender(make([]byte, 0, len(t.text)+64), v)
	return string(out), err
}

// Preview returns what Render does, but a text also if every placeholder is
// empty: for an editor and a command line, where somebody wants to see it.
func (t *Template) Preview(v Values) (string, error) {
	out, _, err := t.fill(make([]byte, 0, len(t.text)+64), &v)
	return string(out), err
}

// AppendRender appends what Render returns to dst. On an error dst is returned
// as it was.
func (t *Template) AppendRender(dst []byte, v Values) ([]byte, error) {
	out, filled, err := t.fill(dst, &v)
	switch {
	case err != nil:
		return dst, err
	case filled == 0 && t.data > 0:
		return dst, ErrEmpty
	}
	return out, nil
}

// fill appends the literals and values, counting the ones that are not empty.
func (t *Template) fill(dst []byte, v *Values) (out []byte, filled int, err error) {
	start := len(dst)
	for i := range t.pieces {
		p := &t.pieces[i]
		dst = append(dst, p.literal...)
		if p.slot == nil {
			continue
		}
		before := len(dst)
		if dst, err = p.slot.append(dst, v); err != nil {
			return nil, 0, p.slot.refusal(err)
		}
		if len(dst)-start > MaxLength {
			return nil, 0, &Refusal{Why: wording.New("scripts.too_long", "too long")}
		}
		if p.slot.from != fromOption && len(dst) > before {
			filled++
		}
	}
	out, err = t.finished(dst, start)
	return out, filled, err
}

// finished makes the checks that only the whole text allows.
func (t *Template) finished(dst []byte, start int) ([]byte, error) {
	if t.tidy != nil {
		dst = append(dst[:start], t.tidy(dst[start:])...)
	}
	if len(dst)-start > MaxLength {
		return nil, &Refusal{Why: wording.New("scripts.too_long", "too long")}
	}
	if t.finish == nil {
		return dst, nil
	}
	if err := t.finish(dst[start:]); err != nil {
		return nil, err
	}
	return dst, nil
}

func (s *slot) append(dst []byte, v *Values) ([]byte, error) {
	value := s.value(v)
	if value == "" && !s.place.needsValue() {
		return dst, nil
	}
	return s.place.Append(dst, value)
}

// needsValue reports whether nothing at all would break the structure.
func (p Place) needsValue() bool { return p == inHost || p == inBase || p == inJSONBare }

func (s *slot) value(v *Values) string {
	switch s.from {
	case fromField:
		return v.field(s.name)
	case fromOption:
		return v.option(s.name)
	}
	return s.property.value(v, s.form, s.name)
}

// refusal adds the placeholder to what its place objected to.
func (s *slot) refusal(err error) error {
	var r *Refusal
	if !errors.As(err, &r) {
		return err
	}
	return &Refusal{Placeholder: s.String(), Why: r.Why}
}

// oneLine takes out the gaps that empty values leave in a text.
func oneLine(out []byte) []byte {
	return []byte(strings.Join(strings.Fields(string(out)), " "))
}
