// Command ringdex wires everything once and offers it as commands; every command is a client of the admin API.
//
// Start reading at root.go (the commands), then wire.go (which part is built from which). A command connects with
// connect (client.go): to the server that runs on the data folder, over its Unix socket, or, where none runs, to the
// same handlers in this process.
//
// A setting of the server is a line of serverOptions in settings.go, or of dataOptions if every command needs it: flag,
// RINGDEX_… variable, line of the --config file, check and help all come from there. It is used where serve.go or wire.go reads it,
// by settings.Get, Bool, List and the like, and handed to the part that wants it in its Deps.
package main
