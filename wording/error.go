package wording

import "errors"

// said is an error with a text.
type said struct {
	text Text
	of   error // what errors.Is finds; may be nil
}

// Error is an error that says a text, for sentinels. Literals only, as with [New].
func Error(key, english string, pairs ...any) error { return &said{text: New(key, english, pairs...)} }

// Errorf is an error of a kind that says a text: errors.Is finds the kind, and the log reads "KIND: TEXT". Literals only, as
// with [New].
func Errorf(kind error, key, english string, pairs ...any) error {
	return &said{text: New(key, english, pairs...), of: kind}
}

// Error is the English.
func (e *said) Error() string {
	if e.of == nil {
		return e.text.English
	}
	return e.of.Error() + ": " + e.text.English
}

// Unwrap gives the kind.
func (e *said) Unwrap() error { return e.of }

// Wording is the text.
func (e *said) Wording() Text { return e.text }

// Of is the text of an error: that of the outermost in its chain that has one, else its English as it stands.
func Of(err error) Text {
	if err == nil {
		return Text{}
	}
	var one interface{ Wording() Text }
	if errors.As(err, &one) {
		return one.Wording()
	}
	return Plain(err.Error())
}
