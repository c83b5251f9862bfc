package setup

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
)

// fetchWithin is how long a whole file may take to come.
const fetchWithin = 15 * time.Minute

// Open connects an integration to its CRM. It sends nothing yet. The source may also reach what allow allows, besides what
// the guard's own rules do.
func (s *Setup) Open(ctx context.Context, t tenant.ID, id tenant.IntegrationID, allow ...outbound.Rule) (presets.Source, error) {
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, i, opening{}, allow...)
}

// opening is how an integration is opened if it is not as a whole and for a synchronisation.
type opening struct {
	part  func(*presets.Preset) *presets.Preset // of its preset; nil is all of it
	slots []upload.Slot                         // of its uploaded files, in order of preference; nil prefers the one in use
}

func (s *Setup) open(ctx context.Context, i tenant.Integration, o opening, allow ...outbound.Rule) (presets.Source, error) {
	switch {
	case o.slots != nil:
	case i.Wizard != nil: // the file that would be taken into use
		o.slots = []upload.Slot{upload.Waiting, upload.Used}
	default:
		o.slots = []upload.Slot{upload.Used, upload.Waiting}
	}
	t, id := i.Tenant, i.ID
	p, err := s.preset(i.Preset)
	if err != nil {
		return nil, err
	}
	if i.Pushed {
		return push.Kind{}.Open(ctx, p, presets.Connection{})
	}
	read := s.values
	if o.part != nil {
		read = s.valuesSoFar
	}
	values, err := read(ctx, i, p)
	if err != nil {
		return nil, fmt.Errorf("options of %s: %w", i.Name, err)
	}
	kind, ok := s.d.Catalog.Kind(p)
	if !ok {
		return nil, fmt.Errorf("preset %s is of kind %q, which this program does not know", p.ID, p.Kind)
	}
	if own, err := completed(p, i); err == nil {
		p = own
	} else if o.part == nil {
		return nil, fmt.Errorf("options of %s: %w", i.Name, err)
	}
	guard, client := s.d.Guard.With(allow...), outbound.Client{}
	if f, ok := kind.(presets.Fetcher); ok {
		client.Limits = outbound.Limits{Body: f.FetchesUpTo(), Total: fetchWithin}
	}
	conn := presets.Connection{
		ID:      string(id),
		Options: values,
		HTTP:    guard.HTTPClient(string(t), client),
		Dial:    guard.DialContext(string(t)),
		Trusting: func(roots *x509.CertPool) *http.Client {
			return guard.HTTPClient(string(t), outbound.Client{RootCAs: roots, Limits: client.Limits})
		},
		Files: files{trusted: i.PathsTrusted, dir: s.d.ImportDir, uploads: s.d.Uploads, tenant: t, integration: keeper(i), slots: o.slots},
		Pace:  s.d.Pace,
		Now:   s.d.Now,
		Sleep: s.d.Sleep,
		Log:   s.d.Log.With("tenant", t, "integration", id),
	}
	holder, err := s.tokenHolder(ctx, i, p, values)
	if err != nil {
		return nil, err
	}
	if conn.Token, err = s.sign.tokens(holder, p, values, guard); err != nil {
		return nil, err
	}
	if o.part != nil {
		p = o.part(p)
	}
	return kind.Open(ctx, p, conn)
}
