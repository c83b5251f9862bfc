// Package file is the kind of presets that read contacts from a file: CSV, XLSX or vCard.
//
// A path is all it needs. Dialect and charset of a CSV file are detected, columns
// are recognised by their headings in several languages or, without headings, by
// what stands in them; every choice can be set by an option instead.
//
// What it promises: a file is read in a stream within fixed bounds (limits.go), a
// damaged or truncated one is an error and never the end of the contacts, invalid
// bytes are replaced and counted, and a number cell comes out with the digits it
// has in the file. Rows that are the same contact become one record.
//
// Start reading at source.go, then presets/internal/columns for how columns are recognised.
package file
