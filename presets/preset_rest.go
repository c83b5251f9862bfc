package presets

import "time"

// Auth says how a connection signs in.
type Auth struct {
	Kind         string            `yaml:"kind" form:"name:auth.kind" refs:"option" help:"The way of signing in."`
	Grant        string            `yaml:"grant" form:"name:auth.grant" refs:"option" help:"OAuth2 grant."`
	AuthorizeURL string            `yaml:"authorize_url" form:"url" refs:"option" help:"Where the admin is sent to sign in."`
	TokenURL     string            `yaml:"token_url" form:"url" refs:"option auth" help:"Where codes and refresh tokens become access tokens."`
	RevokeURL    string            `yaml:"revoke_url" form:"url" refs:"option auth" help:"Where a token is withdrawn when the integration goes."`
	Issuer       string            `yaml:"issuer" form:"url" refs:"option" help:"The provider's own name, where it sends that back as iss after sign-in (RFC 9207); another one ends the sign-in."`
	Scopes       []string          `yaml:"scopes" help:"OAuth2 scopes."`
	Params       map[string]string `yaml:"params" form:"text" refs:"option" help:"Further parameters of the authorize address."`
	TokenParams  map[string]string `yaml:"token_params" form:"text" refs:"option" help:"Further parameters of token requests."`
	ClientAuth   string            `yaml:"client_auth" form:"name:auth.client_auth" help:"Where client id and secret go in token requests; body if left out."`
	Keep         map[string]string `yaml:"keep" form:"selector" refs:"option" help:"Values of the token answer kept as $(auth.NAME)."`
	Lifetime     time.Duration     `yaml:"lifetime" help:"Life of an access token where the answer does not say."`
	RefreshEarly time.Duration     `yaml:"refresh_early" help:"How long before its end a token is renewed."`

	Token        string            `yaml:"token" form:"text" refs:"option" help:"A token the admin may paste instead of signing in (auth kind oauth2); empty options mean sign-in."`
	TokenHeaders map[string]string `yaml:"token_headers" form:"text" refs:"option auth" help:"Headers that carry the pasted token, where they are others than those of a sign-in."`
	TokenKeep    map[string]string `yaml:"token_keep" form:"text" refs:"option" help:"What $(auth.NAME) is with a pasted token."`
	Headers      map[string]string `yaml:"headers" form:"text" refs:"option auth session" help:"Headers that carry the key (auth kind header), or the token instead of Authorization: Bearer (oauth2, session)."`
	Query        map[string]string `yaml:"query" form:"text" refs:"option auth session" help:"Parameters that carry a key or token, where a vendor offers no header."`
	Path         string            `yaml:"path" form:"text" refs:"option" help:"Part of the address between base_url and path that carries a key, where a vendor offers nothing else (auth kind path)."`
	Username     string            `yaml:"username" form:"text" refs:"option" help:"User name (auth kind basic, grant password)."`
	Password     string            `yaml:"password" form:"text" refs:"option" help:"Password (auth kind basic, grant password)."`
	Encoded      string            `yaml:"encoded" form:"text" refs:"option" help:"$(auth.encoded) is this text in base64."`

	NoPKCE       bool                `yaml:"no_pkce" help:"The provider refuses sign-ins that carry a PKCE challenge."`
	ScopeJoin    string              `yaml:"scope_join" help:"What stands between two scopes; a blank if left out."`
	TokenRequest string              `yaml:"token_request" form:"name:auth.token_request" help:"How token requests are written; form if left out."`
	MinAge       time.Duration       `yaml:"min_age" help:"A token younger than this is not renewed, because the provider refuses to."`
	Claims       map[string]string   `yaml:"claims" help:"Claims of the answer's id_token kept as $(auth.NAME)."`
	Redirect     map[string]Returned `yaml:"redirect" help:"Parameters of the redirect after sign-in kept as $(auth.NAME)."`
	Assertion    Assertion           `yaml:"assertion" help:"The signed statement of grant jwt_bearer."`
	Session      []SessionStep       `yaml:"session" help:"Requests that begin a session, in order; repeated when the CRM ends it."`
}

// Returned is a parameter the CRM puts beside the code when it sends the browser back. As it may say where secrets are
// sent, it has to fit a pattern.
type Returned struct {
	Param   string `yaml:"param" need:"yes" help:"Name of the parameter."`
	Pattern string `yaml:"pattern" need:"yes" help:"Regular expression the whole value has to fit; anything else ends the sign-in."`
}

// Assertion is the JWT of grant jwt_bearer (RFC 7523).
type Assertion struct {
	Key       string            `yaml:"key" form:"text" refs:"option" help:"Private key, PEM."`
	KeyID     string            `yaml:"key_id" form:"text" refs:"option" help:"The kid header."`
	Issuer    string            `yaml:"issuer" form:"text" refs:"option" help:"The iss claim; the client id if left out."`
	Subject   string            `yaml:"subject" form:"text" refs:"option" help:"The sub claim: as whom the program signs in."`
	Audience  string            `yaml:"audience" form:"text" refs:"option" help:"The aud claim; the token address if left out."`
	Algorithm string            `yaml:"algorithm" form:"name:auth.algorithm" help:"How it is signed; RS256 if left out."`
	Lifetime  time.Duration     `yaml:"lifetime" help:"How long it is valid; 3m if left out."`
	Claims    map[string]string `yaml:"claims" form:"text" refs:"option" help:"Further claims."`
}

