// Package oidctest starts an identity provider nobody here wrote, for tests: the npm package oidc-provider, with a list of
// 1,200 people behind it that its access tokens open.
//
// The provider requires PKCE, rotates refresh tokens and ends the whole grant when an old one is used again. It runs as a
// process of its own on a free port and ends with the test. node and npm have to be installed; the package is fetched once
// into the user's cache folder. Only tests import this package. Start reading at provider.go; what it does is in
// testdata/server.mjs.
package oidctest
