// Package tenant is who the customers are: accounts (operator → reseller → tenant), people, phone systems, devices,
// integrations with sealed settings, keys, audit.
//
// [Directory] is the way in: every change goes through it, is one transaction of the control store together with its entry
// in the audit log of the account, and is refused unless the [Actor]'s role reaches that far (the table in rights.go). The
// match path reads [Directory.Access] and [Directory.Snapshot], which cost no lock and no transaction.
//
// [Keyring] keeps the keys: master key → shard key → tenant key → one data key per integration and one for its secrets.
// Everything a directory writes about an account is sealed with a key of that account, bound to the place where it lies, so
// that a stolen disk shows nothing, records cannot be swapped, and destroying one key erases a customer.
//
// It never talks to a CRM, never stores a password or an API key in clear, and holds nothing in memory that could not be
// read again from the store.
//
// Start reading at account.go and directory.go, then keyring.go.
package tenant
