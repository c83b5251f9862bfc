// Package rest is the kind of preset that reads a CRM over HTTP with answers in JSON or XML.
//
// It promises that only an explicit end ends a stream: whatever is not a whole, well-formed page of the list asked for is
// an error, and so are a cursor that goes in a circle, a page that comes again, and a list shorter than the CRM said.
// Watermarks come from the records or from the CRM's clock, never from ours. Limits are kept in the vendor's own units.
// An error names status, the vendor's error code and what to do, and repeats nothing else of an answer.
//
// Vendors differ by named values of the format only; no vendor's name is in this code.
//
// Start reading at kind.go and source.go, then run.go (a stream from its first to its last page) and reading.go (one
// page). client.go sends one request, sign.go and session.go say who asks, quota.go and pacer.go when it may; list.go finds
// the records of an answer, page.go the next page, record.go reads one record, watermark.go where the next run begins.
package rest
