// Package locale says what pages say, in each language.
//
// Texts lie in en/PAGE.json and nl/PAGE.json: one file for each page and language, merged at the start, so that who works on
// one page touches nobody else's file. A key begins with the name of its file ("people.invite" is in people.json); a text with
// a count has the plural forms of its language ({"one": …, "other": …}). The languages have the same keys, which a test holds.
//
// It never decides who speaks which language beyond matching tags, and it never returns HTML. Start reading at locale.go.
package locale
