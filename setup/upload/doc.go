// Package upload keeps the files people upload for integrations, sealed with the integration's own key.
//
// It promises that a file is whole or not there, that nobody reads it without the key (destroying an integration's keys destroys
// its files), and that a changed, cut or exchanged piece is an error and never other contacts. It never looks at what is in a file.
//
// A new file waits beside the one in use until somebody takes it into use. Start reading at store.go, then sealed.go.
package upload
