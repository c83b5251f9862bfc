package presets

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
)

// Load reads the preset in folder dir of fsys and checks everything that can be
// said without its kind; [LoadChecked] adds the rest. With lints the preset is whatever
// could be read, nil if that is nothing; it is not fit for use.
func Load(fsys fs.FS, dir string) (*Preset, []Lint) {
	p, lints := read(fsys, dir)
	if p == nil {
		return nil, lints
	}
	return p, sortLints(append(lints, p.lint(path.Base(dir))...))
}

// read is Load with nothing checked but that the texts can be read as a preset's.
func read(fsys fs.FS, dir string) (*Preset, []Lint) {
	sub, err := fs.Sub(fsys, dir)
	file := path.Join(dir, "preset.yaml")
	if err != nil {
		return nil, []Lint{{File: file, Text: err.Error()}}
	}
	text, lint := readFile(sub, "preset.yaml", file)
	if lint != nil {
		return nil, []Lint{*lint}
	}
	doc, body := readDocument(file, text)
	if body == nil {
		return nil, doc.lints
	}
	p := &Preset{FS: sub, source: doc}
	doc.decode(body, reflect.ValueOf(p).Elem(), "")
	p.noteOptions()
	p.loadIcon(dir)
	p.loadTranslations(dir)
	return p, doc.lints
}

// readFile reads a whole file of a preset's folder, within bounds.
func readFile(fsys fs.FS, name, shown string) ([]byte, *Lint) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, &Lint{File: shown, Text: "there is no such file"}
	case info.Size() > maxFixture:
		return nil, &Lint{File: shown, Text: fmt.Sprintf("the file is larger than %d MiB", maxFixture>>20)}
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, &Lint{File: shown, Text: "the file cannot be read"}
	}
	return text, nil
}

// maxFixture bounds each file of a preset's folder.
const maxFixture = 8 << 20

// iconDanger is what an SVG shown in the wizard may not hold: code, foreign
// content, other files.
var iconDanger = regexp.MustCompile(`(?i)<script|<foreignobject|<!doctype|<!entity|\son[a-z]+\s*=|href\s*=\s*["'][^#]|url\(\s*[^#)]|@import`)

func (p *Preset) loadIcon(dir string) {
	name := path.Join(dir, "icon.svg")
	text, lint := readFile(p.FS, "icon.svg", name)
	if lint != nil {
		lint.Text, lint.Hint = "the icon is missing", "put an icon.svg beside preset.yaml"
		p.source.lints = append(p.source.lints, *lint)
		return
	}
	if len(text) > 32<<10 || iconDanger.Match(text) || !regexp.MustCompile(`(?i)<svg[\s>/]`).Match(text) {
		p.source.lints = append(p.source.lints, Lint{File: name, Text: "the icon is no plain SVG drawing of at most 32 KiB", Hint: "leave out scripts, events and links to other files"})
		return
	}
	p.Icon = text
}
