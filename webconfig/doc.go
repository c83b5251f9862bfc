// Package webconfig is everything people look at: sign-in, overview, wizard, script editor, the agent's call page.
//
// Pages are html/template, made on the server; every one of them works without JavaScript. It promises that each route says
// who may use it (routes.go collects them, and a test tries each against each role), that a page shows the data of one tenant,
// that a session ends when it is said to, and that nothing a CRM or a person wrote is ever executed in a browser. It never talks to a
// CRM itself, and it and package api are strangers.
//
// # How to add a page
//
// A page is four files of its own, so that several people can work beside each other:
//
//   - NAME.go: a method nameRoutes() []route, named once in routes.go, and its handlers. A handler gets a *request with the
//     person, the tenant and the texts; it reads the form, calls a package below, and ends in q.show("NAME", title, data) or
//     q.see(path, KEY), which redirects and says something there. Only POST changes anything.
//   - templates/NAME.html: it defines "main", and "scripts" if it needs more than base.js (`<script type="module" src="{{asset
//     "NAME.js"}}">`; `{{template "htmx" .}}` for htmx). {{.T "NAME.key" "Name" value}} is a text, {{.Data}} what the
//     handler gave, {{icon "plus"}} an icon of assets/icons. Inside range and with it is {{$.T …}}. What several pages share is
//     in templates/parts. No inline script, style or on… attribute: the content security policy refuses them.
//   - locale/en/NAME.json and locale/nl/NAME.json: flat objects, every key begins with "NAME."; {"one": …, "other": …} with
//     an argument Count for plurals.
//   - sample_NAME_test.go: the page's data in full; its line in samples (sample_test.go) executes the template with empty, full and hostile data.
//
// It is in the menu once it has a line in templates/parts/side.html and a key in locale/…/nav.json. Forgotten places are told by
// tests, with the place to change: TestRoutesSayWho (who may see it; pages for agents are listed there), TestEveryPage (its sample)
// and the tests of texts. `go test ./webconfig -run 'RoutesSayWho|EveryPage|Texts'` takes seconds.
//
// A style of its own goes into assets/css/50-NAME.css (colours and distances only from 00-tokens.css), a script into
// assets/js/NAME.js. Forms of declared options come from q.form (form.go) and {{template "form" …}}.
// Tests in a browser use webconfig/webtest. What is pasted into phone systems and phones is in snippets.go and snippets.tmpl, and
// nowhere else.
//
// Start reading at routes.go and request.go.
package webconfig
