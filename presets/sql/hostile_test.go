package sql

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// Promise: a server that is not what it seems gets no file of this machine: it answers a query with the request for one
// (LOAD DATA LOCAL), as the protocol allows it to, and hears nothing of its content.
func TestServerGetsNoFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("canary-content"), 0o600); err != nil {
		t.Fatal(err)
	}
	heard := make(chan []byte, 1)
	c := presets.Connection{
		Options: option.Values{"driver": "mysql", "host": "db.example", "database": "crm", "username": "reader", "table": "t", "tls": "off", "timeout": "5s"},
		Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go thief(there, secret, heard)
			return here, nil
		},
	}
	s, err := Kind{}.Open(t.Context(), preset(t, 10), c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Check(t.Context()); err == nil {
		t.Error("the answer was taken for good")
	}
	if got := <-heard; got == nil || bytes.Contains(got, []byte("canary")) {
		t.Errorf("the server was given %q", got) // nil: it never got to ask
	}
}

// thief speaks just enough of MySQL's protocol: it greets, lets anybody in and asks for a file in answer to the first query.
// Source: MySQL, client/server protocol, connection phase and LOCAL INFILE request.
func thief(c net.Conn, path string, heard chan<- []byte) {
	defer c.Close()
	greeting := []byte("\x0a8.4.0\x00\x01\x00\x00\x0012345678\x00")
	const wanted = 0x0001 | 0x0008 | 0x0080 | 0x0200 | 0x8000 | 0x80000 // LOCAL FILES among them
	greeting = binary.LittleEndian.AppendUint16(greeting, wanted&0xffff)
	greeting = append(greeting, 45, 2, 0)
	greeting = binary.LittleEndian.AppendUint16(greeting, wanted>>16)
	greeting = append(greeting, 21)
	greeting = append(greeting, make([]byte, 10)...)
	greeting = append(greeting, "901234567890\x00mysql_native_password\x00"...)
	send(c, 0, greeting)
	receive(c)
	send(c, 2, []byte{0, 0, 0, 2, 0, 0, 0})
	var said []byte
	if receive(c) != nil {
		send(c, 1, append([]byte{0xfb}, path...))
		said = receive(c)
	}
	heard <- said
	send(c, 3, []byte{0, 0, 0, 2, 0, 0, 0})
	_, _ = io.Copy(io.Discard, c)
}

func send(c net.Conn, number byte, body []byte) {
	_, _ = c.Write(append([]byte{byte(len(body)), byte(len(body) >> 8), 0, number}, body...))
}

// receive is a packet, empty ones included; nil when the client has gone.
func receive(c net.Conn) []byte {
	head := make([]byte, 4)
	if _, err := io.ReadFull(c, head); err != nil {
		return nil
	}
	body := make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
	if _, err := io.ReadFull(c, body); err != nil {
		return nil
	}
	return body
}
