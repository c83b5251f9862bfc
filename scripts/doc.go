// Package scripts is the one template language: parses, checks and renders
// `#(Call property)` and `$(Field)` with encoding by position.
//
// A script is the address a click on a call notification opens. Its template
// is parsed once, when somebody saves it: every placeholder gets the [Place] it
// stands in (path segment, query value, mail header, number, …), and every
// mistake is told with its position and, for a misspelt name, the nearest known
// one. Rendering then only copies literals and encodes values, each exactly once
// for its place.
//
// What the package promises: a value never changes the structure of an
// address. Scheme, user, host and port come from the template (or, in scripts
// that a preset brings, from a checked option); a rendered address has as many
// path segments and parameters as its template; a value is never read as a
// template again; nothing rendered is longer than [MaxLength].
//
// What it never does: fetch anything, know a tenant or a CRM, or decide which
// fields exist. The names a template may use are handed in as [Names].
//
// # How to add a call property
//
// Here: a value of [Call] (call.go) and its line in the table of property.go; the test then prints the table of docs/scripts.md.
// Where it comes from is further up, in the order an event takes: its name in a form (api/event.go), the event and the call it
// becomes (calls/event.go, call.go; machine.go learns what comes late, desk.go hands on what came before), recognition.Told
// (calls/recognise.go), and what a script is given (recognition/question.go). api's TestEveryPropertyArrives posts an event with
// everything and fails where a property of the table stays empty. A text of its own in the editor is the key
// scripts.property_NAME of webconfig/locale.
//
// Start reading at template.go, then url.go for the positions, place.go for
// the encodings and render.go for the hot path. Presets use the same pieces for
// REST requests: [Split], [Place], [ParseText], [ParseHeader] and [ParseBody].
package scripts
