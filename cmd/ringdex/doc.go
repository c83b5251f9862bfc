// Command ringdex wires everything once and offers it as commands; every command is a client of the admin API.
//
// Start reading at root.go (the commands), then wire.go (which part is built from which). A command connects with
// connect (client.go): to the server that runs on the data folder, over its Unix socket, or, where none runs, to the
// same handlers in this process.
package main