// SessionStep is one request of a sign-in by session.
type SessionStep struct {
	Request  `yaml:",inline"`
	MD5      map[string]string `yaml:"md5" form:"text" refs:"option auth session" help:"$(session.NAME) is the MD5 of this text in hexadecimal, made before the request."`
	Keep     map[string]string `yaml:"keep" form:"selector" refs:"option" help:"Values of the answer kept as $(session.NAME)."`
	Location map[string]string `yaml:"location" help:"Parameters of the address the answer redirects to, kept as $(session.NAME); the redirect is not followed."`
}

// HTTP says where requests go and how to behave towards the server.
type HTTP struct {
	BaseURL     string            `yaml:"base_url" form:"url" refs:"option auth session check" help:"What paths are put behind."`
	Headers     map[string]string `yaml:"headers" form:"text" refs:"option auth session check" help:"Headers of each request."`
	Answer      string            `yaml:"answer" form:"name:http.answer" refs:"option" help:"What answers are written in; json if left out."`
	Rate        []Rate            `yaml:"rate" help:"The vendor's limits, in its own units."`
	Errors      []ErrorRule       `yaml:"errors" help:"First rule that fits decides; otherwise 429 and 5xx are tried again, other 4xx fail."`
	Timeout     time.Duration     `yaml:"timeout" help:"Longest wait for one answer."`
	Concurrency int               `yaml:"concurrency" help:"Most requests of one connection at a time."`
}

// Rate is one limit of the vendor.
type Rate struct {
	Limit Limit   `yaml:"limit" need:"yes" help:"As 10/s, 100/10s, 100000/day."`
	Per   string  `yaml:"per" form:"name:rate.per" need:"yes" help:"Who shares it."`
	Cost  int     `yaml:"cost" help:"Units one request takes of the limit; 1 if left out."`
	Leave Percent `yaml:"leave" help:"Part left to the customer's other programs, as 20%; a daily limit leaves at least 20%."`
}

// ErrorRule turns one kind of answer into something to do. All conditions given must hold.
type ErrorRule struct {
	Status   []int         `yaml:"status" help:"Status codes."`
	Header   string        `yaml:"header" help:"A header that is there, or NAME: VALUE."`
	Contains string        `yaml:"contains" help:"A text in the body."`
	Path     string        `yaml:"path" form:"selector" help:"A selector in the body that selects something."`
	Equals   string        `yaml:"equals" help:"The value at path."`
	Do       string        `yaml:"do" form:"name:errors.do" need:"yes" help:"What happens then."`
	After    time.Duration `yaml:"after" help:"Wait before the next try where the answer names none."`
	AfterAt  string        `yaml:"after_at" help:"Header that says how long to wait, or NAME: KEY for one member of a header such as RateLimit: limit=9, reset=5."`
	AfterIn  string        `yaml:"after_in" form:"selector" help:"Selector in the body that says how long to wait, or until when."`
	Hint     string        `yaml:"hint" help:"What a person should do, in one sentence."`
}

// Check is the request of Test connection; values it keeps serve all later texts.
type Check struct {
	Request `yaml:",inline"`
	Account string            `yaml:"account" form:"selector" refs:"option" help:"The account's name in the answer."`
	Keep    map[string]string `yaml:"keep" form:"selector" refs:"option" help:"Values of the answer kept as $(check.NAME)."`
}

// Request is one request. Get or Post is a path below base_url or a whole URL; a path or a JSON body
// that is an option as a whole is what the admin wrote, with $(page.…), $(since.…) and $(stream.…) of its own.
type Request struct {
	Get     string            `yaml:"get" form:"url" refs:"option auth session check ask stream since page select join item" help:"Path of a GET."`
	Post    string            `yaml:"post" form:"url" refs:"option auth session check ask stream since page select join item" help:"Path of a POST that reads."`
	Query   map[string]string `yaml:"query" form:"url" refs:"option auth session check ask stream since page select join item" help:"Parameters; one whose $(…) are all empty is left out ($(since.where) beside other text does not count)."`
	Headers map[string]string `yaml:"headers" form:"text" refs:"option auth session check ask stream since page select join item" help:"Headers of this request."`
	Form    map[string]string `yaml:"form" form:"text" refs:"option auth session check ask stream since page select join item" help:"Form body."`
	Body    Body              `yaml:"body" help:"Any other body."`
	Method  string            `yaml:"method" form:"name:request.method" refs:"option" help:"How the path in get is asked for, where an option decides; get if left out."`
	JSON    any               `yaml:"json" form:"text" refs:"option auth session check ask stream since page select join item" help:"JSON body; texts in it may use $(…)."`
}

// Body is a request's body that is neither a form nor JSON, as XML.
type Body struct {
	Type string `yaml:"type" help:"Content type; values are escaped for XML where it names XML."`
	Text string `yaml:"text" form:"text" refs:"option auth session check ask stream since page select join item" help:"The body."`
}

// Choice lists what an admin may choose from for an option, as the CRM has it: fields, views, lists, boards.
type Choice struct {
	Option  string `yaml:"option" need:"yes" help:"The option's name."`
	Request `yaml:",inline"`
	Records string `yaml:"records" form:"selector" refs:"option" help:"Where the choices stand in the answer; of an object, its keys are the values."`
	Page    Paging `yaml:"page" help:"How to get the next page."`
	Value   string `yaml:"value" form:"element" refs:"option" help:"What is stored when it is chosen; the key, where records is an object."`
	Title   string `yaml:"title" form:"element" refs:"option" help:"What people call it; the value if left out."`
}
