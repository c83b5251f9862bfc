// Package phonebook lets telephones look people up in their own languages: an LDAP server and XML phone books.
//
// It promises that a key sees its own tenant and nothing else, that a caller's number is read and answered exactly as
// GET /v1/match does it, whatever pattern a phone puts around it, and that the names of a tenant are in memory only while
// they are asked for. Nothing can be written. A slow, greedy or hostile phone holds up nobody else: messages, connections,
// searches and memory are bounded, and every connection is one goroutine that ends with the server.
//
// It never reads a store and never decides who is calling: recognition does.
//
// A brand of phones with an XML book of its own is a line in shapes and a function that writes a page (shape.go): it is served at
// /phonebook/NAME.xml at once. Package api wants it in its description (describe_test.go; `go test ./api -run 'OpenAPI|DocsListRoutes' -update`
// writes openapi.json and the list in docs/api.md), and the page Phone systems has a text to paste for each brand
// (webconfig/snippets.go, snippets.tmpl, and systems.steps_NAME of its locale).
//
// Start reading at book.go for what is searched, filter.go for how, conn.go for one phone's connection, xml.go for pages.
package phonebook
