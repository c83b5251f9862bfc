package scripts

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// manualExample is the callback mail of the manual people paste from.
const manualExample = `mailto://?Subject=Callback%20request&Body=Dear%20colleague%2C%0A%0APlease%20call%20to%3A%0A%0AName%3A%20%24%28DisplayName%29%0AAccount%20number%3A%20%24%28Identifier%29%0APhone%3A%20%23%28Callernumber%29%0ADirect%20CRM%20link%20%24%28PopUpUri%29%0A%0AKind%20regards%2C%0A%0AName%20of%20sender%0A%0A`

const manualBody = "Dear colleague,\n\nPlease call to:\n\nName: Ada Muster\nAccount number: 1001\nPhone: 0201234567\n" +
	"Direct CRM link https://crm.example.com/r/Contact/1001/view\n\nKind regards,\n\nName of sender\n\n"

// TestContractRenders guards the sentences of the section "Scripts".
func TestContractRenders(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	for name, c := range map[string]struct{ template, want string }{
		"field's own example":         {"https://www.google.nl?q=#(Caller number)", "https://www.google.nl?q=0201234567"},
		"caller name":                 {"https://a.example/?q=#(Caller name)", "https://a.example/?q=A.%20Muster"},
		"device name":                 {"https://a.example/?q=#(Device name)", "https://a.example/?q=Reception"},
		"short device number":         {"https://a.example/?q=#(Device number)", "https://a.example/?q=201"},
		"ddi name":                    {"https://a.example/?q=#(Ddi name)", "https://a.example/?q=Support"},
		"ddi number":                  {"https://a.example/?q=#(Ddi number)", "https://a.example/?q=0207654321"},
		"start time is tenant-local":  {"https://a.example/?q=#(Start time)", "https://a.example/?q=2026-11-20%2014%3A03"},
		"start time as ISO":           {"https://a.example/?q=#(Start time|iso)", "https://a.example/?q=2026-11-20T14%3A03%3A09%2B01%3A00"},
		"answer and end time":         {"https://a.example/#(Answer time)/#(End time)", "https://a.example/2026-11-20%2014%3A03/2026-11-20%2014%3A08"},
		"direction":                   {"https://a.example/#(Direction)", "https://a.example/inbound"},
		"call id":                     {"https://a.example/#(Call id)", "https://a.example/a84b%40pbx"},
		"duration in whole seconds":   {"https://a.example/#(Duration)", "https://a.example/312"},
		"queue":                       {"https://a.example/#(Queue)", "https://a.example/Sales%20%26%20More"},
		"agent":                       {"https://a.example/#(Agent name)/#(Agent email)", "https://a.example/Bo%20de%20Vries/bo%40example.com"},
		"extra":                       {"https://a.example/#(Extra VIP level)", "https://a.example/gold"},
		"extra in another case":       {"https://a.example/#(extra vip LEVEL)", "https://a.example/gold"},
		"e164":                        {"https://a.example/?q=#(Caller number|e164)", "https://a.example/?q=%2B31201234567"},
		"digits":                      {"https://a.example/?q=#(Caller number|digits)", "https://a.example/?q=31201234567"},
		"international":               {"https://a.example/?q=#(Caller number|international)", "https://a.example/?q=%2B31%2020%20123%204567"},
		"national":                    {"https://a.example/?q=#(Caller number|national)", "https://a.example/?q=0201234567"},
		"form in capitals":            {"https://a.example/?q=#(Caller number | E164)", "https://a.example/?q=%2B31201234567"},
		"form behind an encoded bar":  {"https://a.example/?q=#(Caller number%7Ce164)", "https://a.example/?q=%2B31201234567"},
		"field":                       {"https://a.example/$(Identifier)", "https://a.example/1001"},
		"field with dot":              {"https://a.example/$(Account.Name)", "https://a.example/Muster%20AG"},
		"field with blank":            {"https://a.example/$(Account number)", "https://a.example/A-7"},
		"field with colon and at":     {"https://a.example/$(urn:x@y)", "https://a.example/colon"},
		"field with brackets":         {"https://a.example/$(Phone (work))", "https://a.example/%2B31%20%280%2920%20123%2045%2067"},
		"letter case":                 {"https://a.example/$(displayNAME)", "https://a.example/Ada%20Muster"},
		"no blank":                    {"https://a.example/?q=#(Callernumber)", "https://a.example/?q=0201234567"},
		"two blanks, capitals":        {"https://a.example/?q=#(caller  NUMBER)", "https://a.example/?q=0201234567"},
		"encoded in full":             {"https://a.example/?q=%24%28DisplayName%29", "https://a.example/?q=Ada%20Muster"},
		"encoded property":            {"https://a.example/?q=%23%28Callernumber%29", "https://a.example/?q=0201234567"},
		"encoded in part":             {"https://a.example/?q=%23(Caller%20number)", "https://a.example/?q=0201234567"},
		"encoded brackets":            {"https://a.example/?q=$%28DisplayName%29", "https://a.example/?q=Ada%20Muster"},
		"encoded blank only":          {"https://a.example/?q=#(Caller%20number)", "https://a.example/?q=0201234567"},
		"a literal %23 stays":         {"https://a.example/a%23b?q=#(Queue)", "https://a.example/a%23b?q=Sales%20%26%20More"},
		"an unclosed %24%28 stays":    {"https://a.example/a%24%28b?q=#(Queue)", "https://a.example/a%24%28b?q=Sales%20%26%20More"},
		"an unclosed $%28 stays":      {"https://a.example/a$%28b?q=#(Queue)", "https://a.example/a$%28b?q=Sales%20%26%20More"},
		"blank is %20 in a fragment":  {"https://a.example/#/c/#(Caller name)", "https://a.example/#/c/A.%20Muster"},
		"query key":                   {"https://a.example/?#(Queue)=1", "https://a.example/?Sales%20%26%20More=1"},
		"literal blank and accent":    {"https://a.example/é x?q=#(Queue) 100%", "https://a.example/%C3%A9%20x?q=Sales%20%26%20More%20100%25"},
		"PopUpUri alone":              {"$(PopUpUri)", "https://crm.example.com/r/Contact/1001/view"},
		"PopUpUri alone, encoded":     {"%24%28popupuri%29", "https://crm.example.com/r/Contact/1001/view"},
		"PopUpUri as a value":         {"https://a.example/?u=$(PopUpUri)", "https://a.example/?u=https%3A%2F%2Fcrm.example.com%2Fr%2FContact%2F1001%2Fview"},
		"scheme in capitals":          {"HTTPS://a.example/$(Identifier)", "https://a.example/1001"},
		"port and user are literal":   {"https://me:pw@a.example:8443/$(Identifier)", "https://me:pw@a.example:8443/1001"},
		"IPv6 host":                   {"http://[2001:db8::1]:80/$(Identifier)", "http://[2001:db8::1]:80/1001"},
		"tel":                         {"tel:#(Caller number|e164)", "tel:+31201234567"},
		"tel lets only a number pass": {"tel:$(Phone (work))", "tel:+31201234567"},
		"sip":                         {"sip:#(Caller number)@pbx.example.com;user=phone", "sip:0201234567@pbx.example.com;user=phone"},
		"callto with slashes":         {"callto://#(Caller number|e164)", "callto:+31201234567"},
		"literal # in tel":            {"tel:*21*#(Device number)#", "tel:*21*201%23"},
		"mail to the contact":         {"mailto:$(Email)?subject=#(Queue)", "mailto:ada@example.com?subject=Sales%20%26%20More"},
		"mail to two":                 {"mailto:help@example.com,$(Email)", "mailto:help@example.com,ada@example.com"},
		"trailing line break":         {"https://a.example/$(Identifier)\n", "https://a.example/1001"},
		"wrapped":                     {"https://a.example/\n  c/#(Caller\r\n number)\t\n?q=%2\n4(Display\nName)", "https://a.example/c/0201234567?q=Ada%20Muster"},
		"no placeholder":              {"https://a.example/", "https://a.example/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := mustParse(t, c.template, names).Render(values)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestManualExample guards that the manual's mail works as pasted: its line breaks
// stay, the slashes go, and wrapping it anywhere changes nothing.
func TestManualExample(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	plain := mustParse(t, manualExample, names)
	got, err := plain.Render(values)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, "mailto:?Subject=Callback%20request&Body=Dear%20colleague%2C%0A%0APlease") {
		t.Errorf("got %q", got)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(url.Values{"Subject": {"Callback request"}, "Body": {manualBody}}, u.Query()); diff != "" {
		t.Error(diff)
	}
	for width := 1; width < 90; width++ {
		if wrapped := mustParse(t, wrap(manualExample, width), names).String(); wrapped != plain.String() {
			t.Fatalf("wrapped after %d characters it reads %q", width, wrapped)
		}
	}
}

func wrap(text string, width int) string {
	var b strings.Builder
	for i := 0; i < len(text); i += width {
		b.WriteString(text[i:min(i+width, len(text))] + "\r\n")
	}
	return b.String()
}

// TestRegions guards the form of numbers with a tenant, without one, and without a number.
func TestRegions(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template := mustParse(t, "https://a.example/?q=#(Caller number)&x=y", names)
	for name, c := range map[string]struct {
		party  Party
		region string
		want   string
	}{
		"national":             {Party{Number: number(t, "+31201234567")}, "NL", "0201234567"},
		"foreign":              {Party{Number: number(t, "+442079460018")}, "NL", "00442079460018"},
		"without a tenant":     {Party{Number: number(t, "+31201234567")}, "", "%2B31201234567"},
		"number's own region":  {Party{Number: number(t, "+31201234567")}, OwnRegion, "0201234567"},
		"internal caller":      {Party{Short: "201"}, "NL", "201"},
		"number before short":  {Party{Number: number(t, "+31201234567"), Short: "201"}, "NL", "0201234567"},
		"short without region": {Party{Short: "201"}, "", "201"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := template.Render(Values{Call: &Call{Caller: c.party}, Region: c.region})
			if want := "https://a.example/?q=" + c.want + "&x=y"; err != nil || got != want {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
	if _, err := template.Render(Values{Call: &Call{}, Region: "NL"}); !errors.Is(err, ErrEmpty) {
		t.Errorf("withheld caller: %v, want ErrEmpty", err)
	}
	if got, err := template.Preview(Values{Call: &Call{}}); err != nil || got != "https://a.example/?q=&x=y" {
		t.Errorf("preview of a withheld caller: %q, %v", got, err)
	}
}

// TestOptions guards that only options of a preset may supply host and scheme, checked.
func TestOptions(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	names = presetNames(names)
	for template, want := range map[string]string{
		"https://$(option.domain)/r/$(Identifier)":    "https://acme.crm.example:8443/r/1001",
		"https://eu.$(option.domain)/r/$(Identifier)": "https://eu.acme.crm.example:8443/r/1001",
		"$(option.url)/index.php?id=$(Identifier)":    "https://suite.example.com/crm/index.php?id=1001",
		"$(option.url)": "https://suite.example.com/crm",
		"https://a.example/$(option.team)/$(Identifier)": "https://a.example/a%2Fb/1001",
		"sip:#(Caller number)@$(option.domain)":          "sip:0201234567@acme.crm.example:8443",
	} {
		if got, err := mustParse(t, template, names).Render(values); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", template, got, err, want)
		}
	}
	for template, bad := range map[string][]string{
		"https://$(option.domain)/$(Identifier)":     {"", "a/b", "a@b", "a b", "a?b", "a#b", `a\b`, "a:b", "javascript:x", "a..b", "é.example", "a\n"},
		"https://$(option.domain):99/$(Identifier)":  {"a:80", ""},
		"https://x.$(option.domain)/$(Identifier)":   {"", ".a", "a@b"},
		"$(option.url)/$(Identifier)":                {"", "a.example", "//a.example", "javascript:x", "ftp://a.example", "https://", "https://u@a.example", "https://a.example/?x", " https://a.example"},
		"sip:#(Caller number)@$(option.domain);x=#y": {"", "a@b", "a;b"},
	} {
		parsed := mustParse(t, template, names)
		for _, value := range bad {
			values.Option = func(string) string { return value }
			if got, err := parsed.Render(values); !errors.Is(err, ErrRefused) {
				t.Errorf("%s with %q: got %q, %v; want it refused", template, value, got, err)
			}
		}
	}
}

// TestAppSchemes guards that a scheme works once an operator has enabled it, and not before.
func TestAppSchemes(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	if e := firstError(t, "zoiper:#(Caller number)", names); e.Code != CodeScheme {
		t.Errorf("not enabled: %v", e)
	}
	names.Schemes = []string{"Zoiper", "javascript", "data", "file", "vbscript"}
	for template, want := range map[string]string{
		"zoiper:#(Caller number)":                "zoiper:0201234567",
		"ZOIPER://call/#(Queue)?q=#(Queue)":      "zoiper://call/Sales%20%26%20More?q=Sales%20%26%20More",
		"zoiper:dial?number=#(Device number)&x=": "zoiper:dial?number=201&x=",
	} {
		if got, err := mustParse(t, template, names).Render(values); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", template, got, err, want)
		}
	}
	for _, scheme := range []string{"javascript", "data", "file", "vbscript"} {
		if e := firstError(t, scheme+":#(Queue)", names); e.Code != CodeScheme {
			t.Errorf("%s: %v", scheme, e)
		}
	}
}

// TestNeeds guards that a sync can ask a template what to copy.
func TestNeeds(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template := mustParse(t, "https://$(option.domain)/$(email)/$(Identifier)/$(EMAIL)?a=#(Callernumber)&b=#(Extra x)&c=#(Caller number|e164)", presetNames(names))
	if diff := cmp.Diff([]string{"Email", "Identifier"}, template.Fields()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Caller number", "Extra x"}, template.Properties()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"option.domain"}, template.Options()); diff != "" {
		t.Error(diff)
	}
	want := "https://$(option.domain)/$(Email)/$(Identifier)/$(Email)?a=#(Caller number)&b=#(Extra x)&c=#(Caller number|e164)"
	if diff := cmp.Diff(want, template.String()); diff != "" {
		t.Error(diff)
	}
}

// TestFieldsIn guards that a sync finds the fields of any script without its preset.
func TestFieldsIn(t *testing.T) {
	t.Parallel()
	got := FieldsIn("zoiper://$(option.domain)/$(email)?a=%24%28Account.Name%29&b=#(Queue)&c=$(email)")
	if diff := cmp.Diff([]string{"email", "Account.Name"}, got); diff != "" {
		t.Error(diff)
	}
	if got := FieldsIn("https://a.example/$(Email"); got != nil {
		t.Errorf("got %q", got)
	}
}

// TestCallSet guards that call properties can be given by name, as a command and a query do.
func TestCallSet(t *testing.T) {
	t.Parallel()
	var c Call
	for name, value := range map[string]string{
		"Caller number": "+31201234567", "callername": "Ada", "Device number": "201", "ddi NUMBER": "+31207654321",
		"Start time": "2026-11-20T13:03:00Z", "answer_time": "2026-11-20 13:04", "Duration": "63", "Queue": "Sales", "Extra VIP": "gold",
	} {
		if err := c.Set(name, value, nil); err != nil {
			t.Error(err)
		}
	}
	if c.Caller.Number != number(t, "+31201234567") || c.Caller.Name != "Ada" || c.Device.Short != "201" || c.DDI.Number.IsZero() {
		t.Errorf("parties: %+v %+v", c.Caller.Name, c.Device)
	}
	if !c.Start.Equal(time.Date(2026, 11, 20, 13, 3, 0, 0, time.UTC)) || c.Answer.Sub(c.Start) != time.Minute || c.Talk != 63*time.Second {
		t.Errorf("times: %v %v %v", c.Start, c.Answer, c.Talk)
	}
	if c.Queue != "Sales" || c.Extra["VIP"] != "gold" {
		t.Errorf("texts: %q %q", c.Queue, c.Extra)
	}
	for _, p := range Properties() {
		if err := new(Call).Set(p.Name, "", nil); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	for name, value := range map[string]string{"Caler number": "1", "Start time": "noon", "Duration": "long", "Extra": "x"} {
		if err := c.Set(name, value, nil); err == nil {
			t.Errorf("%s = %q is accepted", name, value)
		}
	}
}

// TestDuration guards when a length of conversation is known.
func TestDuration(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(1_800_000_000+int64(s), 0) }
	for want, c := range map[string]Call{
		"":   {Start: at(0), Answer: at(5)},
		"0":  {Start: at(0), End: at(9)},
		"7":  {Start: at(0), Answer: at(5), End: at(12)},
		"99": {Start: at(0), Talk: 99 * time.Second},
	} {
		if got := c.seconds(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
