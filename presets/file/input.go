package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// input is the file at hand, read once through to know its digest and bytes.
type input struct {
	name   string // base name, for messages: a whole path says too much
	file   presets.OpenFile
	size   int64
	digest string
	head   []byte // first bytes, to tell formats apart
	census census
}

func openInput(ctx context.Context, files presets.FileOpener, path string) (*input, error) {
	in := &input{name: filepath.Base(path)}
	if files == nil {
		return nil, failure(in.name, 0, wording.New("file.connection_may_not_read_files", "this connection may not read files"), wording.Text{})
	}
	var err error
	if in.file, err = files.Open(ctx, path); err != nil {
		return nil, openError(in.name, err)
	}
	if info, err := in.file.Stat(); err == nil && path == presets.Uploaded {
		in.name = info.Name()
	}
	if err := in.inspect(ctx); err != nil {
		_ = in.file.Close()
		return nil, err
	}
	return in, nil
}

func openError(name string, err error) error {
	var own *presets.Error
	if errors.As(err, &own) {
		return err
	}
	e := &presets.Error{Op: wording.New("presets.open_name", "open {Name}", "Name", name), Text: wording.New("file.file_cannot_opened", "the file cannot be opened"), Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Text, e.Hint = wording.New("presets.no_such_file", "there is no such file"), wording.New("file.give_whole_path_as_server", "give the whole path, as the server sees it")
	case errors.Is(err, fs.ErrPermission):
		e.Text, e.Hint = wording.New("file.file_may_not_read", "the file may not be read"), wording.New("file.let_server_user_read", "let the server's user read it")
	}
	return e
}

// inspect checks the file's sort and size and reads it through once.
func (in *input) inspect(ctx context.Context) error {
	info, err := in.file.Stat()
	switch {
	case err != nil:
		return openError(in.name, err)
	case !info.Mode().IsRegular():
		return failure(in.name, 0, wording.New("file.no_ordinary_file", "this is no ordinary file"), wording.Text{})
	case info.Size() > maxFile:
		return failure(in.name, 0, wording.New("presets.file_larger", "the file is larger than {MiB} MiB", "MiB", maxFile>>20), wording.New("file.split_into_several_files", "split it into several files"))
	case info.Size() == 0:
		return failure(in.name, 0, wording.New("presets.file_empty", "the file is empty"), wording.Text{})
	}
	in.size = info.Size()
	return in.readThrough(ctx)
}

func (in *input) readThrough(ctx context.Context) error {
	sum := sha256.New()
	buffer := make([]byte, 64<<10)
	r := io.NewSectionReader(in.file, 0, in.size)
	for {
		n, err := io.ReadFull(r, buffer)
		sum.Write(buffer[:n])
		in.census.add(buffer[:n])
		if in.head == nil {
			in.head = append([]byte{}, buffer[:min(n, 4096)]...)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			in.census.end()
			in.digest = hex.EncodeToString(sum.Sum(nil)[:16])
			return nil
		case err != nil:
			return &presets.Error{Op: wording.New("presets.read_file", "read {Name}", "Name", in.name), Text: wording.New("presets.file_cannot_read", "the file cannot be read"), Retry: true, Err: err}
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// bytes reads the file from its beginning.
func (in *input) bytes() io.Reader { return io.NewSectionReader(in.file, 0, in.size) }
