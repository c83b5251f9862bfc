package presettest

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/ldaptest"
)

// directoryOf is an LDAP server in memory with the entries of a test's .ldif files. It answers every run alike: a test is
// of what is made of entries, not of how they came.
func directoryOf(p *presets.Preset, t presets.Test) (*ldaptest.Server, error) {
	server := &ldaptest.Server{}
	for _, name := range t.Exchange {
		if path.Ext(name) != ".ldif" {
			continue
		}
		text, err := fs.ReadFile(p.FS, name)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read", name)
		}
		entries, err := ldaptest.ParseLDIF(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		server.Entries = append(server.Entries, entries...)
	}
	return server, nil
}
