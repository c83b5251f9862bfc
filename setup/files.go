package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// checkPaths refuses files outside the import folder, unless a command on this machine named them, and names that depend
// on the folder this process happens to run in.
func (s *Setup) checkPaths(p *presets.Preset, i *tenant.Integration) error {
	if p.Kind == "file" && i.Options["path"] != "" && i.Options["url"] != "" {
		return option.Problems{{Option: "url", Code: option.CodeMalformed, Text: wording.New("presets.path_name_two_files", "and path name two files"), Hint: wording.New("presets.leave_one_them_empty", "leave one of them empty")}}
	}
	for _, o := range p.Options {
		text := i.Options[o.Name]
		if o.Kind() != option.Path || text == "" || filepath.IsAbs(text) && (i.PathsTrusted || s.below(text)) {
			continue
		}
		problem := option.Problem{
			Option: o.Name, Code: option.CodeMalformed, Text: wording.New("setup.names_file_server_may_not", "names a file this server may not read"),
			Hint: wording.New("setup.files_must_lie_operator_import", "files must lie in the operator's import folder (--import-dir); ask the operator for its place"),
		}
		if !filepath.IsAbs(text) {
			problem.Text, problem.Hint = wording.New("setup.not_whole_path_file", "is not the whole path of a file"), wording.New("setup.begin", "begin with /")
		}
		return option.Problems{problem}
	}
	return nil
}

func (s *Setup) below(path string) bool {
	if s.d.ImportDir == "" {
		return false
	}
	rel, err := filepath.Rel(s.d.ImportDir, path)
	return err == nil && filepath.IsLocal(rel)
}

// files opens what an integration may read: anything a command named, else only below the import folder, where
// links that lead out of it are refused by the kernel's own rules (os.Root).
type files struct {
	trusted bool
	dir     string

	uploads     *upload.Store
	tenant      tenant.ID
	integration tenant.IntegrationID
	slots       []upload.Slot // in order of preference
}

func (f files) Open(_ context.Context, path string) (presets.OpenFile, error) {
	if path == presets.Uploaded && f.uploads != nil {
		return f.uploaded()
	}
	file, err := f.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &presets.Error{Op: wording.New("setup.open_value", "open {Value}", "Value", filepath.Base(path)), Text: wording.New("presets.no_such_file", "there is no such file"), Hint: wording.New("setup.check_path_file_not_moved", "check the path, and that the file was not moved"), Err: err}
	}
	if err != nil {
		return nil, &presets.Error{Op: wording.New("setup.open_value", "open {Value}", "Value", filepath.Base(path)), Text: wording.New("presets.file_cannot_read", "the file cannot be read"), Hint: wording.New("setup.check_server_user_may_read", "check that the server's user may read it"), Err: err}
	}
	return file, nil
}

// readOnly does not wait for a writer where the path is a pipe, which is refused once it is open. Files ignore the rest.
const readOnly = os.O_RDONLY | syscall.O_NONBLOCK

func (f files) open(path string) (*os.File, error) {
	if f.trusted {
		return os.OpenFile(path, readOnly, 0)
	}
	if f.dir == "" {
		return nil, fmt.Errorf("no import folder: %w", fs.ErrPermission)
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	rel, err := filepath.Rel(f.dir, path)
	if err != nil {
		return nil, err
	}
	return root.OpenFile(rel, readOnly, 0)
}

// FileInfo is how the file on this machine is that an integration reads, nil if it reads none. It may look only where a
// synchronisation may.
func (s *Setup) FileInfo(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (fs.FileInfo, error) {
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return nil, err
	}
	if p, ok := s.d.Catalog.Get(i.Preset); !ok || i.Pushed || !p.ReadsPath(i.Options) {
		return nil, nil
	}
	file, err := files{trusted: i.PathsTrusted, dir: s.d.ImportDir}.open(i.Options["path"])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}
