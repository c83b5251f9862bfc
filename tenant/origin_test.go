package tenant

import "testing"

// TestOrigins guards that a header lists only what people meant: whole origins, encrypted unless they are on this machine.
func TestOrigins(t *testing.T) {
	for raw, want := range map[string]string{
		"https://crm.example.com": "https://crm.example.com", " HTTPS://CRM.Example.com:443/ ": "https://crm.example.com",
		"https://crm.example.com:8443": "https://crm.example.com:8443", "http://localhost:3000": "http://localhost:3000",
		"http://127.0.0.1:80": "http://127.0.0.1", "http://[::1]:3000": "http://[::1]:3000", "https://192.0.2.1": "https://192.0.2.1",
		"http://crm.example.com": "", "https://*.example.com": "", "*": "", "https:": "", "https://": "", "crm.example.com": "", "'self'": "",
		"https://crm.example.com/path": "", "https://crm.example.com?x": "", "https://u@crm.example.com": "", "https://a.example; script-src *": "",
		"https://a.example https://b.example": "", "https://a.example:0": "", "https://a.example:": "", "https://a.example#": "", "javascript:alert(1)": "",
		"data://x": "", "https://b\u00fccher.example": "", "https://localhost.evil.example": "https://localhost.evil.example", "http://localhost.evil.example": "",
		"null": "", "https://[fe80::1%25eth0]": "", "https://.": "", "": "",
	} {
		if got, ok := originOf(raw); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %t; want %q", raw, got, ok, want)
		}
	}
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	a, err := w.SetAccount(t.Context(), Command("test"), tn, map[string]string{"widget_origins": "https://crm.example.com/, http://localhost:3000"})
	must(t, err)
	if got := a.Settings()["widget_origins"]; got != "https://crm.example.com\nhttp://localhost:3000" {
		t.Errorf("kept %q", got)
	}
	if _, err := w.SetAccount(t.Context(), Command("test"), tn, map[string]string{"widget_origins": "https://x.example 'unsafe-inline'"}); err == nil {
		t.Error("a text that is no origin was kept")
	}
}
