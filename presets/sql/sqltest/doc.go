// Package sqltest starts real database servers for tests: in a temporary folder, on a free port of the loopback address, as
// child processes that end with the test.
//
// A test whose server is not installed skips and says so; `make test` installs all of them. Start reading at server.go.
package sqltest
