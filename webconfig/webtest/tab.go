package webtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long anything may take before a test says that it waited in vain.
const patience = time.Minute

func needsChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Geteuid() == 0 {
		t.Fatal("chromium is not installed: `make deps` installs it") // nobody should believe that pages were looked at
	}
	t.Skip("SKIPPED: chromium is not installed")
	return ""
}

// Tab is a browser window of its own: it shares no cookies with another tab unless it is made by [Tab.Second].
type Tab struct {
	t    *testing.T
	app  *App
	ctx  context.Context
	said *complaints
}

// complaints is what the browser said against the pages: errors of scripts, refusals of the content security policy.
type complaints struct {
	mu     sync.Mutex
	list   []string
	wanted []string // what complaints may be about
}

func (c *complaints) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, text)
}

// want says what complaints may be about from now on, and tells whether one was.
func (c *complaints) want(about string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.wanted, about) {
		c.wanted = append(c.wanted, about)
	}
	return slices.ContainsFunc(c.list, func(text string) bool { return strings.Contains(text, about) })
}

// unwanted are those about something else.
func (c *complaints) unwanted() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.list), func(text string) bool {
		return slices.ContainsFunc(c.wanted, func(about string) bool { return strings.Contains(text, about) })
	})
}

// Tab opens a window in a browser of its own, which speaks English, is 1280 pixels wide and light. At the end of the test the
// browser must not have complained about any page. flags are further ones of the browser.
func (a *App) Tab(t *testing.T, flags ...string) *Tab {
	t.Helper()
	path := needsChromium(t)
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless,
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("accept-lang", "en"))
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		cancelAlloc()
	})
	b := &Tab{t: t, app: a, ctx: ctx, said: &complaints{}}
	b.listen()
	b.Language("en")
	b.Size(1280, 900)
	t.Cleanup(func() {
		for _, text := range b.said.unwanted() {
			t.Errorf("the browser complained: %s", text)
		}
	})
	return b
}

// Second opens another window of the same browser: it has the same session.
func (b *Tab) Second() *Tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	s := &Tab{t: b.t, app: b.app, ctx: ctx, said: b.said}
	s.listen()
	s.Language("en")
	s.Size(1280, 900)
	return s
}

// listen collects what the browser has to say; that a page was answered with an error is for the test to judge.
func (b *Tab) listen() {
	messages := chromedp.Console(b.ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if (m.IsException() || m.Type == "error") && m.Source != "network" {
				b.said.add(m.String())
			}
		}
	}()
}

// Do runs actions of chromedp, for what has no word of its own here.
func (b *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := b.run(actions...); err != nil {
		b.t.Fatal(err)
	}
}

// run bounds actions in time.
func (b *Tab) run(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// evaluate runs an expression in a page.
func evaluate[T any](b *Tab, js string, options ...chromedp.EvaluateOption) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, options...))
}

// ask is evaluate for what has to work.
func ask[T any](b *Tab, js string, options ...chromedp.EvaluateOption) T {
	b.t.Helper()
	value, err := evaluate[T](b, js, options...)
	if err != nil {
		b.t.Fatalf("%s: %v", firstLine(js), err)
	}
	return value
}

// call sends a command of the protocol.
func call[P, R any](b *Tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.t.Fatal(err)
	}
}

// Size makes the window so large, in CSS pixels.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600,
	})
}

// Dark makes the window prefer dark colours, or light ones.
func (b *Tab) Dark(on bool) {
	b.t.Helper()
	scheme := map[bool]string{true: "dark", false: "light"}[on]
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Language makes the browser ask for a language.
func (b *Tab) Language(tag string) {
	b.t.Helper()
	call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": tag}})
}

// NoScript turns JavaScript off for pages opened from now on.
func (b *Tab) NoScript() {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Open opens a path of the app, or a whole address.
func (b *Tab) Open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.app.URL + path
	}
	b.Do(chromedp.Navigate(path))
}

// Path is where the window is.
func (b *Tab) Path() string {
	b.t.Helper()
	return ask[string](b, `location.pathname + location.search`)
}

// SignIn signs in as the demo's person of that role.
func (b *Tab) SignIn(role string) {
	b.t.Helper()
	for _, u := range b.app.Users {
		if u.Role == role {
			b.SignInAs(u.Email, u.Password)
			return
		}
	}
	b.t.Fatalf("the demo has no %s", role)
}

// SignInAs signs in as somebody.
func (b *Tab) SignInAs(email, password string) {
	b.t.Helper()
	b.Open("/sign-in")
	b.Fill("E-mail address", email)
	b.Fill("Password", password)
	b.Press("Sign in")
	b.Sees("Sign out")
}

// Before runs a script in each page opened from now on, before the page's own.
func (b *Tab) Before(js string) {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// Until waits until an expression is true in the page; what says it for people.
func (b *Tab) Until(what, js string) {
	b.t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		yes, err := evaluate[bool](b, "!!("+js+")")
		if err == nil && yes {
			return
		}
		if errors.Is(err, context.Canceled) { // the browser is gone
			b.t.Fatal(err)
		}
		<-tick.C
	}
	b.t.Fatalf("waited in vain for %s; the page %s says:\n%s", what, b.Path(), b.Text())
}

// Sees waits until the page shows a text.
func (b *Tab) Sees(text string) {
	b.t.Helper()
	b.Until(fmt.Sprintf("%q", text), fmt.Sprintf(`document.readyState !== "loading" && document.body && document.body.innerText.includes(%q)`, text))
}

// Ask is what an expression says in the page, for what has no word of its own here.
func (b *Tab) Ask(js string) string {
	b.t.Helper()
	return ask[string](b, js)
}

