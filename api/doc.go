// Package api is everything machines talk to: match, name, call events, admin, health, metrics.
//
// It promises that the tenant of a question comes from its key and never from what it says, that every route names who
// may use it (routes.go is the whole list; a test tries each against each role and tenant), and that errors are
// RFC 9457 problems which say what to do. Handlers are thin: parse, call, write. It never reads a store and never talks
// to a CRM.
//
// Start reading at routes.go; match.go is the path a ringing phone waits for.
package api
