package scripts

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/url"
	"strings"
	"testing"
)

// TestC5ControlCharacters: refused in header texts when saved and when rendered; never raw in an address.
func TestC5ControlCharacters(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	header, err := ParseHeader("token $(Email)", names)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"\r\nX-Evil: 1", "\n", "\r", "\x00", "a\tb", "\x7f"} {
		if got, err := header.Render(withField(value)); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %q, %v; want it refused", value, got, err)
		}
	}
	if _, err := ParseHeader("a\r\nX-Evil: $(Email)", names); err == nil {
		t.Error("a header template with a line break is accepted")
	}
	for name, place := range webPlaces {
		for _, value := range []string{"\x00", "a\x1bb", "\x7f"} {
			if got, err := mustParse(t, place.template, names).Render(withField(value)); !errors.Is(err, ErrRefused) {
				t.Errorf("%s with %q: got %q, %v; want it refused", name, value, got, err)
			}
		}
	}
}

// TestC6MailHeaders: data cannot add a recipient or a header.
func TestC6MailHeaders(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template := mustParse(t, "mailto:a@b.example?Subject=$(DisplayName)", names)
	got, err := template.Render(withField("x&bcc=evil@e"))
	if err != nil || got != "mailto:a@b.example?Subject=x%26bcc%3Devil%40e" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{
		"mailto:?bcc=$(Email)", "mailto:?cc=$(Email)", "mailto:?to=$(Email)", "mailto:?subject=x&BCC=$(Email)", "mailto:?$(Email)=x",
		"mailto:?subject$(Email)=x", "mailto:?sub$(Email)ject=x", "mailto:a@$(Email)", "mailto:not an address?subject=$(Email)",
	} {
		if e := firstError(t, text, names); e.Code != CodePlace {
			t.Errorf("%q: %v", text, e)
		}
	}
	address := mustParse(t, "mailto:$(Email)?subject=x", names)
	for _, value := range []string{
		"x?bcc=evil@e", "a@b.example?bcc=evil@e", "a@b.example,evil@e", "a@b.example&x", "a b@c", "a", "@b", "a@", "a@b@c", "a@b.example%0Abcc:x", "a@b\r\nc", `"a b"@c`,
	} {
		if got, err := address.Render(withField(value)); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %q, %v; want it refused", value, got, err)
		}
	}
	if got, err := address.Render(withField(" ada+crm@b.example ")); err != nil || got != "mailto:ada%2Bcrm@b.example?subject=x" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestC7NumbersOnly: a dialler gets a number and nothing else.
func TestC7NumbersOnly(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for value, want := range map[string]string{
		"tel:09001234567;ext=1":     "09001234567",
		"+31 (0)20 123-45.67":       "+31201234567",
		"Mob.: 06/1234 5678 (Bo)":   "0612345678",
		"*21*201#":                  "*21*201%23",
		"+31+32":                    "+31",
		"020 1234567 / 06-12345678": "0201234567",
		"0201234567?x=1&y":          "0201234567",
		"1@evil.example":            "1",
		"1\r\n2":                    "1",
	} {
		for _, scheme := range []string{"tel:", "sip:", "callto:"} {
			if got, err := mustParse(t, scheme+"$(Email)", names).Render(withField(value)); err != nil || got != scheme+want {
				t.Errorf("%s with %q: got %q, %v; want %q", scheme, value, got, err, want)
			}
		}
	}
	for _, value := range []string{"anonymous", "é", "()", "-"} {
		if got, err := mustParse(t, "tel:$(Email)", names).Render(withField(value)); !errors.Is(err, ErrEmpty) {
			t.Errorf("%q: got %q, %v; want ErrEmpty", value, got, err)
		}
	}
}

// TestC8Bodies: a value cannot change the structure of a JSON, XML or form body.
func TestC8Bodies(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for _, value := range append(hostileValues[:len(hostileValues)-1:len(hostileValues)-1], `","admin":true,"x":"`, "&xxe;", "]]>", `\`, `\"`) {
		v := Values{Field: func(string) string { return value }}
		checkJSONBody(t, names, v, value)
		checkXMLBody(t, names, v, value)
		form, err := ParseBody(FormBody, "a=1&q=$(Email)&b=2", names)
		if err != nil {
			t.Fatal(err)
		}
		got, err := form.Render(v)
		if parsed, perr := url.ParseQuery(got); err != nil || perr != nil || len(parsed) != 3 || parsed.Get("q") != value {
			t.Errorf("form %q: %q, %v, %v", value, got, err, perr)
		}
	}
}

func checkJSONBody(t *testing.T, names Names, v Values, value string) {
	t.Helper()
	template, err := ParseBody(JSONBody, `{"filter": {"q": "x $(Email)", "n": 1}}`, names)
	if err != nil {
		t.Fatal(err)
	}
	got, err := template.Render(v)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]map[string]any
	if err := json.Unmarshal([]byte(got), &body); err != nil || body["filter"]["q"] != "x "+value || len(body["filter"]) != 2 {
		t.Errorf("JSON %q: %q, %v", value, got, err)
	}
}

