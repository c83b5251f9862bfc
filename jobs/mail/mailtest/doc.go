// Package mailtest is a real SMTP server for tests: STARTTLS or TLS, sign-in, refusals at will, and what it received, taken apart. Start
// reading at server.go.
package mailtest
