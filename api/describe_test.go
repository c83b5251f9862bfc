package api

import (
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// description of a route in the OpenAPI document. Path parameters, security and errors follow from the route.
type described struct {
	summary string
	query   []parameter
	in, out any    // bodies: a value of the type; nil is none
	status  int    // of success; 0 is 200
	media   string // of the answer; "" is JSON
	takes   string // media type of the body where it is not JSON
}

type parameter struct{ name, text, example string }

// Bodies that are written by hand in the handlers. TestAnswersAreAsDescribed holds them against real ones.
type (
	matchBody struct {
		Number  numberBody               `json:"number"`
		Matches []matchedBody            `json:"matches"`
		Scripts []buttonBody             `json:"scripts"`
		Explain *recognition.Explanation `json:"explain,omitempty"`
	}
	numberBody struct {
		Raw      string `json:"raw"`
		E164     string `json:"e164"`
		National string `json:"national"`
		Region   string `json:"region"`
		Kind     string `json:"kind"`
		Location string `json:"location"`
		Name     string `json:"name,omitempty"`
	}
	matchedBody struct {
		Integration  namedBody           `json:"integration"`
		Record       recordBody          `json:"record"`
		Name         string              `json:"name"`
		Company      string              `json:"company"`
		Label        string              `json:"label"`
		Quality      recognition.Quality `json:"quality"`
		Fields       map[string]string   `json:"fields"`
		Notification []lineBody          `json:"notification"`
		Scripts      []buttonBody        `json:"scripts"`
		Capped       bool                `json:"capped,omitempty"`
		Total        int                 `json:"total,omitempty"`
		Generation   uint64              `json:"generation"`
		SyncedAt     time.Time           `json:"synced_at"`
	}
	namedBody struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Preset string `json:"preset"`
	}
	recordBody struct {
		ID   string `json:"id"`
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	lineBody struct {
		Title string `json:"title"`
		Value string `json:"value"`
	}
	buttonBody struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		URL  string `json:"url"`
		Pop  bool   `json:"pop,omitempty"`
	}
	lookupAsk struct {
		Number string `json:"number"`
	}
	versionBody struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	startedBody struct {
		Run jobs.RunID `json:"run"`
	}
	authorizeBody struct {
		AuthorizeURL string `json:"authorize_url"`
	}
)

const plain, text = "text/plain; charset=utf-8", "text/plain"

var (
	question1 = []parameter{
		{"number", "The caller's number as the phone system has it; empty is a withheld one.", "+31201234567"},
		{"region", "Region of national numbers, instead of the phone system's.", "NL"},
		{"caller_name", "For scripts: what the network calls the caller.", ""},
		{"device_name", "For scripts: name of the phone that rings.", ""},
		{"device_number", "For scripts: number of the phone that rings.", "201"},
		{"ddi_name", "For scripts: name of the number that was called.", ""},
		{"ddi_number", "For scripts: the number that was called.", ""},
		{"start_time", "For scripts: when it began to ring (RFC 3339).", "2026-11-20T14:03:00Z"},
		{"call_id", "For scripts: the phone system's id of the call.", ""},
		{"limit", "Most matches wanted: 10, at most 25.", "10"},
		{"explain", "1: say how the answer came about.", "1"},
		{"ring", "1: it rings, with device and call id: what scripts ask of the server is done, once per call.", ""},
	}
	lookupQuery = []parameter{{"number", "The caller's number; also as phoneNumber or phone.", "0612345678"}, {"key", "The URL key.", ""}}
	bookQuery   = []parameter{
		{"search", "Part of a name or company, or a number; without it, everybody.", "muster"},
		{"page", "From 1.", "1"},
		{"input", "1: the form people type what they search for into.", ""},
		{"account", "Line of the phone its entries are dialled on.", ""},
		{"key", "The URL key.", ""},
	}
	eventQuery = []parameter{
		{"event", "ringing, answered, ended or missed.", "ringing"},
		{"call_id", "The phone system's id of the call, if it has one.", "4711"},
		{"direction", "inbound, outbound or internal.", "inbound"},
		{"remote", "The number of who calls.", "0201234567"},
		{"device", "The phone that rings.", "201"},
		{"ddi", "The number that was called.", "0201234500"},
		{"queue", "The queue it came through.", ""},
		{"agent", "Who is meant, by e-mail address or name.", ""},
		{"start_time", "RFC 3339, local time or seconds since 1970.", ""},
		{"key", "The URL key.", ""},
	}
	callQuery = []parameter{
		{"live", "1: those that ring or are talked on.", "1"},
		{"agent", "Whose: e-mail address or id.", ""},
		{"from", "Began at or after (RFC 3339).", ""},
		{"to", "Began before (RFC 3339).", ""},
		{"direction", "inbound, outbound or internal.", ""},
		{"state", "ringing, answered, ended or missed.", ""},
		{"queue", "Of this queue.", ""},
		{"number", "Digits of the number, or part of a name.", ""},
		{"before", "Id of the call after which to go on.", ""},
		{"limit", "Most calls: 100, at most 1,000.", "100"},
	}
	noticePages = []parameter{{"open", "1: only what has not ended.", "1"}, {"limit", "Most entries: 100, at most 1,000.", "100"}}
	pages       = []parameter{{"from", "Number of the first entry.", "0"}, {"limit", "Most entries: 100, at most 1,000.", "100"}}
)

