package push

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/ringdex/ringdex/presets"
)

// Writer writes a body.
type Writer struct {
	to      io.Writer
	buffer  bytes.Buffer
	records int
}

// NewWriter writes the header of a run.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	w := &Writer{to: to}
	return w, w.write(line{Run: &h})
}

// Page writes records of one type.
func (w *Writer) Page(kind string, records []presets.Record) error {
	for _, r := range records {
		if err := w.put(lineOf(kind, r)); err != nil {
			return err
		}
		w.records++
	}
	w.buffer.WriteByte('\n') // the server may work on what it has
	return w.flush()
}

// Alive writes an empty line, which keeps a connection open while the CRM takes its time.
func (w *Writer) Alive() error {
	_, err := w.to.Write([]byte("\n"))
	return err
}

// End writes the end line, without which nothing is published.
func (w *Writer) End(since map[string]string) error {
	return w.write(line{End: true, Records: &w.records, Since: since})
}

func (w *Writer) write(l line) error {
	if err := w.put(l); err != nil {
		return err
	}
	return w.flush()
}

func (w *Writer) put(l line) error {
	enc := json.NewEncoder(&w.buffer)
	enc.SetEscapeHTML(false)
	return enc.Encode(l)
}

func (w *Writer) flush() error {
	_, err := w.to.Write(w.buffer.Bytes())
	w.buffer.Reset()
	return err
}
