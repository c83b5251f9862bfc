package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// ErrNoUpload means an integration that takes no file: its preset reads none, or its options name another one.
var ErrNoUpload = wording.Error("setup.no_upload", "takes no uploaded file")

// Uploads are the files of an integration: the one every synchronisation reads, and a newer one that waits to be taken into use.
type Uploads struct {
	Used    *upload.Info `json:"used,omitempty"`
	Waiting *upload.Info `json:"waiting,omitempty"`
}

// lacksFile tells that an integration waits for its first file.
func (s *Setup) lacksFile(p *presets.Preset, i tenant.Integration, v option.Values) bool {
	return p.ReadsUpload(v) && i.Uploaded.IsZero()
}

// keeper is the integration that keeps the files of one: a copy's lie with the one it is a copy of, where they wait until
// they are taken into use.
func keeper(i tenant.Integration) tenant.IntegrationID {
	return cmp.Or(i.CopyOf(), i.ID)
}

// uploadable says whose files an integration's are; an error wraps ErrNoUpload if it takes none.
func (s *Setup) uploadable(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (tenant.IntegrationID, error) {
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return "", err
	}
	p, err := s.preset(i.Preset)
	if err != nil {
		return "", err
	}
	switch {
	case i.Pushed:
		return "", fmt.Errorf("%s %w: its contacts are sent", i.Name, ErrNoUpload)
	case s.d.Uploads == nil || p.Kind != "file":
		return "", fmt.Errorf("%s %w: preset %s reads no file", i.Name, ErrNoUpload, p.ID)
	case !p.ReadsUpload(i.Options):
		return "", fmt.Errorf("%s %w: it reads the one its options path or url name; empty that option first", i.Name, ErrNoUpload)
	}
	return keeper(i), nil
}

// Upload keeps a file for an integration. It waits: synchronisations go on with the one before until [Setup.UseUpload].
func (s *Setup) Upload(ctx context.Context, t tenant.ID, id tenant.IntegrationID, name string, from io.Reader) (upload.Info, error) {
	of, err := s.uploadable(ctx, t, id)
	if err != nil {
		return upload.Info{}, err
	}
	info, err := s.d.Uploads.Put(ctx, t, of, upload.Info{Name: name, Uploaded: s.d.Now().UTC()}, from)
	if err != nil || of == id {
		return info, err
	}
	return info, s.d.Directory.NoteDraft(ctx, t, id, func(w *tenant.Wizard) { w.Uploaded = info.Uploaded })
}

// Uploads tells which files there are.
func (s *Setup) Uploads(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (u Uploads, err error) {
	of, err := s.uploadable(ctx, t, id)
	if err != nil {
		return u, err
	}
	for slot, to := range map[upload.Slot]**upload.Info{upload.Used: &u.Used, upload.Waiting: &u.Waiting} {
		info, err := s.d.Uploads.Stat(t, of, slot)
		switch {
		case err == nil:
			*to = &info
		case !errors.Is(err, upload.ErrNone):
			return u, err
		}
	}
	return u, nil
}

// UseUpload takes the waiting file of an integration into use, if there is one. An integration that waited for its first file
// is enabled.
func (s *Setup) UseUpload(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID) error {
	of, err := s.uploadable(ctx, t, id)
	if errors.Is(err, ErrNoUpload) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.d.Uploads.Take(t, of); errors.Is(err, upload.ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	_, err = s.d.Directory.SetIntegration(ctx, by, t, of, func(i *tenant.Integration) error {
		i.Uploaded = s.d.Now().UTC()
		if i.State == tenant.StateDraft && i.Wizard == nil {
			i.State = tenant.StateEnabled
		}
		return nil
	})
	return err
}

// DropUpload removes the waiting file of an integration.
func (s *Setup) DropUpload(ctx context.Context, t tenant.ID, id tenant.IntegrationID) error {
	of, err := s.uploadable(ctx, t, id)
	if err != nil {
		return err
	}
	return s.d.Uploads.Drop(t, of)
}

// OpenUpload opens what [Setup.Open] would if the waiting file were in use.
func (s *Setup) OpenUpload(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (presets.Source, error) {
	if _, err := s.uploadable(ctx, t, id); err != nil {
		return nil, err
	}
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, i, opening{slots: []upload.Slot{upload.Waiting, upload.Used}})
}

// EraseUploads removes the files of an integration that is gone, and returns how many there were.
func (s *Setup) EraseUploads(t tenant.ID, id tenant.IntegrationID) (int, error) {
	if s.d.Uploads == nil {
		return 0, nil
	}
	return s.d.Uploads.Erase(t, id)
}

// uploaded opens the first of the files there are.
func (f files) uploaded() (presets.OpenFile, error) {
	for _, slot := range f.slots {
		file, err := f.uploads.Open(f.tenant, f.integration, slot)
		if errors.Is(err, upload.ErrNone) {
			continue
		}
		if err != nil {
			return nil, &presets.Error{Op: wording.New("setup.open_uploaded_file", "open the uploaded file"), Text: wording.New("setup.cannot_read", "it cannot be read"), Hint: wording.New("setup.upload_again", "upload it again"), Err: err}
		}
		return file, nil
	}
	return nil, &presets.Error{Op: wording.New("setup.open_uploaded_file", "open the uploaded file"), Text: wording.New("setup.none", "there is none"), Hint: wording.New("setup.upload_file_ringdex_integration_upload", "upload a file: `ringdex integration upload`"), Err: upload.ErrNone}
}

// What a draft waits for.
const (
	WaitsForFile   = "file"
	WaitsForSignIn = "sign_in"
)

// WaitsFor tells what a draft waits for, "" for an integration that is none.
func (s *Setup) WaitsFor(i tenant.Integration) string {
	if i.State != tenant.StateDraft {
		return ""
	}
	if p, ok := s.d.Catalog.Get(i.Preset); ok && p.ReadsUpload(i.Options) {
		return WaitsForFile
	}
	return WaitsForSignIn
}

// Where an integration's contacts come from.
const (
	SourceRead   = "read"   // the server reads them
	SourcePushed = "pushed" // they are sent to the server
	SourceNone   = "none"   // there are none: scripts alone
)

// SourceOf tells where an integration's contacts come from.
func (s *Setup) SourceOf(i tenant.Integration) string {
	p, ok := s.d.Catalog.Get(i.Preset)
	switch {
	case i.Pushed:
		return SourcePushed
	case ok && !p.Reads():
		return SourceNone
	}
	return SourceRead
}
