package dial

import (
	"strings"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/wording"
)

// Check refuses an order whose number or device holds what could begin something else in a phone system's command. Every
// dialer asks it before it writes a word.
func Check(o calls.Order) error {
	if o.Digits == "" || len(o.Digits) > 40 || strings.Trim(strings.TrimPrefix(o.Digits, "+"), "0123456789*#") != "" {
		return &calls.DialError{Text: wording.New("calls.no_number", "the text holds no number that can be called"), Hint: wording.New("calls.give_one", "give one number, such as +31201234567 or 020 123 4567")}
	}
	if o.Device == "" || strings.ContainsFunc(o.Device, notInDevice) {
		return &calls.DialError{Text: wording.New("calls.agent_device_has_name_no", "the agent's device has a name that no phone has"), Hint: wording.New("calls.device_number_name_letters_digits", "a device is a number or a name of letters, digits and . _ - + @ / :")}
	}
	return nil
}

// SignInRefused is what every dialer says of a phone system that does not know its user: the agent reads whom to ask.
func SignInRefused() error {
	return &calls.DialError{Text: wording.New("calls.refuses_sign_in", "the phone system refuses the sign-in"), Hint: wording.New("calls.check_user", "an admin has to check user and password of the phone system's settings")}
}

// notInDevice are characters that would begin something else in a phone system's command.
func notInDevice(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+@/:", r))
}