// Lacks fails if the page shows a text now.
func (b *Tab) Lacks(text string) {
	b.t.Helper()
	if strings.Contains(b.Text(), text) {
		b.t.Errorf("%s shows %q", b.Path(), text)
	}
}

// Text is what the page shows.
func (b *Tab) Text() string {
	b.t.Helper()
	return ask[string](b, `document.body ? document.body.innerText : ""`)
}

// control is the control with a label, or with an aria-label; its label's text may go on with more.
const control = `(label => {
	const say = e => e.textContent.replace(/\s+/g, " ").trim();
	const all = [...document.querySelectorAll("label")].filter(l => say(l) === label || say(l).startsWith(label + " "));
	const l = all.find(l => say(l) === label) || all[0];
	if (l) return l.control;
	return document.querySelector("[aria-label=" + JSON.stringify(label) + "]");
})(%q)`

// mark gives what an expression finds an attribute by which chromedp finds it.
func (b *Tab) mark(what, js string) chromedp.CSS {
	b.t.Helper()
	b.Until(what, "("+js+")")
	ask[bool](b, `(() => { document.querySelectorAll("[data-webtest]").forEach(e => e.removeAttribute("data-webtest"));
		const e = `+js+`; e.setAttribute("data-webtest", ""); e.scrollIntoView({block: "center"}); return true })()`)
	return "[data-webtest]"
}

// Fill types into the control with that label; a select gets the choice of that value.
func (b *Tab) Fill(label, text string) {
	b.t.Helper()
	js := fmt.Sprintf(control, label)
	at := b.mark("the field "+label, js)
	if ask[string](b, js+`.tagName`) == "SELECT" {
		ask[bool](b, fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true})); return true })(`, text)+js+`)`)
		return
	}
	ask[bool](b, `(e => { e.value = ""; e.dispatchEvent(new Event("input", {bubbles: true})); return true })(`+js+`)`)
	if text != "" {
		b.Do(chromedp.SendKeys(at, text))
	}
}

// Tick clicks the box or radio button with that label.
func (b *Tab) Tick(label string) {
	b.t.Helper()
	b.Do(chromedp.Click(b.mark("the box "+label, fmt.Sprintf(control, label))))
}

// named is a button, link or summary that can be seen and says a text; one that says nothing else is preferred.
const named = `(text => {
	const say = e => (e.getAttribute("aria-label") || e.textContent).replace(/\s+/g, " ").trim();
	const all = [...document.querySelectorAll("button, a[href], summary, [role=button], input[type=submit]")]
		.filter(e => e.checkVisibility() && !e.disabled);
	const main = e => e.closest("main") ? 0 : 1;
	return all.filter(e => say(e) === text).sort((a, b) => main(a) - main(b))[0] || all.filter(e => say(e).includes(text)).sort((a, b) => main(a) - main(b))[0];
})(%q)`

// Click clicks a button, link or summary that stays on the page.
func (b *Tab) Click(text string) {
	b.t.Helper()
	b.Do(chromedp.Click(b.mark("the button "+text, fmt.Sprintf(named, text))))
}

// Press clicks a button or link that leads to a page, and waits for it.
func (b *Tab) Press(text string) {
	b.t.Helper()
	at := b.mark("the button "+text, fmt.Sprintf(named, text))
	ask[bool](b, `!document.documentElement.setAttribute("data-webtest-before", "")`)
	b.Do(chromedp.Click(at))
	b.Until("the page behind "+text, `document.readyState === "complete" && !document.documentElement.hasAttribute("data-webtest-before")`)
}

// Reach presses the Tab key until the control, button, link or summary with that text, label or name has the focus, as somebody
// without a mouse does.
func (b *Tab) Reach(text string) {
	b.t.Helper()
	for range 120 {
		b.Keys(kb.Tab)
		if ask[bool](b, fmt.Sprintf(`(text => { const e = document.activeElement; if (!e || e === document.body) return false;
			const say = t => (t || "").replace(/\s+/g, " ").trim();
			const names = [e.getAttribute("aria-label"), e.textContent, ...[...(e.labels || [])].map(l => l.textContent)].map(say);
			return names.some(n => n === text || n.startsWith(text + " ")) })(%q)`, text)) {
			return
		}
	}
	b.t.Fatalf("%s: the Tab key does not reach %q", b.Path(), text)
}

// Keys types, at what has the focus.
func (b *Tab) Keys(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys))
}

// Follow reaches a button or link with the Tab key, presses Enter, and waits for the page it leads to.
func (b *Tab) Follow(text string) {
	b.t.Helper()
	b.Reach(text)
	ask[bool](b, `!document.documentElement.setAttribute("data-webtest-before", "")`)
	b.Keys(kb.Enter)
	b.Until("the page behind "+text, `document.readyState === "complete" && !document.documentElement.hasAttribute("data-webtest-before")`)
}

// Fits fails if the page scrolls sideways.
func (b *Tab) Fits() {
	b.t.Helper()
	wide := ask[string](b, `(() => { const w = document.documentElement.clientWidth; if (document.documentElement.scrollWidth <= w) return "";
		const e = [...document.querySelectorAll("body *")].find(e => e.getBoundingClientRect().right > w + 1 && !e.closest(".skip, .hidden-text"));
		return document.documentElement.scrollWidth + " px: " + (e ? e.outerHTML.slice(0, 200) : "?") })()`)
	if wide != "" {
		b.t.Errorf("%s scrolls sideways: %s", b.Path(), wide)
	}
}

// Picture writes what the whole page looks like to a PNG file.
func (b *Tab) Picture(file string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	b.keep(file, raw, err)
}

// PictureOf leaves a picture of the part of the page that a selector finds.
func (b *Tab) PictureOf(css, file string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(css)))
	b.keep(file, raw, err)
}

func (b *Tab) keep(file string, raw []byte, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
