// Package crmsim is a scriptable fake CRM and identity provider that can delay, truncate, loop, lie, throttle and rotate tokens.
//
// It is the demo's CRM and the tests' CRM, and says what it is: on its first page, and in the header X-Simulated of each
// answer. Its contacts come from a seed, always the same, with numbers written the way people write them; for each it
// knows the true E.164 number by construction, never by parsing.
//
// It speaks a shape of its own in every way of paging (/api/v1), a Salesforce-like one (/services/data) and a
// HubSpot-like one (/crm/v3), with OAuth2 (authorization code with PKCE, rotating refresh tokens that are used once,
// client credentials) and with plain API keys. Faults are set from Go ([Server.Inject]) or over HTTP (/sim/faults).
//
// It never holds anything of a real customer and is no part of the service. Start reading at server.go.
package crmsim
