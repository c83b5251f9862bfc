package phone

import "strings"

// links are the beginnings of addresses that hold a number: RFC 3261, RFC 3966, and what messengers use. In the last two
// the number is international digits without plus.
var links = [...]struct {
	start   string
	foreign bool
}{
	{"sips:", true}, {"sip:", true}, {"tel:", false}, {"callto:", false}, {"wa.me/", true}, {"send?phone=", true}, {"/send/?phone=", true},
}

// unlink replaces links by the number in them, with its extension written out, and reports whether there was one whose
// digits may begin with a calling code.
func unlink(text string) (string, bool) {
	if strings.IndexByte(text, ':') < 0 && strings.IndexByte(text, '/') < 0 {
		return text, false
	}
	low := asciiLower(text)
	foreign := false
	for from := 0; ; {
		at, end, f := nextLink(low, from)
		if at < 0 {
			return text, foreign
		}
		foreign = foreign || f
		number := linkNumber(text[at:end])
		head := text[:linkStart(low, at)] + " "
		text = head + number + " " + text[end:]
		low = asciiLower(text)
		from = len(head) + len(number)
	}
}

// nextLink gives where the number of the next link begins and where its address ends.
func nextLink(low string, from int) (at, end int, foreign bool) {
	at = -1
	for _, l := range links {
		i := strings.Index(low[from:], l.start)
		if i < 0 || at >= 0 && from+i+len(l.start) > at {
			continue
		}
		if i += from; i > 0 && l.start[0] != '/' && alnum(low[i-1]-'a'+'A') && l.start[len(l.start)-1] == ':' {
			continue
		}
		at, foreign = i+len(l.start), l.foreign
	}
	if at < 0 {
		return -1, 0, false
	}
	end = len(low)
	if i := strings.IndexAny(low[at:], ">\"\n"); i >= 0 {
		end = at + i
	}
	return at, addressEnd(low, at, end), foreign
}

// addressEnd cuts an address at the first blank after its host; a number before a host may hold blanks.
func addressEnd(low string, at, end int) int {
	host := strings.IndexByte(low[at:end], '@')
	if host < 0 {
		return end
	}
	if i := strings.IndexAny(low[at+host:end], " ,"); i >= 0 {
		return at + host + i
	}
	return end
}

// linkStart gives where the whole address begins, back over "https://…".
func linkStart(low string, at int) int {
	i := at
	for i > 0 && low[i-1] != ' ' && low[i-1] != '<' && low[i-1] != '"' && low[i-1] != '\n' && low[i-1] != '(' && low[i-1] != ',' && low[i-1] != ';' {
		i--
	}
	return i
}

// linkNumber gives the number in the part of a link behind its scheme.
func linkNumber(s string) string {
	user := s
	if i := strings.IndexAny(user, "@?&"); i >= 0 {
		user = user[:i]
	}
	number, parameters, _ := strings.Cut(user, ";")
	if host := strings.IndexByte(s, '@'); host >= 0 {
		number, _, _ = strings.Cut(number, ":") // a password
	}
	number = withContext(number, parameters)
	if ext := parameter(parameters, "ext="); ext != "" {
		return number + " ext " + ext
	}
	return number
}

// parameter gives the value of one of the parameters parted by semicolons.
func parameter(parameters, name string) string {
	for p := range strings.SplitSeq(parameters, ";") {
		if v, ok := strings.CutPrefix(asciiLower(p), name); ok {
			return v
		}
	}
	return ""
}

// asciiLower makes ASCII letters small and keeps every byte's place.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
