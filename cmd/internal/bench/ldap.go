package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"
)

func missingLDAP() string {
	_, server := installed("slapd", "/usr/sbin")
	_, loader := installed("slapadd", "/usr/sbin")
	if server && loader {
		return ""
	}
	return "apt-get install slapd"
}

// slapdConf is a directory of people with an index on their numbers.
const slapdConf = `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
maxsize 8589934592
suffix "dc=bench"
directory %s
index objectClass,telephoneNumber eq
access to * by * read
`

// beginLDAP loads a directory with the tool made for that and starts a server on it.
func beginLDAP(ctx context.Context, h *host) (err error) {
	conf, ldif := filepath.Join(h.dir, "slapd.conf"), filepath.Join(h.dir, "people.ldif")
	if err := os.WriteFile(conf, fmt.Appendf(nil, slapdConf, h.dir), 0o600); err != nil {
		return err
	}
	if err := writePeople(ldif, h); err != nil {
		return err
	}
	path, _ := installed("slapadd", "/usr/sbin")
	if out, err := exec.CommandContext(ctx, path, "-q", "-f", conf, "-l", ldif).CombinedOutput(); err != nil {
		return fmt.Errorf("slapadd: %w: %s", err, out)
	}
	path, _ = installed("slapd", "/usr/sbin")
	if h.server, err = start(ctx, serverCore, 0, path, "-h", "ldap://"+h.address, "-f", conf, "-d", "0"); err != nil {
		return err
	}
	return h.server.ready(ctx, h.address)
}

func writePeople(path string, h *host) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(w, "dn: dc=bench\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: bench\n\n")
	for i := range h.numbers {
		h.show(i, h.numbers)
		e := entry{i}
		c := e.contact()
		fmt.Fprintf(w, "dn: uid=%s,dc=bench\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\nsn: %s\no: %s\nmail: %s\nlabeledURI: %s\ntelephoneNumber: %s\n\n",
			c.ID, c.ID, c.Name, c.Fields[3].Value, c.Company, c.Fields[0].Value, c.URL, e.e164())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// direct is the directory asked in its own language, without HTTP in front.
func (r *Run) direct(name string, h *host) *rival {
	return &rival{
		name: name, serve: h.server,
		check: func(context.Context) error { // each answer is checked as it comes
			return nil
		},
		load: func(ctx context.Context) (l loaded, err error) {
			out, err := exec.CommandContext(ctx, "taskset", "-c", clientCore, r.Self, "bench", "ask", "--peer", h.address,
				"--numbers", fmt.Sprint(h.numbers)).Output()
			if err != nil {
				return l, fmt.Errorf("ask the directory: %w", err)
			}
			var told Asked
			err = json.Unmarshal(out, &told)
			return loaded{told.Rate, told.P50, told.P99}, err
		},
	}
}

// Asked is what a directory answered: questions a second, microseconds.
type Asked struct{ Rate, P50, P99 float64 }

// AskLDAP asks a directory for numbers over several connections for a round's time. It is run in a process of its own.
func AskLDAP(ctx context.Context, address string, numbers int) (Asked, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all latencies
	var failed error
	start := time.Now()
	for c := range peerConnections {
		wg.Go(func() {
			seen, err := askOne(ctx, address, c*numbers/peerConnections, numbers, start.Add(roundTime))
			mu.Lock()
			defer mu.Unlock()
			all = append(all, seen...)
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	rate := float64(len(all)) / time.Since(start).Seconds()
	all = all.sorted()
	return Asked{Rate: rate, P50: all.at(50), P99: all.at(99)}, failed
}

func askOne(ctx context.Context, address string, from, numbers int, until time.Time) (seen latencies, err error) {
	conn, err := ldap.DialURL("ldap://" + address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	for i := from; time.Now().Before(until) && ctx.Err() == nil; i = (i + 7919) % numbers {
		e := entry{i}
		search := ldap.NewSearchRequest("dc=bench", ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 2, 10, false,
			"(telephoneNumber="+e.e164()+")", []string{"cn", "o", "mail", "labeledURI"}, nil)
		began := time.Now()
		found, err := conn.Search(search)
		if err != nil {
			return seen, err
		}
		seen = append(seen, time.Since(began))
		if len(found.Entries) != 1 || found.Entries[0].GetAttributeValue("cn") != e.name() {
			return seen, fmt.Errorf("%d people have the number of contact %d", len(found.Entries), i)
		}
	}
	return seen, nil
}
