package presets

import "time"

// Auth says how a connection signs in.
type Auth struct {
	Kind         string            `yaml:"kind" form:"name:auth.kind" help:"The way of signing in."`
	Grant        string            `yaml:"grant" form:"name:auth.grant" help:"OAuth2 grant."`
	AuthorizeURL string            `yaml:"authorize_url" form:"url" refs:"option" help:"Where the admin is sent to sign in."`
	TokenURL     string            `yaml:"token_url" form:"url" refs:"option" help:"Where codes and refresh tokens become access tokens."`
	RevokeURL    string            `yaml:"revoke_url" form:"url" refs:"option" help:"Where a token is withdrawn when the integration goes."`
	Scopes       []string          `yaml:"scopes" help:"OAuth2 scopes."`
	Params       map[string]string `yaml:"params" form:"text" refs:"option" help:"Further parameters of the authorize address."`
	TokenParams  map[string]string `yaml:"token_params" form:"text" refs:"option" help:"Further parameters of token requests."`
	ClientAuth   string            `yaml:"client_auth" form:"name:auth.client_auth" help:"Where client id and secret go in token requests; body if left out."`
	Keep         map[string]string `yaml:"keep" form:"selector" help:"Values of the token answer kept as $(auth.NAME)."`
	Lifetime     time.Duration     `yaml:"lifetime" help:"Life of an access token where the answer does not say."`
	RefreshEarly time.Duration     `yaml:"refresh_early" help:"How long before its end a token is renewed."`

	Token    string            `yaml:"token" form:"text" refs:"option" help:"A token the admin may paste instead of signing in (auth kind oauth2); empty options mean sign-in."`
	Headers  map[string]string `yaml:"headers" form:"text" refs:"option auth" help:"Headers that carry a key (auth kind header)."`
	Query    map[string]string `yaml:"query" form:"text" refs:"option auth" help:"Parameters that carry a key, where a vendor offers no header (auth kind query)."`
	Username string            `yaml:"username" form:"text" refs:"option" help:"User name (auth kind basic)."`
	Password string            `yaml:"password" form:"text" refs:"option" help:"Password (auth kind basic)."`
}

// HTTP says where requests go and how to behave towards the server.
type HTTP struct {
	BaseURL     string            `yaml:"base_url" form:"url" refs:"option auth check" help:"What paths are put behind."`
	Headers     map[string]string `yaml:"headers" form:"text" refs:"option auth check" help:"Headers of each request."`
	Rate        []Rate            `yaml:"rate" help:"The vendor's limits, in its own units."`
	Errors      []ErrorRule       `yaml:"errors" help:"First rule that fits decides; otherwise 429 and 5xx are tried again, other 4xx fail."`
	Timeout     time.Duration     `yaml:"timeout" help:"Longest wait for one answer."`
	Concurrency int               `yaml:"concurrency" help:"Most requests of one connection at a time."`
}

// Rate is one limit of the vendor.
type Rate struct {
	Limit Limit   `yaml:"limit" need:"yes" help:"As 10/s, 100/10s, 100000/day."`
	Per   string  `yaml:"per" form:"name:rate.per" need:"yes" help:"Who shares it."`
	Leave Percent `yaml:"leave" help:"Part left to the customer's other programs, as 20%."`
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
	AfterAt  string        `yaml:"after_at" help:"Header that says how long to wait."`
	Hint     string        `yaml:"hint" help:"What a person should do, in one sentence."`
}

// Check is the request of Test connection; values it keeps serve all later texts.
type Check struct {
	Request `yaml:",inline"`
	Account string            `yaml:"account" form:"selector" help:"The account's name in the answer."`
	Keep    map[string]string `yaml:"keep" form:"selector" help:"Values of the answer kept as $(check.NAME)."`
}

// Request is one request. Get or Post is a path below base_url or a whole URL.
type Request struct {
	Get     string            `yaml:"get" form:"url" refs:"option auth check since page select join" help:"Path of a GET."`
	Post    string            `yaml:"post" form:"url" refs:"option auth check since page select join" help:"Path of a POST that reads."`
	Query   map[string]string `yaml:"query" form:"url" refs:"option auth check since page select join" help:"Parameters; one whose $(…) are all empty is left out ($(since.where) beside other text does not count)."`
	Headers map[string]string `yaml:"headers" form:"text" refs:"option auth check since page select join" help:"Headers of this request."`
	Form    map[string]string `yaml:"form" form:"text" refs:"option auth check since page select join" help:"Form body."`
	JSON    any               `yaml:"json" form:"text" refs:"option auth check since page select join" help:"JSON body; texts in it may use $(…)."`
}
