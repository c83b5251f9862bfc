package crmsim

import (
	"encoding/json"
	"net/http"
	"strings"
)

// token is the token endpoint: RFC 6749 sections 4.1.3, 4.4 and 6, RFC 7636 for PKCE.
func (s *Server) token(r *http.Request) answer {
	if err := r.ParseForm(); err != nil {
		return oauthError(http.StatusBadRequest, "invalid_request")
	}
	client, ok := s.client(r)
	if !ok {
		return oauthError(http.StatusUnauthorized, "invalid_client")
	}
	var g Grant
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		g, ok = s.idp.redeem(r.PostForm.Get("code"), r.PostForm.Get("code_verifier"), r.PostForm.Get("redirect_uri"), client)
	case "refresh_token":
		g, ok = s.idp.rotate(r.PostForm.Get("refresh_token"))
	case "client_credentials":
		g, ok = s.forClient(), true
	default:
		return oauthError(http.StatusBadRequest, "unsupported_grant_type")
	}
	if !ok {
		return oauthError(http.StatusBadRequest, "invalid_grant")
	}
	return s.tokenAnswer(r, g)
}

// client checks id and secret from the header or from the body.
func (s *Server) client(r *http.Request) (string, bool) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	return id, id == s.o.OAuth.ClientID && secret == s.o.OAuth.ClientSecret
}

func (s *Server) forClient() Grant {
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	s.idp.counts.Clients++
	g := s.idp.issue(&family{})
	delete(s.idp.refresh, g.Refresh)
	g.Refresh = ""
	return g
}

func (s *Server) tokenAnswer(r *http.Request, g Grant) answer {
	body := map[string]any{
		"access_token": g.Access, "token_type": "Bearer", "scope": "contacts",
		"instance_url": "http://" + r.Host, "hub_id": 123456,
	}
	if g.Refresh != "" {
		body["refresh_token"] = g.Refresh
	}
	if !s.o.OAuth.Silent {
		body["expires_in"] = int(s.o.OAuth.AccessLife.Seconds())
	}
	raw, _ := json.Marshal(body)
	return answer{status: http.StatusOK, header: map[string]string{"Cache-Control": "no-store"}, body: raw}
}

// revoke ends the family of a token (RFC 7009).
func (s *Server) revoke(r *http.Request) answer {
	if err := r.ParseForm(); err != nil {
		return oauthError(http.StatusBadRequest, "invalid_request")
	}
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	for _, list := range []map[string]*issued{s.idp.access, s.idp.refresh} {
		if t, ok := list[r.PostForm.Get("token")]; ok {
			t.family.ended = true
		}
	}
	return answer{status: http.StatusOK}
}

// oauthError repeats the refused values in its description, as some vendors do, so that tests can show that nobody
// passes the text on.
func oauthError(status int, code string) answer {
	body, _ := json.Marshal(map[string]string{"error": code, "error_description": "refused: canary-in-token-answer"})
	return answer{status: status, body: body}
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
