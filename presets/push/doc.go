// Package push carries the contacts of a run as lines of JSON, from a machine that reaches the CRM to a server that does not.
//
// It promises that a body without its end line, or with another number of records than its end line says, is an error and
// never a shorter list; that a line which cannot be used is told with its number and keeps nobody from reading the others; and
// that memory stays flat, whatever is sent. It never opens a connection and never decides what a run means.
//
// Start reading at line.go for the format, then read.go and write.go.
package push
