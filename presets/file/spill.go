package file

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"os"

	"github.com/ringdex/ringdex/wording"
)

// spill is an encrypted temporary file (AES-CTR with a random key, used once).
type spill struct {
	file  *os.File
	block cipher.Block
	out   *bufio.Writer
}

func newSpill() (*spill, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "ringdex-import-*")
	if err != nil {
		return nil, wording.Error("file.no_room_temporary_files", "there is no room for temporary files")
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, err
	}
	s := &spill{file: f, block: block}
	s.out = bufio.NewWriterSize(cipher.StreamWriter{S: s.stream(0), W: f}, 64<<10)
	return s, nil
}

// stream is the key stream from a place that is a multiple of the block size.
func (s *spill) stream(at int64) cipher.Stream {
	iv := make([]byte, aes.BlockSize)
	binary.BigEndian.PutUint64(iv[8:], uint64(at/aes.BlockSize))
	return cipher.NewCTR(s.block, iv)
}

func (s *spill) write(text string) error {
	if _, err := s.out.WriteString(text); err != nil {
		return wording.Error("file.no_room_temporary_files", "there is no room for temporary files")
	}
	return nil
}

func (s *spill) read(at int64, size int) (string, error) {
	if s.out.Buffered() > 0 {
		if err := s.out.Flush(); err != nil {
			return "", wording.Error("file.no_room_temporary_files", "there is no room for temporary files")
		}
	}
	start := at - at%aes.BlockSize
	b := make([]byte, int(at-start)+size)
	if _, err := s.file.ReadAt(b, start); err != nil {
		return "", wording.Error("file.temporary_file_cannot_read", "a temporary file cannot be read")
	}
	s.stream(start).XORKeyStream(b, b)
	return string(b[at-start:]), nil
}
