package presets

import (
	"slices"
	"strconv"
)

// Named is one value of a closed list.
type Named struct{ Name, Help string }

// names are the closed lists of the format. A quirk of a CRM that fits none of
// them becomes a new value here with a test, never a hook.
var names = map[string][]Named{
	"kind": {
		{"rest", "HTTP requests with answers in JSON or XML"},
		{"file", "CSV, XLSX or vCard"},
		{"push", "contacts that a program on another machine sends"},
		{"link", "scripts alone, for a CRM without a readable API"},
		{"directory", "LDAP or CardDAV"},
		{"sql", "a table, a view or a SELECT of a database"},
	},
	"category": {
		{"crm", "customer relations"},
		{"helpdesk", "support desks"},
		{"erp", "business software and accounting"},
		{"directory", "address books and directories"},
		{"file", "files and spreadsheets"},
		{"custom", "anything described by the admin"},
		{"demo", "for trying things out: offered by the demonstration only"},
	},
	"maturity": {
		{"experimental", "made from descriptions only"},
		{"beta", "tried, not yet in wide use"},
		{"stable", "in use"},
	},
	"verified": {
		{"recorded", "answers recorded from the real service"},
		{"vendor-spec", "the vendor's own description of the interface"},
		{"real server", "an installation of the real program"},
		{"examples", "answers made up for this program, as there is no one service behind it"},
	},
	"auth.kind": {
		{"none", "no sign-in"},
		{"oauth2", "an OAuth2 token in the Authorization header"},
		{"header", "a key in headers"},
		{"query", "a key in query parameters, where the vendor offers no header"},
		{"path", "a key in the address, where the vendor offers nothing else"},
		{"basic", "user name and password"},
		{"session", "requests that begin a session, whose values the other requests carry"},
	},
	"auth.grant": {
		{"authorization_code", "someone signs in, with PKCE"},
		{"client_credentials", "the program signs in as itself"},
		{"jwt_bearer", "the program signs in as a user, with a statement it signs"},
		{"password", "the program signs in with a user's name and password"},
	},
	"auth.token_request": {
		{"form", "POST with a form"},
		{"json", "POST with a JSON body"},
		{"query", "POST with parameters in the address"},
		{"get", "GET with parameters in the address"},
	},
	"auth.algorithm": {
		{"RS256", "RSA with SHA-256"},
		{"ES256", "P-256 with SHA-256"},
	},
	"request.method": {
		{"get", "GET"},
		{"post", "POST, with the request's body"},
	},
	"http.answer": {
		{"json", "JSON"},
		{"xml", "XML, read as an object: elements by name, attributes by @name, text as #text beside others"},
	},
	"auth.client_auth": {
		{"body", "client id and secret as form fields"},
		{"basic", "client id and secret as Basic sign-in"},
	},
	"rate.per": {
		{"connection", "one integration"},
		{"account", "one account of the CRM, with everything else that uses it"},
		{"app", "one client id, with all tenants that use it"},
	},
	"errors.do": {
		{"retry", "try again after a wait"},
		{"refresh_token", "get a new token and repeat, once"},
		{"reauth", "someone must sign in again"},
		{"fail", "the run stops"},
		{"empty", "the answer counts as one without records"},
		{"skip_stream", "an optional stream is left out of the run; of any other, the run fails"},
		{"full_read", "the watermark is too old: read everything"},
	},
	"page.kind": {
		{"none", "one answer has everything"},
		{"next_url", "the answer holds the next page's address"},
		{"cursor", "the answer holds a cursor"},
		{"offset", "count of records to pass over"},
		{"page_number", "number of the page"},
		{"link_header", "address in the Link header, rel=next"},
		{"page_then_cursor", "number of the page, and the answer's cursor as soon as it gives one"},
		{"keyset", "records behind the last key"},
	},
	"since.format": {
		{"rfc3339", "2026-11-20T01:02:03Z"},
		{"rfc3339_ms", "2026-11-20T01:02:03.000Z"},
		{"rfc3339_offset", "2026-11-20T01:02:03+00:00, or the zone's own offset"},
		{"datetime", "2026-11-20T01:02:03 in the zone"},
		{"datetime_z", "2026-11-20T01:02:03Z in the zone, though it says Z"},
		{"datetime_space", "2026-11-20 01:02:03 in the zone"},
		{"date", "2026-11-20"},
		{"unix", "seconds since 1970"},
		{"unix_ms", "milliseconds since 1970"},
		{"json_date", "/Date(1763600523000)/"},
		{"compact", "20261120010203"},
		{"version", "a number that grows with each change; the highest one seen"},
		{"opaque", "whatever the CRM gave, sent back as it is"},
		{"url", "an address the CRM gave, asked as it is"},
	},
	"label": {
		{"business", "at work"},
		{"mobile", "mobile"},
		{"business_mobile", "mobile at work"},
		{"private_mobile", "private mobile"},
		{"home", "private"},
		{"main", "switchboard"},
		{"direct", "direct line"},
		{"assistant", "assistant"},
		{"fax", "fax"},
		{"pager", "pager"},
		{"other", "other"},
	},
	"run": {
		{"agent", "the agent's browser opens the address"},
		{"server", "the server sends a request when it rings, once per call"},
	},
	"run.method": {
		{"get", "GET"},
		{"post", "POST, with a body"},
	},
	"when": {
		{"match", "for each match"},
		{"no_match", "when nobody was found"},
		{"always", "in any case"},
	},
	"file.format": {
		{"auto", "by the content"},
		{"csv", "text with separators"},
		{"xlsx", "Excel workbook"},
		{"vcard", "vCard 2.1, 3.0 or 4.0"},
	},
	"directory.protocol": {
		{"ldap", "LDAP version 3, Active Directory included"},
		{"carddav", "CardDAV"},
	},
	"directory.security": {
		{"starttls", "the connection is encrypted before anything is said"},
		{"ldaps", "TLS from the beginning"},
		{"plain", "not encrypted: password and contacts can be read on the way"},
	},
	"sql.driver": {
		{"postgresql", "PostgreSQL"},
		{"mysql", "MySQL or MariaDB"},
		{"sqlserver", "Microsoft SQL Server"},
		{"sqlite", "a SQLite file"},
	},
	"sql.tls": {
		{"verify", "encrypted, and the server's certificate is checked"},
		{"require", "encrypted, with whatever certificate the server has"},
		{"off", "not encrypted"},
	},
	"fault": {
		{"throttle", "each request is refused with 429 once"},
		{"cut", "each answer breaks off once in the middle of its body"},
		{"slow", "each answer is slower than the time limit once"},
		{"expire", "the token expires before each page"},
		{"repeat", "the CRM gives the same page again and again"},
	},
}

// Names is a closed list of the format by its table's name, nil if there is none.
func Names(table string) []Named { return slices.Clone(names[table]) }

func known(table, name string) bool {
	return slices.ContainsFunc(names[table], func(n Named) bool { return n.Name == name })
}

func nameList(table string) []string {
	list := make([]string, 0, len(names[table]))
	for _, n := range names[table] {
		list = append(list, n.Name)
	}
	return list
}

func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
