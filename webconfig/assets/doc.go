// Package assets is what browsers load beside the pages: the style, our own script modules, icons, and htmx.
//
// Every file's name holds the hash of its content, so browsers keep it for a year and never see an old one. The style sheet
// is one file made of css/*.css in the order of their names: css/00-tokens.css holds every colour, size and distance and is the
// only place for them; each page that needs more has a file of its own. A page's module is js/NAME.js. vendor/ holds what others
// wrote, unchanged: htmx 4.0.1 (Zero-Clause BSD, vendor/htmx.LICENSE), whose checksum a test knows.
//
// Nothing here is built: no step between editing a file and `go build`. Start reading at assets.go.
package assets
