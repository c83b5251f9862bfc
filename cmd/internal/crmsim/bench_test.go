package crmsim_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/rest"
)

func asError(err error) *presets.Error {
	var e *presets.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// benchmarkRead reads 100,000 contacts; crm-ms is what the fake CRM takes to send the same pages to somebody who throws
// them away.
func benchmarkRead(b *testing.B, size int) {
	s := crmsim.New(crmsim.Options{Contacts: 100_000, APIKey: key})
	h := httptest.NewServer(s)
	defer h.Close()
	client := h.Client()
	p, _ := presets.Load(os.DirFS("../../../presets/catalog"), "democrm")
	p.Streams[0].Page.Size = size
	conn := presets.Connection{ID: "i", HTTP: client, Options: option.Values{"address": h.URL, "api_key": key}}
	drain(b, client, h.URL, size)
	b.Run("thrown away", func(b *testing.B) {
		for b.Loop() {
			drain(b, client, h.URL, size)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			source, err := rest.Kind{}.Open(b.Context(), p, conn)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for page, err := range source.Read(b.Context(), "contact", presets.Cursor{}) {
				if err != nil {
					b.Fatal(err)
				}
				n += len(page.Records)
			}
			if n != 100_000 {
				b.Fatal(n)
			}
		}
	})
}

func drain(b *testing.B, c *http.Client, base string, size int) {
	for from := 0; from < 100_000; from += size {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+"/api/v1/contacts?limit="+number(size)+"&cursor=after-"+number(from), nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := c.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
