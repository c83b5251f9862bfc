package upload

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// A sealed file is
//
//	"RXF1" | id (26 bytes) | length (2 bytes) | about, sealed | pieces, sealed
//
// A piece is 64 KiB but for the last one. Each is sealed with where it belongs: tenant, integration, file, number, and whether it is
// the last. So pieces cannot be exchanged, and a file that was cut does not open.
const (
	magic     = "RXF1"
	idLength  = 26
	headSize  = len(magic) + idLength + 2
	pieceSize = 64 << 10
)

// placed is whose file it is, and the key that seals it.
type placed struct {
	key         [32]byte
	tenant      tenant.ID
	integration tenant.IntegrationID
	id          string
}

func (p placed) ad(piece int64, last bool) []byte {
	return fmt.Appendf(nil, "upload\n%s\n%s\n%s\n%d %t", p.tenant, p.integration, p.id, piece, last)
}

// about is piece -1: it says what the file was called.
const about = -1

// seal writes a file and returns how long it is.
func seal(ctx context.Context, to io.Writer, p placed, info Info, from io.Reader) (size int64, err error) {
	raw, err := json.Marshal(info) // without its size, which the pieces tell
	if err != nil {
		return 0, err
	}
	sealed := tenant.Seal(p.key, raw, p.ad(about, false))
	head := append([]byte(magic), p.id...)
	head = binary.BigEndian.AppendUint16(head, uint16(len(sealed)))
	if _, err := to.Write(append(head, sealed...)); err != nil {
		return 0, err
	}
	in := bufio.NewReaderSize(io.LimitReader(from, MaxSize+1), pieceSize)
	piece := make([]byte, pieceSize)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(in, piece)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return size, fmt.Errorf("the upload broke off: %w", err)
		}
		size += int64(got)
		switch {
		case ctx.Err() != nil:
			return size, ctx.Err()
		case size == 0:
			return size, ErrEmpty
		case size > MaxSize:
			return size, ErrTooLarge
		}
		_, end := in.Peek(1)
		if end != nil && !errors.Is(end, io.EOF) {
			return size, fmt.Errorf("the upload broke off: %w", end)
		}
		if _, err := to.Write(tenant.Seal(p.key, piece[:got], p.ad(n, end != nil))); err != nil {
			return size, err
		}
		if end != nil {
			return size, nil
		}
	}
}

// File is an opened file. It may be read from any place by one goroutine at a time, or by several through ReadAt.
type File struct {
	from  *os.File
	p     placed
	about Info
	start int64 // where the pieces begin
	count int64 // of pieces
	at    int64 // where Read is

	mu    sync.Mutex
	held  int64 // number of the piece that was opened last, -1 for none
	piece []byte
}

// unseal opens a file, its last piece too: a file that was cut is noticed before anything is read from it.
func unseal(f *os.File, p placed) (*File, error) {
	head := make([]byte, headSize)
	if _, err := f.ReadAt(head, 0); err != nil || string(head[:len(magic)]) != magic {
		return nil, tenant.ErrDamaged
	}
	p.id = string(head[len(magic) : headSize-2])
	sealed := make([]byte, binary.BigEndian.Uint16(head[headSize-2:]))
	if _, err := f.ReadAt(sealed, int64(headSize)); err != nil {
		return nil, tenant.ErrDamaged
	}
	out := &File{from: f, p: p, start: int64(headSize + len(sealed)), held: -1}
	raw, err := tenant.Unseal(p.key, sealed, p.ad(about, false))
	if err == nil {
		err = json.Unmarshal(raw, &out.about)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const whole = pieceSize + tenant.Overhead
	pieces := info.Size() - out.start
	out.count = (pieces + whole - 1) / whole
	out.about.Size = pieces - out.count*tenant.Overhead
	if out.count == 0 || out.about.Size <= 0 {
		return nil, tenant.ErrDamaged
	}
	_, err = out.open(out.count - 1)
	return out, err
}

// open returns a piece. The caller holds mu, or nobody else has the file yet.
func (f *File) open(n int64) ([]byte, error) {
	if n == f.held {
		return f.piece, nil
	}
	const whole = pieceSize + tenant.Overhead
	sealed := make([]byte, min(whole, f.about.Size+f.count*tenant.Overhead-n*whole))
	if _, err := f.from.ReadAt(sealed, f.start+n*whole); err != nil {
		return nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	plain, err := tenant.Unseal(f.p.key, sealed, f.p.ad(n, n == f.count-1))
	if err != nil {
		return nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	f.held, f.piece = n, plain
	return plain, nil
}

// ReadAt implements [io.ReaderAt].
func (f *File) ReadAt(b []byte, off int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(b) {
		at := off + int64(n)
		if at >= f.about.Size {
			return n, io.EOF
		}
		piece, err := f.open(at / pieceSize)
		if err != nil {
			return n, err
		}
		n += copy(b[n:], piece[at%pieceSize:])
	}
	return n, nil
}

// Read implements [io.Reader].
func (f *File) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, f.at)
	if f.at += int64(n); n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Close closes the file.
func (f *File) Close() error { return f.from.Close() }

// Stat is what is known of the plain file.
func (f *File) Stat() (fs.FileInfo, error) { return fileInfo{f.about}, nil }

type fileInfo struct{ about Info }

func (i fileInfo) Name() string       { return i.about.Name }
func (i fileInfo) Size() int64        { return i.about.Size }
func (i fileInfo) Mode() fs.FileMode  { return 0o400 }
func (i fileInfo) ModTime() time.Time { return i.about.Uploaded }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return nil }
