// Package wording is what people are told of failures: texts that each reader sees in their own language.
//
// A [Text] is made where something goes wrong, with a stable key, the English and the named values in it:
//
//	wording.New("file.too_large", "the file is larger than {MiB} MiB", "MiB", 64)
//
// The English stands in the code, so that it is read where it is said; it is what the log, commands and programs see
// ([Text.String]). Pages and mails ask for the reader's language ([Text.In]), which is found by the key in nl/NAME.json, NAME being
// the key up to its first dot. A key that has no text there is English, and nothing is ever recognised by its words.
//
//   - A value is a text by itself ("Op": another Text), or whatever fmt prints; in the sentence it stands in braces.
//   - [New] takes literals only: a test reads them from the program's sources and lists every key without a translation, every
//     translation without a key, every name in braces that has no value, and every key that says two different things.
//   - [Plain] is a text that has no translation: a name, or what a CRM said.
//   - [Error] and [Errorf] are errors with such a text, and [Of] finds the text of any error: the outermost of its chain that has
//     one, else its English as it stands.
//   - A text is stored whole, with key, values and English. What was stored as a string before is read as [Plain].
//
// It never decides who reads which language, and it holds nothing of a page. Start reading at text.go.
package wording
