package webconfig

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// phoneShown is a caller as the phone shows it, and as the phone system gets it.
type phoneShown struct {
	Line, Number string // Line is "" for nobody
	JSON         string // of /v1/lookup
}

// display looks a number up as a phone system would, with the settings that are saved; nil where there is no number.
func (w *Web) display(q *request, id tenant.SystemID, number string) (*phoneShown, error) {
	if number == "" {
		return nil, nil
	}
	answer, err := w.Recognizer.Recognize(q.ctx(), &recognition.Question{Tenant: q.tenantID(), System: id, Number: number})
	if errors.Is(err, recognition.ErrTooLong) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	shown, err := w.Recognizer.Shown(q.ctx(), q.tenantID(), id)
	if err != nil {
		return nil, err
	}
	d := &phoneShown{Line: answer.Name(), Number: number}
	raw, err := shown.Lookup(answer)
	var text bytes.Buffer
	switch {
	case err != nil:
		d.JSON = q.T("systems.bad_template")
	case json.Indent(&text, raw, "", "  ") == nil:
		d.JSON = text.String()
	default:
		d.JSON = string(raw)
	}
	return d, nil
}
