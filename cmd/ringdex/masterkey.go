package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ringdex/ringdex/tenant"
)

// masterKey finds the master key: the file named by the flag, the variable, the file named in the settings, or the file in the data folder, which is made in an
// empty folder and warned of each time, because a key beside the data protects it from nobody who has both.
func masterKey(s settings) ([][]byte, error) {
	if text, ok := os.LookupEnv(masterKeyVariable); ok && text != "" && !s.keyFlag {
		return tenant.ParseMasterKeys(text)
	}
	file := s.Get("master-key")
	if file != "" {
		return readMasterKey(file)
	}
	file = filepath.Join(s.dir, "master.key")
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeMasterKey(s, file)
	}
	s.warn("warning: the master key lies beside the data in %s; keep it elsewhere with --master-key FILE or %s", file, masterKeyVariable)
	return readMasterKey(file)
}

func readMasterKey(file string) ([][]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	keys, err := tenant.ParseMasterKeys(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return keys, nil
}

// makeMasterKey makes the key of a new data folder. Where there is data already, a new key could open none of it.
func makeMasterKey(s settings, file string) ([][]byte, error) {
	if _, err := os.Stat(filepath.Join(s.dir, keysDir)); err == nil {
		return nil, fmt.Errorf("%w: is missing; this data folder was made with one: give it by --master-key FILE or %s", tenant.ErrMasterKey, masterKeyVariable)
	}
	key := tenant.NewMasterKey()
	err := writeWhole(file, tenant.FormatMasterKey(key)+"\n")
	if errors.Is(err, fs.ErrExist) {
		return readMasterKey(file) // another command was quicker
	}
	if err != nil {
		return nil, fmt.Errorf("keep a new master key: %w", err)
	}
	s.warn("warning: %s held no data and begins empty; a new master key was made in %s; back it up apart from the data, and keep it elsewhere with --master-key FILE", s.dir, file)
	return [][]byte{key}, nil
}

// writeWhole makes a file of mode 0600 that nobody sees half written; fs.ErrExist if there is one already.
func writeWhole(file, text string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), file)
}