// descriptions of all routes, by route.short().
var descriptions = map[string]described{
	"GET /livez":          {summary: "Whether the process runs.", media: plain},
	"GET /readyz":         {summary: "Whether questions are answered; 503 while starting and stopping.", media: plain},
	"GET /version":        {summary: "The program's version.", out: versionBody{}},
	"GET /openapi.json":   {summary: "This document.", out: map[string]any{}},
	"GET /metrics":        {summary: "Figures for Prometheus, without names and numbers.", media: text},
	"GET /oauth/callback": {summary: "Where a CRM sends people back to after a sign-in.", media: plain, query: []parameter{{"state", "As the CRM was told.", ""}, {"code", "Of the CRM.", ""}}},

	"GET /v1/match": {summary: "Who is calling.", query: question1, out: matchBody{}},
	"GET /v1/name": {
		summary: "Who is calling, on one line; nothing for nobody. Errors have no body, because phone systems show any.",
		query:   append([]parameter{question1[0], question1[1], {"format", "text (default), json or form.", "text"}}, question1[2:9]...), media: plain,
	},
	"GET /explain": {
		summary: "What a phone system would be answered, and why.",
		query:   append([]parameter{{"system", "Id or name of the phone system; the one called default.", "default"}}, question1...), out: matchBody{},
	},

	"POST /v1/calls": {
		summary: "An event of a call; the answer is who is on the other side. The same event again changes nothing. Forms are understood too.",
		in:      calls.Event{}, out: calls.Known{}, status: 202,
	},
	"GET /v1/calls/event":                 {summary: "An event of a call in the query string, for desk phones; with a URL key in `key`. The answer has no body.", query: eventQuery, media: plain},
	"GET /v1/calls":                       {summary: "Calls, newest first; an agent's own ones for an agent. A header `Link` leads to the next page.", query: callQuery, out: []calls.Call{}},
	"GET /v1/calls/:call":                 {summary: "A call.", out: calls.Call{}},
	"GET /v1/tenants/:tenant/calls":       {summary: "Calls, newest first. A header `Link` leads to the next page.", query: callQuery, out: []calls.Call{}},
	"GET /v1/tenants/:tenant/calls/:call": {summary: "A call.", out: calls.Call{}},
	"POST /v1/dial":                       {summary: "Start a call: the agent's phone rings, then the number is called.", in: dialBody{}, status: 202},

	"GET /v1/lookup":     {summary: "Who is calling, in the JSON a phone system wants: the setting `lookup-template`.", query: lookupQuery, out: map[string]any{}},
	"POST /v1/lookup":    {summary: "The same, with the number in the body.", in: lookupAsk{}, out: map[string]any{}},
	"GET /v1/softphone":  {summary: "Look-ups over WebSocket: `{\"message\":\"dnLookup\",\"type\":\"request\",\"id\":\"1\",\"data\":{\"number\":\"0612345678\"}}`, and `launchCrmIntegration` for the page to open.", status: 101},
	"GET /3cx/lookup":    {summary: "Who is calling, as the template for a 3CX reads it.", query: lookupQuery, out: pbxContacts{}},
	"POST /3cx/contacts": {summary: "A contact entered in a 3CX: whose number it is.", in: pbxNew{}, out: pbxContacts{}},
	"POST /3cx/journal":  {summary: "A 3CX's report of a call that is over.", in: pbxReport{}, status: 204},

	"GET /phonebook/yealink.xml":               {summary: "Phone book in XML for Yealink and Flyingvoice.", query: bookQuery, media: "text/xml"},
	"GET /phonebook/snom.xml":                  {summary: "Phone book in XML for Snom.", query: bookQuery, media: "text/xml"},
	"GET /phonebook/cisco.xml":                 {summary: "Phone book in XML for Cisco.", query: bookQuery, media: "text/xml"},
	"GET /phonebook/fanvil.xml":                {summary: "Phone book in XML for Fanvil.", query: bookQuery, media: "text/xml"},
	"GET /phonebook/grandstream.xml":           {summary: "Phone book in XML for Grandstream.", query: bookQuery, media: "text/xml"},
	"GET /phonebook/grandstream/phonebook.xml": {summary: "The same, for phones that add the file's name themselves.", query: bookQuery, media: "text/xml"},

	"GET /v1/presets":         {summary: "The CRMs there are presets for.", out: []presetShown{}},
	"GET /v1/presets/:preset": {summary: "A preset with its options.", out: presetShown{}},
	"PUT /v1/presets/:preset": {
		summary: "Upload a preset's folder as zip or tar.gz; mistakes come back as `lints`.", takes: "application/zip", out: presetShown{},
	},
	"DELETE /v1/presets/:preset": {summary: "Remove an uploaded preset that no integration has.", status: 204},

	"GET /v1/tenants":  {summary: "All tenants below you.", out: []tenant.Account{}},
	"POST /v1/tenants": {summary: "Add a tenant. Members are settings by name; with reseller, below that one.", in: settings{}, out: tenant.Account{}, status: 201},
	"PUT /v1/tenants/by-external/:external": {
		summary: "Make a tenant as your own system knows it, with people, devices and phone systems; again changes nothing. With sign_in, a link that signs one of them in, once, within a minute.", in: provisionBody{}, out: provisioned{},
	},
	"GET /v1/tenants/:tenant":    {summary: "A tenant.", out: tenant.Account{}},
	"PATCH /v1/tenants/:tenant":  {summary: "Change settings of a tenant; an empty value clears one. With reseller it goes below that one, with an empty one below the operator.", in: settings{}, out: tenant.Account{}},
	"DELETE /v1/tenants/:tenant": {summary: "Erase a tenant with everything that belongs to it, or a reseller that has no tenants.", out: tenant.Erasure{}},

	"GET /v1/resellers":  {summary: "The resellers. Their settings and people are below /v1/tenants/{reseller}, like a tenant's.", out: []tenant.Account{}},
	"POST /v1/resellers": {summary: "Add a reseller. Members are settings by name.", in: settings{}, out: tenant.Account{}, status: 201},

	"GET /v1/operators/users":                        {summary: "The operator's people.", out: []tenant.Person{}},
	"POST /v1/operators/users":                       {summary: "Add one of the operator's people.", in: personBody{}, out: tenant.Person{}, status: 201},
	"PUT /v1/operators/users/:person/password":       {summary: "Set a password.", in: passwordBody{}, status: 204},
	"POST /v1/operators/users/:person/invite":        {summary: "Invite one of the operator's people by a one-time link.", out: notice.Handed{}, status: 201},
	"POST /v1/operators/users/:person/reset":         {summary: "Let one of the operator's people choose a new password by a one-time link.", out: notice.Handed{}, status: 201},
	"GET /v1/operators/notices":                      {summary: "What the operator was told, newest first.", query: noticePages, out: []noticeShown{}},
	"POST /v1/operators/notices/:notice/acknowledge": {summary: "Note that it is known: it is not told again.", out: noticeShown{}},
	"POST /v1/operators/notices/test":                {summary: "Send the operator a notice, to see whether it arrives.", out: noticeShown{}, status: 201},
	"DELETE /v1/operators/users/:person":             {summary: "Remove one of the operator's people.", status: 204},
	"GET /v1/operators/presets/:preset/options":      {summary: "Which operator-level options of a preset are set.", out: map[string]string{}},
	"PUT /v1/operators/presets/:preset/options":      {summary: "Set operator-level options of a preset; an empty value removes one.", in: settings{}, status: 204},
	"GET /v1/erasures":                               {summary: "Everything that was erased.", out: []tenant.Erasure{}},
	"GET /v1/verify":                                 {summary: "Open every sealed entry and walk every audit log.", out: verified{}},

	"GET /systems/:system/3cx-template":  {summary: "The template for a 3CX, without a key.", media: "application/xml"},
	"POST /systems/:system/3cx-template": {summary: "The template for a 3CX, with a new key in it that is shown this once.", media: "application/xml"},

	"GET /systems":                {summary: "The phone systems.", out: []tenant.System{}},
	"POST /systems":               {summary: "Add a phone system. Members are settings by name.", in: settings{}, out: tenant.System{}, status: 201},
	"PATCH /systems/:system":      {summary: "Change settings of a phone system; an empty value clears one.", in: settings{}, out: tenant.System{}},
	"GET /systems/:system/line":   {summary: "How the connection to a phone system stands that tells of calls by its own protocol.", out: exchange.Status{}},
	"POST /systems/:system/check": {summary: "Try the settings by which a phone system tells of calls and starts some; no phone rings.", out: exchange.Checked{}},
	"DELETE /systems/:system":     {summary: "Remove a phone system that has no keys.", status: 204},

	"GET /users":                        {summary: "The people.", out: []tenant.Person{}},
	"POST /users":                       {summary: "Add a person.", in: personBody{}, out: tenant.Person{}, status: 201},
	"PUT /users/:person/password":       {summary: "Set a password.", in: passwordBody{}, status: 204},
	"POST /users/:person/invite":        {summary: "Invite a person by a one-time link: mailed, or without a mail server answered, to be handed over.", out: notice.Handed{}, status: 201},
	"POST /users/:person/reset":         {summary: "Let a person choose a new password by a one-time link; the old one works until then.", out: notice.Handed{}, status: 201},
	"GET /notices":                      {summary: "What people were told, newest first.", query: noticePages, out: []noticeShown{}},
	"POST /notices/:notice/acknowledge": {summary: "Note that it is known: what goes on is not told again.", out: noticeShown{}},
	"POST /notices/test":                {summary: "Send a notice by mail and webhook, to see whether it arrives.", out: noticeShown{}, status: 201},
	"DELETE /users/:person":             {summary: "Remove a person.", status: 204},

	"GET /keys":         {summary: "The API keys, without their secrets.", out: []tenant.Key{}},
	"POST /keys":        {summary: "Make an API key. It is answered this once.", in: keyBody{}, out: keyShown{}, status: 201},
	"DELETE /keys/:key": {summary: "Revoke a key, by id or its first characters.", status: 204},

	"GET /links":          {summary: "Whose numbers are that no CRM carries, as people said: \"This is …\".", out: []tenant.Link{}},
	"POST /links":         {summary: "Say whose a number is; it answers at once, until a CRM carries the number.", in: linkBody{}, out: tenant.Link{}, status: 201},
	"DELETE /links/:link": {summary: "Take a link back.", status: 204},

	"GET /scripts":            {summary: "The stand-alone scripts.", out: []tenant.Script{}},
	"POST /scripts":           {summary: "Add a stand-alone script.", in: scriptBody{}, out: tenant.Script{}, status: 201},
	"DELETE /scripts/:script": {summary: "Remove a stand-alone script.", status: 204},

	"GET /integrations":                         {summary: "The integrations with the state of their contacts.", out: []integrationShown{}},
	"POST /integrations":                        {summary: "Add an integration; where somebody has to sign in at the CRM, the answer says where.", in: integrationBody{}, out: integrationShown{}, status: 201},
	"GET /integrations/:integration":            {summary: "An integration, by id or name.", out: integrationShown{}},
	"PATCH /integrations/:integration":          {summary: "Change what is given.", in: integrationPatch{}, out: integrationShown{}},
	"DELETE /integrations/:integration":         {summary: "Erase an integration with its tokens and contacts.", out: tenant.Erasure{}},
	"POST /integrations/:integration/authorize": {summary: "Where to sign in at the CRM.", out: authorizeBody{}},
	"POST /integrations/:integration/check":     {summary: "Test the connection; `allow_outbound` is for commands on the server's machine.", in: checkBody{}, out: jobs.CheckReport{}},
	"GET /integrations/:integration/choices/:option": {
		summary: "What there is in the CRM for an option: its own fields, views, lists.", out: []option.Choice{},
	},
	"POST /integrations/:integration/sync":     {summary: "Begin a synchronisation; `allow_outbound` is for commands on the server's machine.", in: syncBody{}, out: startedBody{}, status: 201},
	"POST /integrations/:integration/accept":   {summary: "Publish the synchronisation that is held.", status: 204},
	"POST /integrations/:integration/discard":  {summary: "Forget the synchronisation that is held.", status: 204},
	"POST /integrations/:integration/rollback": {summary: "Go back to the contacts before the last synchronisation.", status: 204},
	"POST /integrations/:integration/enable":   {summary: "Let it answer and synchronise.", out: integrationShown{}},
	"POST /integrations/:integration/disable":  {summary: "Silence it at once.", out: integrationShown{}},
	"GET /integrations/:integration/runs":      {summary: "The newest synchronisations.", query: pages[1:], out: []jobs.Run{}},
	"POST /integrations/:integration/runs": {
		summary: "A run whose contacts are sent, one JSON object a line; answers when it is over.", takes: push.MediaType, out: jobs.Run{},
	},
	"GET /integrations/:integration/watermark": {summary: "What the next run that is sent has to be: full, or changes behind a watermark.", out: jobs.PushState{}},
	"GET /integrations/:integration/runs/:run": {summary: "A synchronisation, with how far it is.", out: runShown{}},
	"GET /integrations/:integration/report": {
		summary: "The data quality of its contacts.", query: []parameter{{"format", "json (default) or csv.", "json"}}, out: jobs.Report{},
	},
	"GET /integrations/:integration/file": {summary: "The uploaded file it reads, and a newer one that waits.", out: setup.Uploads{}},
	"PUT /integrations/:integration/file": {
		summary: "Upload a file, as the body or in a form; it waits until somebody starts a synchronisation.", takes: "application/octet-stream", out: uploadShown{},
		query: []parameter{{"name", "What the file is called.", "contacts.csv"}, {"preview", "1: answer what synchronising it would change.", "1"}},
	},
	"DELETE /integrations/:integration/file":            {summary: "Forget the file that waits.", status: 204},
	"POST /integrations/:integration/file/preview":      {summary: "What synchronising the file that waits would change.", out: jobs.Comparison{}},
	"GET /integrations/:integration/scripts":            {summary: "Its scripts.", out: []tenant.Script{}},
	"POST /integrations/:integration/scripts":           {summary: "Add a script to it.", in: scriptBody{}, out: tenant.Script{}, status: 201},
	"DELETE /integrations/:integration/scripts/:script": {summary: "Remove one of its scripts.", status: 204},

	"GET /audit": {summary: "Who did what.", query: pages, out: []tenant.Entry{}},
}
