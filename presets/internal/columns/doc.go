// Package columns tells which column of a table holds what, by the headings in several languages and by what stands in
// the cells, and makes contacts of its rows. It is shared by the kinds that read tables.
//
// What somebody chose goes before what is recognised; a column that cannot be told is left alone. Every column stays a
// field under its heading. It never decides whether a text holds a phone number: that is asked when it is read.
//
// Start reading at plan.go, then words.go for the words it knows.
package columns
