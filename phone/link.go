package phone

import "strings"

// links are the beginnings of addresses that hold a number: RFC 3261, RFC 3966, and what messengers use.
var links = [...]struct {
	start   string
	foreign bool // digits may begin with a calling code
	coded   bool // they always do (WhatsApp's "click to chat": international format without plus or zeros)
}{
	{"sips:", true, false},
	{"sip:", true, false},
	{"tel:", false, false},
	{"callto:", false, false},
	{"wa.me/", true, true},
	{"send?phone=", true, true},
	{"/send/?phone=", true, true},
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
		l, at, end := nextLink(low, from)
		if at < 0 {
			return text, foreign
		}
		foreign = foreign || links[l].foreign
		number := linkNumber(text[at:end])
		if links[l].coded && number != "" && number[0] >= '1' && number[0] <= '9' {
			number = "+" + number
		}
		head := text[:linkStart(low, at)] + " "
		text = head + number + " " + text[end:]
		low = asciiLower(text)
		from = len(head) + len(number)
	}
}

// nextLink gives which link is next, where its number begins and where its address ends.
func nextLink(low string, from int) (kind, at, end int) {
	at = -1
	for k, l := range links {
		i := strings.Index(low[from:], l.start)
		if i < 0 || at >= 0 && from+i+len(l.start) > at {
			continue
		}
		if i += from; i > 0 && l.start[0] != '/' && alnum(low[i-1]-'a'+'A') && l.start[len(l.start)-1] == ':' {
			continue
		}
		kind, at = k, i+len(l.start)
	}
	if at < 0 {
		return 0, -1, 0
	}
	end = len(low)
	if i := strings.IndexAny(low[at:], ">\"\n"); i >= 0 {
		end = at + i
	}
	return kind, at, addressEnd(low, at, end)
}

// addressEnd cuts an address at the first blank after its host; a number before a host may hold blanks. Without a host it
// ends behind its last parameter: "Tel: 020 1234567; mob: …" is no address with the parameter "mob".
func addressEnd(low string, at, end int) int {
	host := strings.IndexByte(low[at:end], '@')
	if host < 0 {
		if i := strings.IndexByte(low[at:end], ';'); i >= 0 {
			return parametersEnd(low, at+i, end)
		}
		return end
	}
	if i := strings.IndexAny(low[at+host:end], " ,"); i >= 0 {
		return at + host + i
	}
	return end
}

// parametersEnd goes over ";name=value" and ";name" from i on, as far as they are parameters.
func parametersEnd(low string, i, end int) int {
	for i < end && low[i] == ';' {
		j := i + 1
		for j < end && (low[j] >= 'a' && low[j] <= 'z' || low[j] == '-') {
			j++
		}
		if j < end && low[j] == '=' {
			for j < end && strings.IndexByte("; ,/&|", low[j]) < 0 {
				j++
			}
		}
		if j == i+1 || j < end && strings.IndexByte("; ,/&|?", low[j]) < 0 {
			break
		}
		i = j
	}
	return i
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
