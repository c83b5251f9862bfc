// Package signin checks passwords without becoming a way to guess them or to exhaust the machine.
//
// [Hasher] makes and checks argon2id hashes, a few at a time: the rest queue, and beyond the queue are refused with
// [ErrBusy]. [Backoff] remembers failures by network and by account, in bounded memory, and says how long to wait; it never
// locks an account: from a network that has not failed on it, one try is always free.
//
// It knows nothing of people or accounts beyond a text that names them.
package signin
