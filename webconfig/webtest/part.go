package webtest

import (
	"strings"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Part waits for a frame of another site, or a window that was opened by a page, whose address holds a text, and returns it. What is
// done there is done by expressions: a frame has no mouse of its own.
func (b *Tab) Part(kind, address string) *Tab {
	b.t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		all, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, one := range all {
			if string(one.Type) != kind || !strings.Contains(one.URL, address) {
				continue
			}
			ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(one.TargetID))
			b.t.Cleanup(cancel)
			part := &Tab{t: b.t, app: b.app, ctx: ctx, said: b.said}
			part.listen()
			return part
		}
	}
	b.t.Fatalf("waited in vain for a %s at %s", kind, address)
	return nil
}

// Gesture runs statements as if a person had pressed something. What they open may need to be waited for.
func (b *Tab) Gesture(js string) {
	b.t.Helper()
	yes := true
	ask[bool](b, "(setTimeout(() => {"+js+"}), true)", func(p *runtime.EvaluateParams) { p.UserGesture = &yes })
}

// Complains waits until the browser has complained about something, which it may do from then on.
func (b *Tab) Complains(about string) {
	b.t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if b.said.want(about) {
			return
		}
	}
	b.t.Fatalf("the browser does not complain about %s", about)
}
