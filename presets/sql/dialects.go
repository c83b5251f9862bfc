package sql

import (
	"fmt"
	"strings"
	"time"
)

// The dialects. Sources: the manuals of PostgreSQL 17, MySQL 8.4, MariaDB 11.4, SQL Server 2022 and SQLite 3.50, read 2026-11-26.
var (
	postgresql = dialect{
		name: "postgresql", title: "PostgreSQL", port: 5432,
		quotes: [2]string{`"`, `"`}, placeholder: numbered("$"), read: "%s::text", textual: true, readOnly: true, punctual: true,
		grammar: grammar{dollars: true, escapeWord: "E"},
		classes: names(map[class]string{
			classNumber: "INT2|INT4|INT8|FLOAT4|FLOAT8|NUMERIC|OID|MONEY",
			classZoned:  "TIMESTAMPTZ", classLocal: "TIMESTAMP|DATE", classBinary: "BYTEA",
		}),
		version: "current_setting('server_version')", now: "now()", later: "now() AT TIME ZONE 'UTC' + interval '14 hours'",
		tables: `SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ` +
			`WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`,
		schema: "current_schema()",
		primary: `SELECT a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ` +
			`JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND n.nspname = $1 AND c.relname = $2`,
		begin: func(_ string, timeout time.Duration) []string {
			set := map[string]string{
				"statement_timeout": milliseconds(timeout), "lock_timeout": milliseconds(timeout),
				"idle_in_transaction_session_timeout": milliseconds(2*timeout + time.Minute),
				"TimeZone":                            "UTC", "DateStyle": "ISO, YMD", "standard_conforming_strings": "on", "bytea_output": "hex", "extra_float_digits": "1",
			}
			var calls []string
			for name, value := range set {
				calls = append(calls, fmt.Sprintf("set_config('%s', '%s', true)", name, value))
			}
			return []string{"SELECT " + strings.Join(calls, ", ")}
		},
		open: openPostgreSQL, problems: postgresqlProblem,
	}

	mysqlServer = dialect{
		name: "mysql", title: "MySQL", port: 3306,
		quotes: [2]string{"`", "`"}, placeholder: question, read: "%s", readOnly: true, punctual: true,
		grammar: grammar{backslash: true, backticks: true, hash: true, spacedDashes: true},
		classes: names(map[class]string{
			classNumber: "TINYINT|SMALLINT|MEDIUMINT|INT|BIGINT|UNSIGNED TINYINT|UNSIGNED SMALLINT|UNSIGNED MEDIUMINT|UNSIGNED INT|UNSIGNED BIGINT|DECIMAL|FLOAT|DOUBLE|YEAR",
			classBit:    "BIT", classZoned: "TIMESTAMP", classLocal: "DATETIME|DATE",
			classBinary: "BINARY|VARBINARY|TINYBLOB|BLOB|MEDIUMBLOB|LONGBLOB|GEOMETRY",
		}),
		version: "VERSION()", now: "UTC_TIMESTAMP(6)", later: "UTC_TIMESTAMP(6) + INTERVAL 14 HOUR",
		tables: "SELECT table_schema, table_name FROM information_schema.tables " +
			"WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')",
		schema: "DATABASE()", primary: "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND column_key = 'PRI'",
		pid: "SELECT CONNECTION_ID()", kill: "KILL QUERY %d",
		begin: func(version string, timeout time.Duration) []string {
			if strings.Contains(version, "MariaDB") {
				return []string{fmt.Sprintf("SET SESSION max_statement_time = %d", seconds(timeout))}
			}
			return []string{"SET SESSION max_execution_time = " + milliseconds(timeout)}
		},
		open: openMySQL, problems: mysqlProblem,
	}

	sqlServer = dialect{
		name: "sqlserver", title: "SQL Server", port: 1433,
		quotes: [2]string{"[", "]"}, placeholder: numbered("@p"), top: true, read: "%s",
		grammar: grammar{brackets: true, noWith: true},
		classes: names(map[class]string{
			classNumber: "TINYINT|SMALLINT|INT|BIGINT|DECIMAL|NUMERIC|FLOAT|REAL|MONEY|SMALLMONEY",
			classZoned:  "DATETIMEOFFSET", classLocal: "DATETIME|DATETIME2|SMALLDATETIME|DATE", classUUID: "UNIQUEIDENTIFIER",
			classBinary: "BINARY|VARBINARY|IMAGE|TIMESTAMP|ROWVERSION|UDT|GEOGRAPHY|GEOMETRY|HIERARCHYID|SQL_VARIANT",
		}),
		bind: map[class]string{
			classZoned: "CAST($ AS datetimeoffset)", classLocal: "CAST($ AS TYPE)", classUUID: "CAST($ AS uniqueidentifier)",
		},
		layouts: map[string]string{
			"DATETIME": "2006-01-02T15:04:05.000", "SMALLDATETIME": "2006-01-02T15:04:05", "DATE": "2006-01-02",
			"DATETIME2": "2006-01-02T15:04:05.0000000", "DATETIMEOFFSET": "2006-01-02T15:04:05.0000000Z07:00", "TIME": "15:04:05",
		},
		textArg: sqlServerText, uuid: sqlServerUUID,
		version: "CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(100))",
		now:     "SYSDATETIMEOFFSET()", later: "DATEADD(hour, 14, SYSUTCDATETIME())",
		tables: "SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLES", schema: "SCHEMA_NAME()",
		primary: "SELECT k.COLUMN_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS t JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k " +
			"ON k.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = t.CONSTRAINT_NAME " +
			"WHERE t.CONSTRAINT_TYPE = 'PRIMARY KEY' AND t.TABLE_SCHEMA = @p1 AND t.TABLE_NAME = @p2",
		begin: func(_ string, timeout time.Duration) []string {
			return []string{"SET LOCK_TIMEOUT " + milliseconds(timeout)}
		},
		open: openSQLServer, problems: sqlServerProblem,
	}

	sqliteFile = dialect{
		name: "sqlite", title: "SQLite",
		quotes: [2]string{`"`, `"`}, placeholder: question, read: "+%s", readOnly: true, file: true,
		grammar:  grammar{backticks: true, brackets: true},
		classes:  names(map[class]string{classBinary: "BLOB"}),
		version:  "sqlite_version()",
		tables:   "SELECT '', name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
		schema:   "''",
		primary:  "SELECT name FROM pragma_table_info(? || ?) WHERE pk > 0",
		begin:    func(string, time.Duration) []string { return nil },
		problems: sqliteProblem,
	}
)

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// seconds rounds up: 0 would mean without limit.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
