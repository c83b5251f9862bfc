package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/presets/shelf"
)

func newPresetAdd() *cobra.Command {
	return dataFlags(&cobra.Command{
		Use: "add FOLDER|ARCHIVE", Short: "Upload a preset of your own, a folder, zip or tar.gz; again replaces it", Args: takes("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			archive, err := archiveOf(args[0])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var added struct {
					ID string `json:"id"`
				}
				if err := c.putPreset(ctx, path("presets", presetIDOf(args[0], archive)), archive, &added); err != nil {
					return err
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	})
}

func newPresetRemove() *cobra.Command {
	return dataFlags(&cobra.Command{
		Use: "remove ID", Short: "Remove an uploaded preset that no integration has", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodDelete, path("presets", args[0]), nil, nil)
			})
		},
	})
}

// archiveOf is an archive as it is, or a folder as one.
func archiveOf(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return zipFolder(os.DirFS(name), name)
	}
	if info.Size() > shelf.MaxArchive {
		return nil, fmt.Errorf("%s is larger than %d MiB", name, shelf.MaxArchive>>20)
	}
	return os.ReadFile(name)
}

// zipFolder packs a preset's folder without what editors and version control keep in it.
func zipFolder(fsys fs.FS, name string) ([]byte, error) {
	if _, err := fs.Stat(fsys, "preset.yaml"); err != nil {
		return nil, fmt.Errorf("%s holds no preset.yaml", name)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p != "." && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(d.Name(), "~"):
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is no file but a link or device", filepath.Join(name, p))
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		to, err := w.Create(p)
		if err != nil {
			return err
		}
		_, err = to.Write(text)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

var presetID = regexp.MustCompile(`(?m)^id:[ \t]*["']?([A-Za-z0-9_-]+)`)

// presetIDOf is the id a preset's own text gives it, else the name of its file.
func presetIDOf(name string, archive []byte) string {
	if r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive))); err == nil {
		for _, f := range r.File {
			if filepath.Base(f.Name) != "preset.yaml" {
				continue
			}
			if content, err := f.Open(); err == nil {
				text, _ := io.ReadAll(io.LimitReader(content, 64<<10)) // what is wrong with it, the server says
				_ = content.Close()
				if m := presetID.FindSubmatch(text); m != nil {
					return string(m[1])
				}
			}
		}
	}
	base, _, _ := strings.Cut(filepath.Base(name), ".")
	return base
}

// putPreset sends an archive and reads the answer into out.
func (c *client) putPreset(ctx context.Context, path string, archive []byte, out any) error {
	resp, err := c.sendBody(ctx, http.MethodPut, path, "application/zip", bytes.NewReader(archive))
	if err != nil {
		return err
	}
	return readAnswer(resp, out)
}
