package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/setup"
)

func newPreset() *cobra.Command {
	return group("preset", "The catalogue of CRMs, and tools to write a description of your own",
		newPresetList(), newPresetShow(), newPresetLint(), newPresetTest(), newPresetDocs(), newPresetSchema(), newPresetAdd(), newPresetRemove())
}

func presetsFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().String("presets", os.Getenv("RINGDEX_PRESETS"), "folder with presets of your own")
	return cmd
}

func catalogOf(cmd *cobra.Command) (*presets.Catalog, error) {
	own, _ := cmd.Flags().GetString("presets")
	return openCatalog(own)
}

// uploadedFlag lets a command also know what was uploaded to a data folder.
func uploadedFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().String("data", cmp.Or(os.Getenv("RINGDEX_DATA"), defaultData), "data folder, whose uploaded presets are shown too")
	return presetsFlag(cmd)
}

// wholeCatalog is catalogOf with the uploaded presets.
func wholeCatalog(cmd *cobra.Command) (*presets.Catalog, error) {
	c, err := catalogOf(cmd)
	if err != nil {
		return nil, err
	}
	dir, _ := cmd.Flags().GetString("data")
	_, lints, err := shelf.Open(filepath.Join(dir, presetsDir), c)
	for _, l := range lints {
		warn(cmd, "An uploaded preset cannot be used: %s", l.Error())
	}
	return c, err
}

func newPresetList() *cobra.Command {
	return jsonFlag(uploadedFlag(&cobra.Command{
		Use: "list", Short: "List presets", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := wholeCatalog(cmd)
			if err != nil {
				return err
			}
			type row struct {
				ID       string `json:"id"`
				Name     string `json:"name"`
				Kind     string `json:"kind"`
				Maturity string `json:"maturity"`
				Verified string `json:"verified"`
				Summary  string `json:"summary"`
			}
			all := []row{}
			var rows [][]string
			for _, p := range c.All() {
				r := row{p.ID, p.Name, p.Kind, p.Maturity, p.Verified.How, p.Summary}
				all = append(all, r)
				rows = append(rows, []string{r.ID, r.Name, r.Kind, r.Maturity, r.Verified, r.Summary})
			}
			return list(cmd, all, []string{"ID", "NAME", "KIND", "MATURITY", "VERIFIED", "SUMMARY"}, rows)
		},
	}))
}

func newPresetShow() *cobra.Command {
	return jsonFlag(uploadedFlag(&cobra.Command{
		Use: "show PRESET", Short: "Show how to set a preset up and which options it has", Args: takes("PRESET"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := wholeCatalog(cmd)
			if err != nil {
				return err
			}
			p, ok := c.Get(args[0])
			if !ok {
				return noPreset(c, args[0])
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{
					"id": p.ID, "name": p.Name, "summary": p.Summary, "kind": p.Kind, "maturity": p.Maturity, "verified": p.Verified,
					"docs": p.Docs, "setup": p.Setup, "options": p.Options, "common_options": setup.Common(), "notification": p.Notification, "scripts": p.Scripts,
				})
			}
			say(cmd, "%s", presets.Markdown(p))
			say(cmd, "## Options every integration has\n\n%s", setup.Common().Markdown())
			return nil
		},
	}))
}

func noPreset(c *presets.Catalog, id string) error {
	if near := c.Nearest(id); near != "" {
		return fmt.Errorf("there is no preset %q; did you mean %s?", id, near)
	}
	return fmt.Errorf("there is no preset %q; `ringdex preset list` shows all", id)
}

// presetFolders are the presets a command is about: folders named as arguments, one preset or many each, or the catalogue.
func presetFolders(args []string) ([]presetFolder, error) {
	if len(args) == 0 {
		return foldersIn(catalog.FS(), "")
	}
	var all []presetFolder
	for _, arg := range args {
		abs, err := filepath.Abs(arg)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(filepath.Join(abs, "preset.yaml")); err == nil {
			all = append(all, presetFolder{os.DirFS(filepath.Dir(abs)), filepath.Base(abs), arg})
			continue
		}
		inside, err := foldersIn(os.DirFS(abs), arg)
		if err != nil {
			return nil, err
		}
		all = append(all, inside...)
	}
	return all, nil
}

type presetFolder struct {
	fs   fs.FS
	dir  string
	path string // as it was given; "" in the built-in catalogue
}

// shown is the argument that names the folder.
func (f presetFolder) shown() string {
	if f.path == "" {
		return "presets/catalog/" + f.dir
	}
	return f.path
}

func foldersIn(fsys fs.FS, name string) ([]presetFolder, error) {
	found, err := fs.Glob(fsys, "*/preset.yaml")
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no preset: expected preset.yaml in it, or in folders of it", name)
	}
	var all []presetFolder
	for _, f := range found {
		one := presetFolder{fs: fsys, dir: filepath.Dir(f)}
		if name != "" {
			one.path = filepath.Join(name, one.dir)
		}
		all = append(all, one)
	}
	return all, nil
}

func newPresetLint() *cobra.Command {
	return &cobra.Command{
		Use: "lint [FOLDER ...]", Short: "Check presets: your folders, or the built-in catalogue",
		RunE: func(cmd *cobra.Command, args []string) error {
			folders, err := presetFolders(args)
			if err != nil {
				return err
			}
			mistakes := 0
			for _, f := range folders {
				_, lints := presets.LoadChecked(f.fs, f.dir, kinds())
				for _, l := range lints {
					say(cmd, "%s", l)
				}
				mistakes += len(lints)
			}
			say(cmd, "%d presets, %d mistakes", len(folders), mistakes)
			if mistakes > 0 {
				return &quietError{}
			}
			return nil
		},
	}
}
