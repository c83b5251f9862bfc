package scripts

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/wording"
)

// TestMistakes guards that a mistake is told with its position and the nearest known name.
func TestMistakes(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for name, c := range map[string]struct {
		text string
		want SyntaxError
	}{
		"misspelt field": {
			"https://a.example/$(Emial)",
			SyntaxError{CodeUnknownField, 18, 1, 19, wording.Plain(`unknown field "Emial"`), "$(Email)"},
		},
		"misspelt, encoded": {
			"https://a.example/?q=%24%28DisplyName%29",
			SyntaxError{CodeUnknownField, 21, 1, 22, wording.Plain(`unknown field "DisplyName"`), "$(DisplayName)"},
		},
		"nothing near": {
			"https://a.example/$(Zzzzzzzz)",
			SyntaxError{CodeUnknownField, 18, 1, 19, wording.Plain(`unknown field "Zzzzzzzz"`), ""},
		},
		"misspelt property": {
			"https://a.example/#(Caler number)",
			SyntaxError{CodeUnknownProperty, 18, 1, 19, wording.Plain(`unknown call property "Caler number"`), "#(Caller number)"},
		},
		"property written as field": {
			"https://a.example/$(Caller number)",
			SyntaxError{CodeUnknownField, 18, 1, 19, wording.Plain(`"Caller number" is a call property, not a field`), "#(Caller number)"},
		},
		"field written as property": {
			"https://a.example/#(email)",
			SyntaxError{CodeUnknownProperty, 18, 1, 19, wording.Plain(`"email" is a field, not a call property`), "$(Email)"},
		},
		"unknown form": {
			"https://a.example/#(Caller number|e146)",
			SyntaxError{CodeUnknownForm, 18, 1, 19, wording.Plain(`Caller number has no form "e146"`), "#(Caller number|e164)"},
		},
		"form of a name": {
			"https://a.example/#(Caller name|e164)",
			SyntaxError{CodeUnknownForm, 18, 1, 19, wording.Plain(`Caller name has no form "e164"`), "#(Caller name)"},
		},
		"not closed": {
			"https://a.example/é$(Email",
			SyntaxError{CodeUnclosed, 20, 1, 20, wording.Plain("the placeholder has no closing bracket"), ""},
		},
		"no name": {
			"https://a.example/$( )",
			SyntaxError{CodeNoName, 18, 1, 19, wording.Plain("the placeholder has no name"), ""},
		},
		"extra without a name": {
			"https://a.example/#(Extra)",
			SyntaxError{CodeUnknownProperty, 18, 1, 19, wording.Plain(`unknown call property "Extra"`), "#(Extra NAME)"},
		},
		"property in a property": {
			"https://a.example/#(Caller #(Queue))",
			SyntaxError{CodeNested, 27, 1, 28, wording.Plain("a placeholder cannot stand inside another one"), ""},
		},
		"first on its line": {
			"https://a.example/\n$(Emial)",
			SyntaxError{CodeUnknownField, 19, 2, 1, wording.Plain(`unknown field "Emial"`), "$(Email)"},
		},
		"on the third line": {
			"https://a.example/\r\n  $(Email)/\r\n  é$(Emial)",
			SyntaxError{CodeUnknownField, 37, 3, 4, wording.Plain(`unknown field "Emial"`), "$(Email)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(&c.want, firstError(t, c.text, names)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAllMistakes guards that every mistake is told at once, in order, and as one error each.
func TestAllMistakes(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	_, err := Parse("https://a.example/$(Emial)/#(Queu)?q=$(Email)&r=$(Nonsense here)", names)
	var all SyntaxErrors
	if !errors.As(err, &all) || len(all) != 3 || all[0].Offset > all[1].Offset || all[1].Offset > all[2].Offset {
		t.Fatalf("got %v", err)
	}
	var one *SyntaxError
	if !errors.As(err, &one) || one.Error() != `line 1, column 19: unknown field "Emial"; did you mean $(Email)?` {
		t.Errorf("got %v", one)
	}
}

// TestStandAlone guards that a script without a record has no fields and is told so.
func TestStandAlone(t *testing.T) {
	t.Parallel()
	if e := firstError(t, "https://a.example/$(Email)", Names{}); e.Code != CodeNoFields {
		t.Errorf("got %v", e)
	}
	mustParse(t, "https://a.example/#(Caller number)", Names{})
}

// TestAmbiguousName guards that a name that fits two fields is not guessed, unless it is exact.
func TestAmbiguousName(t *testing.T) {
	t.Parallel()
	names := Names{Fields: []string{"name", "Name"}}
	if e := firstError(t, "https://a.example/$(NAME)", names); e.Code != CodeAmbiguous {
		t.Errorf("got %v", e)
	}
	if got := mustParse(t, "https://a.example/$(Name)", names).Fields(); !cmp.Equal(got, []string{"Name"}) {
		t.Errorf("got %q", got)
	}
}

// TestAnyField guards that presets get selectors as they are written, filters included.
func TestAnyField(t *testing.T) {
	t.Parallel()
	got := mustParse(t, `https://a.example/$(Id)/$( phones.#(type=="work").number )?a=$(50%25 off)`, Names{AnyField: true})
	if diff := cmp.Diff([]string{"Id", `phones.#(type=="work").number`, "50% off"}, got.Fields()); diff != "" {
		t.Error(diff)
	}
	known := Names{AnyField: true, Options: []string{"option.domain"}}
	if e := firstError(t, "https://$(option.domian)/$(Id)", known); e.Code != CodeUnknownField || e.Suggestion != "$(option.domain)" {
		t.Errorf("got %v", e)
	}
}

// TestSplit guards the pieces presets build their requests from.
func TestSplit(t *testing.T) {
	t.Parallel()
	parts, err := Split(`SELECT $(fields) WHERE $(a.#(b=="c").d) %24%28x%29 #(Caller number | e164)`)
	if err != nil {
		t.Fatal(err)
	}
	for i := range parts {
		parts[i].written = ""
	}
	want := []Part{
		{Kind: Literal, Text: "SELECT ", Offset: 0},
		{Kind: Field, Text: "fields", Offset: 7},
		{Kind: Literal, Text: " WHERE ", Offset: 16},
		{Kind: Field, Text: `a.#(b=="c").d`, Offset: 23},
		{Kind: Literal, Text: " %24%28x%29 ", Offset: 39},
		{Kind: CallInfo, Text: "Caller number", Form: "e164", Offset: 51},
	}
	if diff := cmp.Diff(want, parts, cmp.AllowUnexported(Part{})); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"$(a", "$(a$(b))", "$()", "x #(", "$(a)\n$("} {
		if _, err := Split(text); !errors.As(err, new(SyntaxErrors)) {
			t.Errorf("Split(%q): %v", text, err)
		}
	}
}

// TestBodyMistakes guards that a placeholder stands only where a value can be encoded.
func TestBodyMistakes(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	for text, c := range map[string]struct {
		format Body
		want   Code
	}{
		`{"a": "$(Email)"`:               {JSONBody, CodeBody},
		`{"a": "\$(Email)"}`:             {JSONBody, CodePlace},
		`{$(Email): 1}`:                  {JSONBody, CodeBody},
		`<a><$(Email)/></a>`:             {XMLBody, CodePlace},
		`<a $(Email)="x"/>`:              {XMLBody, CodePlace},
		`<a b=$(Email)/>`:                {XMLBody, CodePlace},
		`<a><![CDATA[$(Email)]]></a>`:    {XMLBody, CodeBody},
		`<!DOCTYPE a><a>$(Email)</a>`:    {XMLBody, CodeBody},
		`<a>$(Email)</b>`:                {XMLBody, CodeBody},
		"a=1&b=\x00":                     {FormBody, CodeControl},
		`{"a": $(Emial), "b": $(Email)}`: {JSONBody, CodeUnknownField},
	} {
		_, err := ParseBody(c.format, text, names)
		var all SyntaxErrors
		if !errors.As(err, &all) || all[0].Code != c.want {
			t.Errorf("%s: got %v, want %s", text, err, c.want)
		}
	}
	bare, err := ParseBody(JSONBody, `{"id": $(Identifier), "q": "$(Email)"}`, names)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := bare.Render(values); err != nil || got != `{"id": 1001, "q": "ada@example.com"}` {
		t.Errorf("got %q, %v", got, err)
	}
	for _, value := range []string{"", "1, 2", `"x"`, "{}", "[]", "1 x"} {
		if got, err := bare.Render(withField(value)); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %q, %v; want it refused", value, got, err)
		}
	}
}
