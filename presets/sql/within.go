package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// openDatabase prepares the connections. Nothing is connected yet.
func (s *source) openDatabase() error {
	if s.set.dialect.file {
		var err error
		s.file, err = openSQLite(s.conn.Files, s.set.path)
		return err
	}
	if s.conn.Dial == nil {
		return fmt.Errorf("open %s: this connection may not reach servers", s.preset.ID)
	}
	t := s.set.target
	t.dial = s.meter.around(s.conn.Dial)
	connector, err := s.set.dialect.open(t)
	if err != nil {
		return &presets.Error{Op: wording.New("presets.open_name", "open {Name}", "Name", s.preset.Name), Text: wording.New("sql.options_do_not_make_connection", "the options do not make a connection"), Hint: wording.New("sql.check_host_port_database_username", "check host, port, database and username")}
	}
	s.db = sql.OpenDB(connector)
	s.db.SetMaxOpenConns(2) // one to read, one to stop it
	s.db.SetMaxIdleConns(1)
	s.db.SetConnMaxIdleTime(30 * time.Second)
	return nil
}

// limit is how long something may take. What is passed on while it is read can be read once only.
type limit struct {
	time time.Duration
	once bool
}

// within runs fn in a read-only transaction that is never committed. Errors are told as errors of this package; the end of
// ctx stays what it is.
func (s *source) within(ctx context.Context, most limit, fn func(context.Context, *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.meter.begin()
	whole := most.time
	if s.set.dialect.punctual {
		whole += grace // it has the first word
	}
	inner, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	var err error
	if s.file == nil {
		err = s.transaction(inner, s.db, most.time, fn)
	} else {
		err = s.file.steady(inner, s.sleep, most.once, func() error { return s.fromFile(inner, most.time, fn) })
	}
	switch {
	case err == nil, errors.Is(err, errStopped):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case inner.Err() != nil:
		return s.problem(tooSlow, err)
	}
	return s.told(err)
}

// fromFile reads with a connection of its own: one that stays open would go on seeing the file as it was.
func (s *source) fromFile(ctx context.Context, timeout time.Duration, fn func(context.Context, *sql.Tx) error) error {
	connector, err := s.file.connector()
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	return s.transaction(ctx, db, timeout, fn)
}

func (s *source) transaction(ctx context.Context, db *sql.DB, timeout time.Duration, fn func(context.Context, *sql.Tx) error) (err error) {
	d := s.set.dialect
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: d.readOnly && !d.file})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if s.version == "" {
		if err := tx.QueryRowContext(ctx, "SELECT "+d.version).Scan(&s.version); err != nil {
			return err
		}
	}
	for _, text := range d.begin(s.version, timeout) {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	if d.pid != "" {
		var pid int64
		if err := tx.QueryRowContext(ctx, d.pid).Scan(&pid); err != nil {
			return err
		}
		defer func() {
			if ctx.Err() != nil {
				s.stop(ctx, db, pid)
			}
		}()
	}
	return fn(ctx, tx)
}

// stop ends a statement on a server that goes on working when its client has gone.
func (s *source) stop(ctx context.Context, db *sql.DB, pid int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if _, err := db.ExecContext(ctx, fmt.Sprintf(s.set.dialect.kill, pid)); err != nil && s.conn.Log != nil {
		s.conn.Log.Debug("statement not stopped", "error", errors.Unwrap(s.told(err)))
	}
}
