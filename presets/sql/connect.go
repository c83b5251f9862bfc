package sql

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// program is how servers see this program in their lists of sessions.
const program = "ringdex"

// tlsFor is the protection a target wants, nil for none.
func tlsFor(t target) *tls.Config {
	if t.tls == "off" {
		return nil
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, ServerName: t.host, RootCAs: t.authority,
		InsecureSkipVerify: t.tls == "require", // what the option says
	}
}

// openPostgreSQL takes nothing from this process's environment: every field it could have filled is set.
func openPostgreSQL(t target) (driver.Connector, error) {
	c, err := postgresqlConfig(t)
	if err != nil {
		return nil, err
	}
	return stdlib.GetConnector(*c), nil
}

func postgresqlConfig(t target) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig("host=localhost sslmode=disable")
	if err != nil {
		return nil, err
	}
	c.Host, c.Port, c.Database, c.User, c.Password = t.host, uint16(t.port), t.database, t.user, t.password
	c.TLSConfig, c.Fallbacks, c.SSLNegotiation = tlsFor(t), nil, ""
	c.RuntimeParams = map[string]string{"application_name": program}
	c.DialFunc = pgconn.DialFunc(t.dial)
	c.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil } // the dialer looks it up
	c.ConnectTimeout = connectTimeout
	c.MaxProtocolMessageBodyLen = maxAnswer
	c.ValidateConnect, c.AfterConnect, c.OnNotice, c.OnNotification = nil, nil, nil, nil
	c.KerberosSrvName, c.KerberosSpn = "", ""
	c.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec // poolers between us and the server know no prepared statements
	c.BuildContextWatcherHandler = func(pg *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: pg, DeadlineDelay: grace}
	}
	return c, nil
}

// openMySQL leaves everything off by which a server reads files of its client or a statement holds several.
func openMySQL(t target) (driver.Connector, error) {
	c := mysql.NewConfig()
	c.Net, c.Addr = "tcp", net.JoinHostPort(t.host, strconv.Itoa(t.port))
	c.User, c.Passwd, c.DBName, c.TLS = t.user, t.password, t.database, tlsFor(t)
	c.DialFunc, c.Timeout, c.ReadTimeout, c.WriteTimeout = t.dial, connectTimeout, streamTimeout, connectTimeout
	c.AllowAllFiles, c.AllowCleartextPasswords, c.AllowOldPasswords, c.AllowFallbackToPlaintext = false, false, false, false
	c.MultiStatements, c.InterpolateParams, c.ParseTime = false, false, false
	c.Logger = &mysql.NopLogger{}
	c.Params = map[string]string{"time_zone": "'+00:00'", "sql_mode": "'NO_ENGINE_SUBSTITUTION'"} // as grammar reads statements
	c.ConnectionAttributes = "program_name:" + program
	return mysql.NewConnector(c)
}

func openSQLServer(t target) (driver.Connector, error) {
	u := url.URL{Scheme: "sqlserver", Host: net.JoinHostPort(t.host, strconv.Itoa(t.port)), RawQuery: url.Values{
		"encrypt": {"disable"}, "app name": {program}, "disableretry": {"true"}, "dial timeout": {strconv.Itoa(int(connectTimeout.Seconds()))},
	}.Encode()}
	c, err := msdsn.Parse(u.String())
	if err != nil {
		return nil, err
	}
	c.User, c.Password, c.Database, c.ReadOnlyIntent = t.user, t.password, t.database, true
	if protection := tlsFor(t); protection != nil {
		protection.DynamicRecordSizingDisabled = true // the handshake travels inside the protocol's own packets
		c.Encryption, c.TLSConfig = msdsn.EncryptionRequired, protection
	}
	connector := mssql.NewConnectorConfig(c)
	connector.Dialer = hostDialer{t.host, t.dial}
	return connector, nil
}

// hostDialer leaves looking up names to the guarded dialer.
type hostDialer struct {
	host string
	dial dialFunc
}

// HostName says that names are looked up by the dialer.
func (d hostDialer) HostName() string { return d.host }

// DialContext connects behind the guard.
func (d hostDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.dial(ctx, network, address)
}

// sqlServerText is a text as a column of that type compares it without being converted, which no index would survive.
func sqlServerText(typeName, text string) any {
	narrow := typeName == "VARCHAR" || typeName == "CHAR"
	if narrow && strings.IndexFunc(text, func(r rune) bool { return r > 126 }) < 0 {
		return mssql.VarChar(text)
	}
	return text
}

// sqlServerUUID writes the bytes of a uniqueidentifier, whose first three groups are turned round.
func sqlServerUUID(b []byte) string {
	var u mssql.UniqueIdentifier
	if err := u.Scan(b); err != nil {
		return ""
	}
	return u.String()
}
