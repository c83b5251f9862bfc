package sqltest

import (
	"cmp"
	"fmt"
	"strconv"
	"testing"

	_ "github.com/go-sql-driver/mysql" // for the administrator's own connection
	_ "github.com/jackc/pgx/v5/stdlib" // likewise
)

// PostgreSQL starts a PostgreSQL.
func PostgreSQL(t testing.TB) *Server {
	t.Helper()
	return start(t, product{
		driver: "postgresql", account: "postgres",
		make: func(s *Server) [][]string {
			return [][]string{{"initdb", "-D", s.in("data"), "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync"}}
		},
		run: func(s *Server) []string {
			return []string{
				"postgres", "-D", s.in("data"), "-h", s.Host, "-p", strconv.Itoa(s.Port), "-c", "unix_socket_directories=", "-c", "fsync=off",
				"-c", "ssl=on", "-c", "ssl_cert_file=" + s.in("server.crt"), "-c", "ssl_key_file=" + s.in("server.key"), "-c", "hba_file=" + s.in("hba"),
			}
		},
		admin: func(s *Server, database string) (string, string) {
			return "pgx", fmt.Sprintf("host=%s port=%d user=admin dbname=%s sslmode=disable", s.Host, s.Port, cmp.Or(database, "postgres"))
		},
		files: map[string]string{"hba": "host all admin 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"},
		prepare: func(s *Server) []string {
			return []string{"CREATE DATABASE crm", "CREATE USER reader PASSWORD " + s.literal()}
		},
		rights: []string{"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader"},
	}, "initdb", "postgres")
}

// MariaDB starts a MariaDB.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	return start(t, product{
		driver: "mysql", account: "mysql",
		make: func(s *Server) [][]string {
			return [][]string{{"mariadb-install-db", "--no-defaults", "--datadir=" + s.in("data"), "--auth-root-authentication-method=normal", "--skip-test-db"}}
		},
		run: func(s *Server) []string {
			return []string{
				"mariadbd", "--no-defaults", "--datadir=" + s.in("data"), "--bind-address=" + s.Host, "--port=" + strconv.Itoa(s.Port), "--socket=" + s.in("s"),
				"--pid-file=" + s.in("pid"), "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
				"--ssl-cert=" + s.in("server.crt"), "--ssl-key=" + s.in("server.key"), "--local-infile=1",
			}
		},
		admin: func(s *Server, database string) (string, string) {
			return "mysql", "root@unix(" + s.in("s") + ")/" + database
		},
		prepare: func(s *Server) []string {
			return []string{"CREATE DATABASE crm CHARACTER SET utf8mb4", "CREATE USER reader@'%' IDENTIFIED BY " + s.literal(), "GRANT SELECT ON crm.* TO reader@'%'"}
		},
	}, "mariadb-install-db", "mariadbd")
}
