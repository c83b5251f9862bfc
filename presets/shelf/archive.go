package shelf

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Bounds of an archive. A preset with all its fixtures is some hundred KiB.
const (
	MaxArchive = 4 << 20  // bytes as sent
	maxFiles   = 400      // entries, ignored ones and folders too
	maxFile    = 8 << 20  // bytes of one file
	maxFolder  = 24 << 20 // bytes of all
	maxName    = 150      // characters of a path
	maxDepth   = 4        // folders inside each other
)

// ErrArchive means an archive that is not one preset's folder; the text says why.
var ErrArchive = errors.New("the archive cannot be used")

// files are the files of a preset's folder by their paths in it.
type files map[string][]byte

// unpack reads the folder of one preset out of a zip, or a tar that gzip has packed.
func unpack(archive []byte) (files, error) {
	u := &unpacking{all: files{}}
	var err error
	switch {
	case len(archive) > MaxArchive:
		err = fmt.Errorf("it is larger than %d MiB", MaxArchive>>20)
	case bytes.HasPrefix(archive, []byte("PK\x03\x04")):
		err = u.zip(archive)
	case bytes.HasPrefix(archive, []byte("\x1f\x8b")):
		err = u.tar(archive)
	default:
		err = errors.New("it is neither a zip nor a tar.gz")
	}
	if err == nil {
		err = u.enter()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArchive, err)
	}
	return u.all, nil
}

type unpacking struct {
	all     files
	entries int
	size    int
}

func (u *unpacking) zip(archive []byte) error {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return errors.New("the zip is damaged")
	}
	for _, f := range r.File {
		if f.Mode().IsDir() || strings.HasSuffix(f.Name, "/") {
			if err := u.count(); err != nil {
				return err
			}
			continue
		}
		if !f.Mode().IsRegular() {
			return fmt.Errorf("%.100q is no file but a link or device", f.Name)
		}
		content, err := f.Open()
		if err != nil {
			return fmt.Errorf("%.100q is packed in a way that is not understood", f.Name)
		}
		if err := errors.Join(u.add(f.Name, content), content.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacking) tar(archive []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return errors.New("the tar.gz is damaged")
	}
	defer func() { _ = z.Close() }()
	r := tar.NewReader(io.LimitReader(z, 2*maxFolder))
	for {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errors.New("the tar.gz is damaged or too large")
		}
		switch head.Typeflag {
		case tar.TypeDir:
			err = u.count()
		case tar.TypeReg:
			err = u.add(head.Name, r)
		default:
			err = fmt.Errorf("%.100q is no file but a link or device", head.Name)
		}
		if err != nil {
			return err
		}
	}
}

func (u *unpacking) count() error {
	if u.entries++; u.entries > maxFiles {
		return fmt.Errorf("it has more than %d entries", maxFiles)
	}
	return nil
}

// part is what a folder or file may be called.
var part = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._ -]*$`)

// add reads one file, as far as there is room.
func (u *unpacking) add(name string, content io.Reader) error {
	if err := u.count(); err != nil || isLitter(name) {
		return err
	}
	name = strings.TrimPrefix(name, "./")
	parts := strings.Split(name, "/")
	bad := slices.ContainsFunc(parts, func(p string) bool { return !part.MatchString(p) })
	switch {
	case bad || !fs.ValidPath(name) || len(name) > maxName || len(parts) > maxDepth:
		return fmt.Errorf("%.100q is no name of a file in a preset's folder", name)
	case u.all[name] != nil:
		return fmt.Errorf("%q is in it twice", name)
	}
	text, err := io.ReadAll(io.LimitReader(content, maxFile+1))
	switch {
	case err != nil:
		return fmt.Errorf("%q is damaged", name)
	case len(text) > maxFile:
		return fmt.Errorf("%q is larger than %d MiB", name, maxFile>>20)
	}
	if u.size += len(text); u.size > maxFolder {
		return fmt.Errorf("it holds more than %d MiB", maxFolder>>20)
	}
	u.all[name] = append([]byte{}, text...)
	return nil
}

// isLitter tells what file managers leave in archives.
func isLitter(name string) bool {
	base := path.Base(name)
	return base == ".DS_Store" || base == "Thumbs.db" || strings.HasPrefix(name, "__MACOSX/")
}

// enter takes off the folder the preset lies in, if it does.
func (u *unpacking) enter() error {
	if u.all["preset.yaml"] != nil {
		return nil
	}
	folder := ""
	for _, name := range slices.Sorted(maps.Keys(u.all)) {
		top, _, inside := strings.Cut(name, "/")
		if !inside || folder != "" && top != folder {
			return errors.New("preset.yaml is neither at its top nor in the only folder there")
		}
		folder = top
	}
	if u.all[folder+"/preset.yaml"] == nil {
		return errors.New("it has no preset.yaml")
	}
	entered := files{}
	for name, text := range u.all {
		entered[strings.TrimPrefix(name, folder+"/")] = text
	}
	u.all = entered
	return nil
}

// pack writes the files below a folder into a zip that is always the same for the same files.
func (f files) pack(folder string) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		to, err := w.CreateHeader(&zip.FileHeader{Name: folder + "/" + name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(f[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
