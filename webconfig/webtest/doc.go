// Package webtest is a browser for tests: it starts the whole program as `ringdex demo` on a folder of its own, opens Debian's
// Chromium on it, and does what a person does: open, sign in, fill in, press, look.
//
//	app := webtest.Start(t)
//	tab := app.Tab(t)
//	tab.SignIn("admin")
//	tab.Open("/settings")
//	tab.Fill("Country", "BE")
//	tab.Press("Save") // a button or link that leads to a new page
//	tab.Sees("Saved.")
//	tab.Axe()
//
// What is named is what a person reads: labels, words on buttons. Every wait ends with the test's own failure after a
// deadline. Without Chromium a test says so and skips. axe-core is fetched once by npm. Only tests import this package.
package webtest
