package wording

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed nl/*.json
var files embed.FS

// Languages are those there are texts in besides English.
func Languages() []string { return []string{"nl"} }

// tables are the texts by language and key. Files that cannot be read are left out, which a test would have found.
var tables = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range Languages() {
		all[lang] = map[string]string{}
		names, _ := fs.Glob(files, lang+"/*.json")
		for _, name := range names {
			one, _ := read(name)
			for key, text := range one {
				if strings.HasPrefix(key, strings.TrimSuffix(path.Base(name), ".json")+".") {
					all[lang][key] = text
				}
			}
		}
	}
	return all
})

func read(name string) (map[string]string, error) {
	raw, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	one := map[string]string{}
	return one, json.Unmarshal(raw, &one)
}