func checkXMLBody(t *testing.T, names Names, v Values, value string) {
	t.Helper()
	template, err := ParseBody(XMLBody, `<q a="$(Email)"><w>$(Email)</w></q>`, names)
	if err != nil {
		t.Fatal(err)
	}
	got, err := template.Render(v)
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Attribute string `xml:"a,attr"`
		Word      string `xml:"w"`
	}
	if err := xml.Unmarshal([]byte(got), &body); err != nil || body.Attribute != value || body.Word != value {
		t.Errorf("XML %q: %q, %v", value, got, err)
	}
}

// TestC9NoCode: values are not templates, nothing nests, and size has a limit.
func TestC9NoCode(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template := mustParse(t, "https://a.example/?q=$(Email)", names)
	got, err := template.Render(withField("$(Identifier)#(Queue)"))
	if err != nil || got != "https://a.example/?q=%24%28Identifier%29%23%28Queue%29" {
		t.Errorf("got %q, %v", got, err)
	}
	e := firstError(t, "https://a.example/?q=$(Ema$(Email)il)", names)
	if e.Code != CodeNested || e.Offset != 26 {
		t.Errorf("nested: %s at %d", e.Code, e.Offset)
	}
	for _, value := range []string{strings.Repeat("x", 100_000), strings.Repeat("&", MaxLength/3), strings.Repeat("x", MaxLength)} {
		if _, err := template.Render(withField(value)); !errors.Is(err, ErrRefused) {
			t.Errorf("%d bytes: %v; want it refused", len(value), err)
		}
	}
	fits := strings.Repeat("x", MaxLength-len("https://a.example/?q="))
	if got, err := template.Render(withField(fits)); err != nil || len(got) != MaxLength {
		t.Errorf("%d bytes, %v; want exactly %d", len(got), err, MaxLength)
	}
	if e := firstError(t, "https://a.example/"+strings.Repeat("x", MaxLength), names); e.Code != CodeLength {
		t.Errorf("long template: %v", e)
	}
}

// TestC10Empty: an empty value renders empty, and a script with nothing but empty ones is left out.
func TestC10Empty(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	for template, want := range map[string]string{
		"https://a.example/$(Empty)/x?q=$(Email)":  "https://a.example//x?q=ada%40example.com",
		"https://a.example/?q=$(Empty)&r=#(Queue)": "https://a.example/?q=&r=Sales%20%26%20More",
		"https://a.example/fixed":                  "https://a.example/fixed",
		"mailto:$(Empty)?subject=#(Queue)":         "mailto:?subject=Sales%20%26%20More",
	} {
		if got, err := mustParse(t, template, names).Render(values); err != nil || got != want {
			t.Errorf("%s: got %q, %v", template, got, err)
		}
	}
	for _, template := range []string{
		"https://a.example/?q=$(Empty)", "https://a.example/?q=$(Empty)&r=#(Extra none)", "$(PopUpUri)", "tel:$(Empty)",
		"https://$(option.domain)/?q=$(Empty)",
	} {
		values := values
		if template == "$(PopUpUri)" {
			values.Field = nil
		}
		if got, err := mustParse(t, template, presetNames(names)).Render(values); !errors.Is(err, ErrEmpty) || got != "" {
			t.Errorf("%s: got %q, %v; want ErrEmpty", template, got, err)
		}
	}
	if got, err := mustParse(t, "https://$(option.domain)/x", presetNames(names)).Render(values); err != nil || got == "" {
		t.Errorf("options alone: %q, %v; want it kept", got, err)
	}
}

// TestC11NoSecrets: a template can name nothing but mapped fields, and a refusal never repeats a value.
func TestC11NoSecrets(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for _, secret := range []string{"access_token", "client_secret", "api_key", "option.domain", "auth.instance"} {
		if e := firstError(t, "https://a.example/?q=$("+secret+")", names); e.Code != CodeUnknownField {
			t.Errorf("%s: %v", secret, e)
		}
	}
	_, err := mustParse(t, "$(PopUpUri)", names).Render(withField("secret-value"))
	if err == nil || strings.Contains(err.Error(), "secret-value") || !strings.Contains(err.Error(), "$(PopUpUri)") {
		t.Errorf("got %v", err)
	}
}

// TestC14TextIsOneLine: a text is one line without control characters. (C12, C13 and
// the logging of C14 are kept where links, exports and logs are written.)
func TestC14TextIsOneLine(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template, err := ParseText("$(FirstName)  $(LastName), $(Company)", names)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{"LastName": "Muster\nlevel=error msg=x\x1b[31m", "Company": "\x00AG "}
	got, err := template.Render(Values{Field: func(name string) string { return fields[name] }})
	if want := "Muster level=error msg=x[31m, AG"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
