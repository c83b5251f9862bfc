package catalog

import (
	"embed"
	"io/fs"
)

//go:embed *
var files embed.FS

// FS is the folders of all presets.
func FS() fs.FS { return files }
