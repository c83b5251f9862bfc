package api

import "crypto/rand"

// newInstance names one internal error, so that whoever saw it can be helped from the log.
func newInstance() string { return "urn:ringdex:error:" + rand.Text()[:13] }
