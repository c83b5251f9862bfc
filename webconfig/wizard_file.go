package webconfig

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/wording"
)

// maxUpload is what the form around a file may have besides it.
const maxUpload = upload.MaxSize + 1<<20

// fileShown is the file of an integration, and what taking a newer one into use would change.
type fileShown struct {
	Used, Waiting       string // name and when
	Compared            bool
	Added, Changed      int
	Removed, Unchanged  int
	Numbers             int
	Held                string
	NewNames, GoneNames []string
	Notes               []string
}

func (w *Web) fileShown(q *request, d *draft) (*fileShown, error) {
	files, err := w.Setup.Uploads(q.ctx(), d.Tenant, d.ID)
	if errors.Is(err, setup.ErrNoUpload) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &fileShown{}
	said := func(i *upload.Info) string {
		if i == nil {
			return ""
		}
		return i.Name + ", " + q.words.Time(i.Uploaded, q.zone())
	}
	s.Used, s.Waiting = said(files.Used), said(files.Waiting)
	if c := w.setups.get(d.ID).compare; c != nil && files.Waiting != nil {
		s.Compared, s.Added, s.Changed, s.Removed, s.Unchanged, s.Numbers = true, c.Added, c.Changed, c.Removed, c.Unchanged, c.Numbers
		s.Held, s.Notes = c.HeldWords.In(q.words.Lang), c.Notes.In(q.words.Lang)
		for _, one := range c.Samples.Added {
			s.NewNames = append(s.NewNames, one.Name)
		}
		for _, one := range c.Samples.Removed {
			s.GoneNames = append(s.GoneNames, one.Name)
		}
	}
	return s, nil
}

// uploadFile keeps a file that waits until the last step, tests it, and compares it with what there is.
func (w *Web) uploadFile(q *request, d *draft) error {
	parts, err := q.Request().MultipartReader()
	if err != nil {
		return q.see(d.at(stepCRM)+"#file", "")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			q.say("bad", q.T("wizard.no_file"))
			return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#file")
		}
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			continue
		}
		if _, err := w.Setup.Upload(q.ctx(), d.Tenant, d.ID, part.FileName(), part); err != nil {
			if !errors.Is(err, setup.ErrNoUpload) && !errors.Is(err, upload.ErrTooLarge) {
				return err
			}
			q.say("bad", q.told(wording.Of(err)))
			return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#file")
		}
		break
	}
	w.test(q.ctx(), d)
	w.compareFile(q, d)
	return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#test")
}

func (w *Web) compareFile(q *request, d *draft) {
	in := refOf(d.Integration)
	if d.CopyOf() != "" {
		in.Integration = d.CopyOf() // its contacts are those that would change
	}
	found, err := w.Jobs.Compare(q.ctx(), in, func(ctx context.Context) (presets.Source, error) {
		return w.Setup.OpenUpload(ctx, d.Tenant, d.ID)
	})
	w.setups.change(d.ID, func(s *setupState) {
		if s.compare = nil; err == nil {
			s.compare = &found
		}
	})
}
