// Package recognition turns a question from outside into matches with notification and scripts, the same for every mouth.
//
// It reads the caller's number as the phone system writes numbers, asks the cache of each enabled integration, decides
// what may be shown (rules 8 and 10 to 16 of docs/matching.md), and renders the notification and the scripts. It promises
// that a text with two readings that both have hits answers nobody, and that anything below an exact hit shows a company
// and never a person. It never talks to a CRM and takes no lock.
//
// Start reading at recognize.go; lookup.go asks the cache, answer.go is what comes out.
package recognition
