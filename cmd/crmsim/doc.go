// Command crmsim serves a simulated CRM and identity provider for demonstrations and tests.
package main
