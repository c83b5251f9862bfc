// Package dial starts calls by HTTP, and guards every way of starting one.
//
// [Guarded] is what an agent's click passes first: only numbers that can be called, no premium ones unless the phone system's
// settings allow them, so many a minute for each person, and a line in the audit log that does not tell the whole number.
// [HTTP] sends a request as an admin wrote it, each value encoded once for the place it stands in. [ARI] speaks the Asterisk
// REST Interface. The dialers of line protocols are in packages ami and esl.
//
// It opens no connection but through the client it is given, and no error of it holds a secret, an answer's body or a number.
//
// Start reading at guarded.go, then template.go and http.go.
package dial
