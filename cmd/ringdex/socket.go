package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// socketName is the admin socket's file in the data folder. Whoever may open it is the operator: the folder is 0700.
const socketName = "admin.sock"

// socketPath reaches the socket through an open folder, because a Unix socket's address is at most 108 bytes and data
// folders may lie deeper. The returned folder must stay open while the path is in use.
func socketPath(dataDir string) (string, *os.File, error) {
	dir, err := os.Open(dataDir)
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(fmt.Sprintf("/proc/self/fd/%d", dir.Fd()), socketName), dir, nil
}

// listenSocket opens the admin socket. Only the holder of the data folder's lock calls it, so a socket file that is
// already there belongs to a process that is gone.
func listenSocket(dataDir string) (net.Listener, error) {
	path, dir, err := socketPath(dataDir)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	defer dir.Close()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove old admin socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open admin socket in %s: %w", dataDir, err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // the path is only good while this folder is open
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// dialSocket connects to a server that runs on the data folder; errNoServer if none does.
func dialSocket(ctx context.Context, dataDir string) (net.Conn, error) {
	path, dir, err := socketPath(dataDir)
	if err != nil {
		return nil, errNoServer
	}
	defer dir.Close()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNoServer
	}
	return conn, err
}

var errNoServer = errors.New("no server runs on this data folder")
