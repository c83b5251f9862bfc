package webconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) iconRoutes() []route {
	return []route{get("/preset-icons/:preset/:hash", needNobody, w.icon)}
}

// presetIcon is the address of a preset's icon, "" if it has none.
func (w *Web) presetIcon(id string) string {
	p, ok := w.Catalog.Get(id)
	if !ok || len(p.Icon) == 0 {
		return ""
	}
	sum := sha256.Sum256(p.Icon)
	return "/preset-icons/" + id + "/" + hex.EncodeToString(sum[:6]) + ".svg"
}

// icon answers with a preset's icon. As an image it runs nothing, and opened by itself its policy lets it load nothing.
func (w *Web) icon(q *request) error {
	p, ok := w.Catalog.Get(q.pathParam("preset"))
	if !ok || len(p.Icon) == 0 {
		return tenant.ErrNotFound
	}
	h := q.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	return q.Blob(http.StatusOK, "image/svg+xml", p.Icon)
}
