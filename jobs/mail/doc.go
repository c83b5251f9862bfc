// Package mail hands one message to the operator's SMTP server.
//
// It promises that a password is never sent in clear over a network, that no text of ours or a customer's becomes a header, that an attempt
// ends within a minute, and that an error says whether another attempt makes sense. It never keeps a message: who queues and
// repeats is package notice. Start reading at server.go.
package mail
