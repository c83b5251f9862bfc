package presets

import "testing"

// Promise: a record counts as deleted exactly where the preset's condition says so, however the CRM writes it.
func TestCondition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, record string
		want, bad    bool
	}{
		{`deleted`, `{"deleted":"1"}`, true, false},
		{`deleted`, `{"deleted":"0"}`, false, false},
		{`"@removed"`, `{"@removed":{"reason":"deleted"}}`, true, false},
		{`deleted`, `{}`, false, false},
		{`active == false`, `{"active":false}`, true, false},
		{`active == false`, `{"active":true}`, false, false},
		{`active == false`, `{}`, false, false},
		{`status=="deactivated"`, `{"status":"deactivated"}`, true, false},
		{`status != "active"`, `{"status":"active"}`, false, false},
		{`a.b == 3`, `{"a":{"b":3}}`, true, false},
		{`status == deactivated`, `{}`, false, true},
		{`status = "x"`, `{}`, false, true},
		{`a == "x" || b`, `{}`, false, true},
	} {
		cond, err := ParseCondition(c.text)
		v, _ := ParseValue([]byte(c.record))
		if (err != nil) != c.bad || cond.Of(v) != c.want {
			t.Errorf("%s of %s is %v, %v", c.text, c.record, cond.Of(v), err)
		}
	}
}
