package webconfig

import (
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/webconfig/assets"
)

// policy is the content security policy of every page: nothing inline, nothing from elsewhere, in nobody's frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors "

// nobodysFrame is who may show a page in a frame, unless it is a widget.
const nobodysFrame = "'none'"

// maxForm is the largest form; files go a way of their own (route.large).
const maxForm = 1 << 20

// headers stands before everything: what every answer carries, and the limit of what is read.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy+nobodysFrame)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if !strings.HasPrefix(r.URL.Path, assets.Prefix) {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a foreign page makes a browser send (reliability row B10).
func (w *Web) sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		q := &request{w: w, words: w.texts.Choose(r.Header.Get("Accept-Language"))}
		if err := w.writePage(rw, http.StatusForbidden, "problem", q.blank("problem.foreign_title", problemShown{Text: q.T("problem.foreign")})); err != nil {
			w.Log.Error("page of a refusal", "error", err)
		}
	}))
	return p.Handler(next)
}
