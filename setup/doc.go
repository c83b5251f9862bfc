// Package setup turns a preset and an admin's answers into a working integration: validation, sealed secrets, sign-in at
// the CRM, and the opened source that checks and syncs read from.
//
// It is the one place where a tenant's settings and a preset's description meet, so that the wizard, the admin API and
// the nightly jobs all see the same connection. It never reads records and never writes the cache.
//
// Start reading at setup.go; add.go is what the wizard's last step does, open.go what every run begins with.
package setup
