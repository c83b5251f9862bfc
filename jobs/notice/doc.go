// Package notice tells people what needs them: by mail, by webhook, and in a list that is there without either. Invitations and
// forgotten passwords go the same way.
//
// It promises that each occasion is told once to each of those it concerns, whatever restarts do; that what could not be
// delivered is tried again for a day and then said; that a state that ends is said to have ended; that a tenant's people get a bounded
// number of mails a day; and that nothing lies in the store unsealed. Between the mail server's acceptance and the note of it lies a
// moment in which a crash makes a second copy; it carries the same Message-ID.
//
// It never looks at a CRM and never decides what is wrong: package jobs tells it by conditions. Texts lie in locale/en and
// locale/nl, one flat file each, as those of the pages do.
//
// Start reading at desk.go, then compare.go (what is told), outbox.go and deliver.go (how), handover.go (one-time links).
package notice
