package mailtest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Mail is a received message, taken apart.
type Mail struct {
	From    string   // of the envelope
	To      []string // of the envelope
	Secure  bool     // it came over TLS
	User    string   // who had signed in
	Header  mail.Header
	Subject string // decoded
	Text    string
	HTML    string
	Raw     string
}

func parse(raw []byte, m Mail) (Mail, error) {
	m.Raw = string(raw)
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m, err
	}
	m.Header = msg.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return m, err
	}
	return m, m.part(msg.Header.Get, msg.Body)
}

// part reads a part, or the parts of one.
func (m *Mail) part(header func(string) string, body io.Reader) error {
	media, parameters, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(body, parameters["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.part(p.Header.Get, p); err != nil {
				return err
			}
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if media == "text/html" {
		m.HTML = string(text)
	} else {
		m.Text = string(text)
	}
	return err
}
