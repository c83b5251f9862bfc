package phone

import "strings"

// maxExtension is the most digits an extension has; more are a number of their own.
const maxExtension = 7

// extensionAt reads the digits of an extension that begin near i, behind a few marks such as ". " or ":".
func extensionAt(s string, i int) (string, int, bool) {
	j := i
	for _, word := range []string{" no", " nr", " number", " nummer", " num"} {
		if rest, ok := strings.CutPrefix(s[i:], word); ok && rest != "" && strings.IndexByte(" .:", rest[0]) >= 0 {
			j = i + len(word)
		}
	}
	i = j
	for j < len(s) && j-i < 5 && strings.IndexByte(" .:=-()#/'", s[j]) >= 0 {
		j++
	}
	k := j
	for k < len(s) && s[k] >= '0' && s[k] <= '9' {
		k++
	}
	if k == j || k-j > maxExtension {
		return "", 0, false
	}
	if k+1 < len(s) && strings.IndexByte("-. ", s[k]) >= 0 && s[k+1] >= '0' && s[k+1] <= '9' {
		return "", 0, false
	}
	return s[j:k], k, true
}
