// Package calls follows a call from ringing to ended and tells the right agent.
//
// A [Desk] takes the events of phone systems ([Event]), recognises the other side, and keeps which calls are live and who
// sees them. It promises that an event sent twice changes nothing, that events may come in any order, that of a ring group
// the one who answers keeps the call and it closes for the others at once, that an acknowledged event survives a crash, and
// that a tenant's own number is never taken for the caller. A [Watcher] sees an agent's complete list of live calls each
// time it changes ([View] says whose), so that a reader that missed one needs no replay.
//
// It never talks to a CRM, never decides which contact is right (recognition does), and keeps no name or number unsealed on
// a disk.
//
// Ways in:
//
//   - [Desk.Take]: an event, from HTTP, from a phone system's own protocol ([Source]) or from code
//   - [Desk.Live] and [Desk.Watch]: the live calls of an agent, of a queue or of everybody, now and whenever they change
//   - [Desk.History]: calls that were, filtered, newest first; [Desk.Call]: one of them
//   - [Desk.Choose]: which of several contacts was meant, remembered for that number
//   - [Desk.Dial]: start a call through a phone system ([Dialer])
//   - [Desk.Synced], [Desk.EraseIntegration], [Desk.ErasePerson], [Desk.EraseTenant]: what others tell the desk
//   - [Desk.Link]: "This is …", whose an unknown number is; the links are settings and lie in the directory
//
// Start reading at event.go and call.go, then desk.go and machine.go.
package calls
