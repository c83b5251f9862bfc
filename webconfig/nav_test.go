package webconfig

import (
	"strings"
	"testing"
)

// TestShortNavigation guards that of many integrations the navigation lists the present one and those that need somebody, in their
// order.
func TestShortNavigation(t *testing.T) {
	n := nav{path: "/integrations/i40"}
	for i := range 50 {
		one := navIntegration{ID: "i" + string(rune('0'+i/10)) + string(rune('0'+i%10)), Dot: "good"}
		if i == 20 || i == 30 {
			one.Dot = "bad"
		}
		n.Integrations = append(n.Integrations, one)
	}
	var got []string
	for _, i := range n.short() {
		got = append(got, i.ID)
	}
	if want := "i00 i01 i02 i03 i04 i05 i06 i07 i08 i09 i10 i11 i20 i30 i40"; strings.Join(got, " ") != want {
		t.Errorf("it lists %v, not %s", got, want)
	}
}
