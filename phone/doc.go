// Package phone turns what people type and phone systems send into E.164 and back, and nothing else.
//
// It promises the right number or none: a text with two valid readings gives no number unless its own notation (a plus,
// an exit code, a trunk prefix) or its column says which one is meant. Only valid numbers are ever found; digits are never
// cut off or guessed. It does no input or output and keeps no state besides numbering plans built once from metadata.
//
// Start reading at Find (stored texts), Caller (what a phone system sends) and Number. The rules are told to users in
// docs/matching.md.
package phone
