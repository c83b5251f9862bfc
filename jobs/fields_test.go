package jobs

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: an answer's fields hold each name once, whatever the CRM calls its own; a common name wins over an own field
// of the same name, which stands in only where the common one is empty.
func TestFieldsAreUnique(t *testing.T) {
	wanted := wantedFields(tenant.Integration{Notification: []tenant.NotificationField{
		{Field: "DisplayName"}, {Field: "Company"}, {Field: "Email"}, {Field: "FirstName"}, {Field: "Title"},
	}})
	rec := presets.Record{
		ID: "1", Name: "Ada", Company: "Muster AG", Email: "ada@example.com",
		Fields: []presets.Field{
			{Name: "Email", Value: "other@example.com"},
			{Name: "Company", Value: "0012"},
			{Name: "DisplayName", Value: "A."},
			{Name: "FirstName", Value: "Ada"},
			{Name: "Title", Value: "Dr"},
			{Name: "Title", Value: "Prof"},
		},
	}
	want := []cache.Field{
		{Name: "Email", Value: "ada@example.com"},
		{Name: "FirstName", Value: "Ada"},
		{Name: "Title", Value: "Dr"},
	}
	if diff := cmp.Diff(want, wanted.copyFields(&rec)); diff != "" {
		t.Errorf("copied fields (-want +got):\n%s", diff)
	}
}
