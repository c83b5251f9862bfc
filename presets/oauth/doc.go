// Package oauth signs a connection in at a CRM's identity provider and keeps its access token alive.
//
// [Flow] is the sign-in a person does once: authorization code with PKCE, state used once and bound to the session that
// began it. [Source] is what runs every day: it gives out the access token and renews it.
//
// It promises that one connection is renewed by one process at a time, that a renewed grant is durable in its [Vault]
// before anything uses it, that a crash between the provider's answer and that moment is found again and leads to one
// more try and then to a person, and that no error holds a token or a word of a provider's answer.
//
// Start reading at grant.go, then source.go.
package oauth
