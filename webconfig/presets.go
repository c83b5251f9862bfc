package webconfig

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) presetsRoutes() []route {
	return []route{
		get("/presets", needAbove, w.listPresets),
		get("/presets/:preset", needAbove, w.showPreset),
		post("/presets/:preset", needAbove, w.setPreset),
	}
}

// presetsShown is the list of presets with how they do.
type presetsShown struct{ Presets []presetRow }

type presetRow struct {
	ID, Name, Icon, Summary, Maturity string
	Options                           bool // it has options the operator sets once for all
	Set                               bool // and they are set
	Integrations, Trouble             int
}

func (w *Web) listPresets(q *request) error {
	counts, err := w.presetUse(q.ctx(), q.by)
	if err != nil {
		return err
	}
	var shown presetsShown
	for _, p := range w.Catalog.All() {
		row := presetRow{
			ID: p.ID, Name: nameIn(p, q.words.Lang), Icon: w.presetIcon(p.ID), Summary: summaryIn(p, q.words.Lang), Maturity: p.Maturity,
			Options: len(p.Options.At(option.Operator)) > 0, Integrations: counts[p.ID].all, Trouble: counts[p.ID].trouble,
		}
		if row.Options {
			set, err := w.Directory.PresetOptionsSet(q.ctx(), q.home.ID, p.ID)
			if err != nil {
				return err
			}
			row.Set = len(set) > 0
		}
		shown.Presets = append(shown.Presets, row)
	}
	slices.SortStableFunc(shown.Presets, func(a, b presetRow) int {
		if (a.Trouble > 0) != (b.Trouble > 0) {
			return map[bool]int{true: -1, false: 1}[a.Trouble > 0]
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return q.show("presets", "presets.title", shown)
}

type presetCount struct{ all, trouble int }

// presetUse counts integrations by preset over all tenants in reach.
func (w *Web) presetUse(ctx context.Context, by tenant.Actor) (map[string]presetCount, error) {
	accounts, err := w.Directory.Accounts(ctx, by)
	if err != nil {
		return nil, err
	}
	counts := map[string]presetCount{}
	for _, a := range accounts {
		if a.Kind != tenant.KindTenant {
			continue
		}
		all, err := w.surveyed(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			c := counts[i.Preset]
			c.all++
			dot, _, err := w.condition(i)
			if err != nil {
				return nil, err
			}
			if troubled(dot) {
				c.trouble++
			}
			counts[i.Preset] = c
		}
	}
	return counts, nil
}

// nameIn is what a preset is called in a language.
func nameIn(p *presets.Preset, lang string) string {
	if t, ok := p.Translations[lang]; ok && t.Name != "" {
		return t.Name
	}
	return p.Name
}

// summaryIn is a preset's sentence in a language, English where it has no other.
func summaryIn(p *presets.Preset, lang string) string {
	if t, ok := p.Translations[lang]; ok && t.Summary != "" {
		return t.Summary
	}
	return p.Summary
}

// presetShown is what the operator sets once for all tenants of a preset.
type presetShown struct {
	ID, Callback string
	Form         form
	Set          bool // something is
}

func (w *Web) showPreset(q *request) error { return w.presetPage(q, http.StatusOK, nil, nil) }

// presetPage shows an account's own values of texts; secrets only say since when they are set.
func (w *Web) presetPage(q *request, status int, values map[string]string, failed error) error {
	p, ok := w.Catalog.Get(q.pathParam("preset"))
	if !ok {
		return tenant.ErrNotFound
	}
	since, err := w.Directory.PresetOptionsSet(q.ctx(), q.home.ID, p.ID)
	if err != nil {
		return err
	}
	if values == nil {
		if values, err = w.presetTexts(q.ctx(), q.home.ID, p, since); err != nil {
			return err
		}
	}
	set := p.Options.At(option.Operator)
	f := q.form(notRequired(set), formInput{Values: values, Secrets: since, Err: failed, Words: presetWords(p, q.words.Lang)})
	shown := presetShown{ID: p.ID, Form: f, Callback: w.Setup.CallbackURL(), Set: len(since) > 0}
	if len(set) == 0 {
		shown.Form = form{}
	}
	return q.showStatus(status, "preset", p.Name, shown)
}

func (w *Web) presetTexts(ctx context.Context, account tenant.ID, p *presets.Preset, since map[string]time.Time) (map[string]string, error) {
	all, err := w.Directory.PresetOptions(ctx, account, p.ID)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, value := range all {
		o, known := p.Options.Find(name)
		if _, own := since[name]; known && own && !o.IsSecret() {
			texts[name] = value.Reveal()
		}
	}
	return texts, nil
}

// notRequired lets the operator leave them empty: then each tenant brings its own.
func notRequired(set option.Set) option.Set {
	out := slices.Clone(set)
	for i := range out {
		out[i].Required = false
	}
	return out
}

// presetWords are a preset's options in a language.
func presetWords(p *presets.Preset, lang string) func(option.Option) option.Option {
	texts := p.Translations[lang].Options
	return func(o option.Option) option.Option {
		t, ok := texts[o.Name]
		if !ok {
			return o
		}
		if t.Title != "" {
			o.Title = t.Title
		}
		if t.Help != "" {
			o.Help = t.Help
		}
		o.Choices = slices.Clone(o.Choices)
		for i, c := range o.Choices {
			if title := t.Choices[c.Value]; title != "" {
				o.Choices[i].Title = title
			}
		}
		return o
	}
}

func (w *Web) setPreset(q *request) error {
	p, ok := w.Catalog.Get(q.pathParam("preset"))
	if !ok {
		return tenant.ErrNotFound
	}
	set := p.Options.At(option.Operator)
	values := q.values(set)
	checked, err := notRequired(set).Change(values)
	if err != nil {
		return w.presetPage(q, http.StatusUnprocessableEntity, values, err)
	}
	change := map[string]tenant.Secret{}
	for name, text := range checked {
		change[name] = tenant.NewSecret(text)
	}
	if q.FormValue("forget") != "" {
		change = map[string]tenant.Secret{}
		for _, o := range set {
			change[o.Name] = tenant.NewSecret("")
		}
	}
	if err := w.Directory.SetPresetOptions(q.ctx(), q.by, q.home.ID, p.ID, change); err != nil {
		return err
	}
	return q.see("/presets", "presets.saved", "Name", p.Name)
}
