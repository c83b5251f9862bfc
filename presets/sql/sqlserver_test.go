package sql

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
)

// Promise: SQL Server is asked in its own words. It cannot be installed where the tests run, so its statements are held
// against what its manual says; the docs tell so.
func TestSQLServerStatements(t *testing.T) {
	st := &stream{d: &sqlServer, origin: origin{table: []string{"[dbo]", "[Klanten]"}}, size: 1000, updatedAt: 2}
	st.cols = []column{{"Id", "UNIQUEIDENTIFIER", classUUID}, {"Naam]", "NVARCHAR", classText}, {"Gewijzigd", "DATETIME", classLocal}}
	key := func(text string) *key { return &key{"text", []byte(text)} }
	list := "q.[Id], q.[Naam]]], q.[Gewijzigd] FROM [dbo].[Klanten] q WHERE q.[Id] IS NOT NULL"
	for name, c := range map[string]struct {
		run  run
		want string
		args []any
	}{
		"first page": {run{st: st, place: place{Full: true}}, "SELECT TOP (10) " + list + " ORDER BY q.[Id]", nil},
		"next page": {
			run{st: st, place: place{Full: true, ID: key("6F9619FF-8B86-D011-B42D-00C04FC964FF")}},
			"SELECT TOP (10) " + list + " AND q.[Id] >= CAST(@p1 AS uniqueidentifier) ORDER BY q.[Id]",
			[]any{"6F9619FF-8B86-D011-B42D-00C04FC964FF"},
		},
		"changes": {
			run{st: st, since: key("2026-11-20T01:02:03.007")},
			"SELECT TOP (10) " + list + " AND q.[Gewijzigd] >= CAST(@p1 AS DATETIME) ORDER BY q.[Gewijzigd], q.[Id]",
			[]any{"2026-11-20T01:02:03.007"},
		},
		"more changes": {
			run{st: st, place: place{ID: key("a"), Updated: key("2026-11-20T01:02:03.007")}},
			"SELECT TOP (10) " + list + " AND q.[Gewijzigd] >= CAST(@p1 AS DATETIME) AND ( q.[Gewijzigd] > CAST(@p2 AS DATETIME) OR q.[Gewijzigd] = CAST(@p3 AS DATETIME)" +
				" AND q.[Id] >= CAST(@p4 AS uniqueidentifier)) ORDER BY q.[Gewijzigd], q.[Id]",
			[]any{"2026-11-20T01:02:03.007", "2026-11-20T01:02:03.007", "2026-11-20T01:02:03.007", "a"},
		},
	} {
		q := c.run.query(10)
		if diff := cmp.Diff(c.want, q.text.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(c.args, q.args); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got, ok := sqlServerText("VARCHAR", "K-1").(mssql.VarChar); !ok || got != "K-1" {
		t.Errorf("a narrow text is compared as %T", sqlServerText("VARCHAR", "K-1"))
	}
	if got := sqlServerUUID([]byte{0xff, 0x19, 0x96, 0x6f, 0x86, 0x8b, 0x11, 0xd0, 0xb4, 0x2d, 0, 0xc0, 0x4f, 0xc9, 0x64, 0xff}); got != "6F9619FF-8B86-D011-B42D-00C04FC964FF" {
		t.Errorf("a uniqueidentifier is %s", got)
	}
	if p, ok := sqlServerProblem(mssql.Error{Number: 18456}); !ok || p != refused {
		t.Errorf("error 18456 is %q", texts[p].text)
	}
}

// Promise: each driver reaches its server through the connection's guarded dialer only, by name, and says hello in its own
// protocol.
func TestDriversUseTheDialer(t *testing.T) {
	for driver, hello := range map[string]string{"sqlserver": "\x12\x01", "postgresql": "\x00\x00\x00\x08\x04\xd2\x16\x2f", "mysql": ""} {
		t.Run(driver, func(t *testing.T) {
			asked := make(chan string, 9)
			said := make(chan string, 9)
			c := presets.Connection{
				Options: option.Values{"driver": driver, "host": "db.example", "database": "crm", "username": "reader", "password": "canary", "table": "t", "timeout": "5s"},
				Dial: func(_ context.Context, network, address string) (net.Conn, error) {
					asked <- network + " " + address
					here, there := net.Pipe()
					go func() {
						first := make([]byte, len(hello))
						_, _ = io.ReadFull(there, first)
						said <- string(first)
						_ = there.Close()
					}()
					return here, nil
				},
			}
			s, err := Kind{}.Open(t.Context(), preset(t, 10), c)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			_, err = s.Check(t.Context())
			var failure *presets.Error
			if !errors.As(err, &failure) || !failure.Retry || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v", err)
			}
			port := map[string]string{"sqlserver": "1433", "postgresql": "5432", "mysql": "3306"}[driver]
			if got := <-asked; got != "tcp db.example:"+port {
				t.Errorf("dialled %s", got)
			}
			if got := <-said; got != hello {
				t.Errorf("said %q", got)
			}
		})
	}
}

// Promise: an address the guard keeps closed is told as such by every driver, and not tried again and again.
func TestGuardedAddress(t *testing.T) {
	for _, driver := range []string{"sqlserver", "postgresql", "mysql"} {
		s, err := Kind{}.Open(t.Context(), preset(t, 10), presets.Connection{
			Options: option.Values{"driver": driver, "host": "10.0.0.1", "database": "crm", "username": "reader", "table": "t"},
			Dial:    outbound.New(outbound.Options{}).DialContext("t_1"),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Check(t.Context())
		var failure *presets.Error
		if !errors.As(err, &failure) || failure.Retry || !failure.Text.Equal(texts[blocked].text) || failure.Hint.IsZero() {
			t.Errorf("%s: %v", driver, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Promise: nothing of this process's environment gets into a connection, least of all somebody else's password.
func TestEnvironmentIsIgnored(t *testing.T) {
	for name, value := range map[string]string{"PGPASSWORD": "canary", "PGUSER": "canary", "PGHOST": "canary", "PGDATABASE": "canary", "PGOPTIONS": "-c x=canary", "PGAPPNAME": "canary"} {
		t.Setenv(name, value)
	}
	c, err := postgresqlConfig(target{host: "db.example", database: "crm", user: "reader", port: 5432, tls: "verify"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Password != "" || c.User != "reader" || c.Host != "db.example" || c.Database != "crm" || len(c.Fallbacks) != 0 || c.TLSConfig == nil || c.TLSConfig.InsecureSkipVerify {
		t.Errorf("%+v", c.Config)
	}
	if diff := cmp.Diff(map[string]string{"application_name": program}, c.RuntimeParams); diff != "" {
		t.Error(diff)
	}
}
