// Package sql is the kind of presets that read contacts from a database: PostgreSQL, MySQL and MariaDB, SQL Server, SQLite.
//
// A table, a view or one SELECT is read in pages by its id, each in a short read-only transaction of its own, so that a run
// can go on where it was interrupted and nothing on the server waits for it. With a column that says when a row changed
// last, further runs read only what is new. Columns are recognised by their headings as in files, or mapped by the preset.
//
// What it promises: nothing is ever written. A statement is one SELECT or it is refused; it stands inside a SELECT of ours,
// in a transaction the server itself keeps from writing where it can. A file of SQLite is read through
// [presets.FileOpener], never by its path, and never while it is half written. Servers are reached through
// [presets.Connection].Dial only, a server cannot ask for files of this machine, and every size is bounded (limits.go).
// An error never holds a password, an address of the connection or a row.
//
// What the products differ in is data: one [dialect] each, in dialects.go. Start reading at source.go, then run.go.
package sql
