package sqltest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	cryptorand "crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a running database server with an empty database and a user who may only read it.
type Server struct {
	Driver, Host                 string
	Port                         int
	Database, Username, Password string  // of the user who may only read
	Certificate                  string  // made for this server, as PEM text
	Admin                        *sql.DB // for the test itself

	product product
	folder  string
	process *exec.Cmd
	ended   chan error
}

// product is how one server is made and reached.
type product struct {
	driver  string
	account string // who it runs as where the test runs as root
	make    func(s *Server) (commands [][]string)
	run     func(s *Server) []string
	admin   func(s *Server, database string) (driver, address string) // of the administrator
	files   map[string]string                                         // further files in the server's folder
	prepare func(s *Server) []string                                  // statements for an empty database and its reader
	rights  []string                                                  // statements in that database
}

// start makes a server of the product. It skips the test where the product is not installed.
func start(t testing.TB, p product, programs ...string) *Server {
	t.Helper()
	for _, name := range programs {
		if find(name) == "" {
			t.Skipf("%s is not installed: `make test` as root installs it", name)
		}
	}
	folder, err := os.MkdirTemp("", "db") //nolint:usetesting // short: sockets have names of at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s := &Server{
		Driver: p.driver, Host: "127.0.0.1", Port: freePort(t), Database: "crm", Username: "reader", Password: "p:w@d/ '\"#",
		product: p, folder: folder,
	}
	s.Certificate = certificate(t, folder)
	for name, text := range p.files {
		if err := os.WriteFile(s.in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.own(t)
	for _, args := range p.make(s) {
		if out, err := s.command(t.Context(), args).CombinedOutput(); err != nil {
			t.Fatalf("make a server: %v: %v\n%s", args[0], err, out)
		}
	}
	s.Start(t)
	t.Cleanup(s.Kill)
	s.connect(t, "")
	s.await(t)
	s.Exec(t, p.prepare(s)...)
	s.connect(t, s.Database)
	s.Exec(t, p.rights...)
	return s
}

// connect is the administrator's connection to a database.
func (s *Server) connect(t testing.TB, database string) {
	t.Helper()
	driver, address := s.product.admin(s, database)
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.Admin = db
}

// literal is the reader's password as a text of SQL.
func (s *Server) literal() string { return "'" + strings.ReplaceAll(s.Password, "'", "''") + "'" }

// Exec runs statements as the administrator.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, text := range statements {
		if _, err := s.Admin.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%.200s: %v", text, err)
		}
	}
}

// Start starts the server, anew where it was killed, and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.process = s.command(context.WithoutCancel(t.Context()), s.product.run(s))
	s.process.Stdout, s.process.Stderr = log, log
	s.process.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	s.ended = ended
	process := s.process
	go func() { ended <- process.Wait() }()
	if s.Admin != nil {
		s.await(t)
	}
}

// Kill ends the server as a power cut does.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
	_ = <-s.ended
	s.process = nil
}

// await waits until the server answers.
func (s *Server) await(t testing.TB) {
	t.Helper()
	var err error
	for range 3600 {
		if err = s.Admin.PingContext(t.Context()); err == nil {
			return
		}
		select {
		case why := <-s.ended:
			log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			t.Fatalf("the server ended: %v\n%s", why, log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("the server does not answer: %v", err)
}

// command is a program that runs as the product's own account, in a group of processes of its own.
func (s *Server) command(ctx context.Context, args []string) *exec.Cmd {
	c := exec.CommandContext(ctx, find(args[0]), args[1:]...)
	c.Dir, c.Env = s.folder, append(os.Environ(), "HOME="+s.folder, "LC_ALL=C.UTF-8")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if uid, gid, ok := s.account(); ok {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	return c
}

func (s *Server) account() (uid, gid uint32, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{s.product.account, "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		return uint32(uid), uint32(gid), true
	}
	return 0, 0, false
}

// own gives the folder to the account the server runs as.
func (s *Server) own(t testing.TB) {
	t.Helper()
	uid, gid, ok := s.account()
	if !ok {
		return
	}
	err := filepath.WalkDir(s.folder, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Chown(path, int(uid), int(gid))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// in is a path in the server's folder.
func (s *Server) in(name string) string { return filepath.Join(s.folder, name) }

// find is the path of a program, "" where it is not installed. Debian keeps a server's programs outside the usual path.
func find(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/sbin/"} {
		if all, _ := filepath.Glob(pattern + name); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return ""
}

// freePort is a port nobody listens on, below those the system gives to outgoing connections, which could take it before the
// server does.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 15000 + rand.IntN(5000)
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

// certificate writes a certificate nobody trusts, and its key.
func certificate(t testing.TB, folder string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "database"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	public, err := x509.CreateCertificate(cryptorand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"server.crt": {Type: "CERTIFICATE", Bytes: public}, "server.key": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public}))
}

// Options are the options by which a preset of kind sql reaches the server, with more of them as name, value pairs.
func (s *Server) Options(more ...string) map[string]string {
	all := map[string]string{
		"driver": s.Driver, "host": s.Host, "port": fmt.Sprint(s.Port), "database": s.Database,
		"username": s.Username, "password": s.Password, "tls": "require",
	}
	for i := 0; i+1 < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}
