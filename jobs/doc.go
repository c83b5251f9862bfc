// Package jobs is what happens without anyone asking: schedule, lease, run, retry, history; sync, mails and webhooks,
// later journal delivery.
//
// It promises one nightly run of an integration per local date, whatever clocks and restarts do; that two runs of one
// integration never overlap, and that one which lost its lease publishes nothing; that an error, a panic or a lying CRM
// leaves the old generation answering; and that every run is in the history with what it read, refused and why.
//
// It is the only place where CRM records meet the cache. It never answers a question about a number, never knows which
// kind of CRM it reads from or which engine it writes to, and never keeps a name or number unsealed.
//
// Start reading at scheduler.go; then night.go and due.go (when), lease.go (who), begin.go, sync.go and contact.go (what),
// guard.go and conclude.go (whether).
package jobs
