package api

import (
	"net/http"
	"strings"
)

// Header values that stand on every answer. They are shared, and nobody may write into them.
var (
	noStore    = []string{"no-store"}
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
)

// edge is what every request passes first: answers are kept out of caches (reliability row B16) and are nothing but what
// they say they are; a doubled slash in the path, which some phone systems make, counts as one, and one at its end as none.
func edge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Cache-Control"], h["X-Content-Type-Options"], h["Referrer-Policy"] = noStore, noSniff, noReferrer
		if p := r.URL.Path; strings.Contains(p, "//") || len(p) > 1 && p[len(p)-1] == '/' {
			r = withSingleSlashes(r)
		}
		next.ServeHTTP(w, r)
	})
}

func withSingleSlashes(r *http.Request) *http.Request {
	once, u := *r, *r.URL
	u.Path, u.RawPath = singleSlashes(u.Path), singleSlashes(u.RawPath)
	once.URL = &u
	return &once
}

func singleSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// sameOrigin refuses what a foreign page makes a browser send (reliability row B10): keys are not in a browser, but the
// e-mail address and password somebody once typed into its prompt are. Programs do not send the headers it looks at.
func sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, problem(http.StatusForbidden, "pages of other sites may not use this API"))
	}))
	return p.Handler(next)
}
