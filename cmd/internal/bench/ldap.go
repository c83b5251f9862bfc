package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// direct is a directory asked in its own language, without HTTP in front.
func (r *Run) direct(name string, serve *process, q LDAPQuestions) *rival {
	return &rival{
		name: name, serve: serve,
		check: func(context.Context) error { // each answer is checked as it comes
			return nil
		},
		load: func(ctx context.Context) (l loaded, err error) {
			client := exec.CommandContext(ctx, "taskset", "-c", clientCore, r.Self, "bench", "ask", "--peer", q.Address,
				"--numbers", fmt.Sprint(q.Numbers), "--base", q.Base, "--key", q.Key)
			out, err := client.Output()
			if err != nil {
				return l, fmt.Errorf("ask the directory: %w", err)
			}
			var told Asked
			err = json.Unmarshal(out, &told)
			return loaded{told.Rate, told.P50, told.P99, costOf(client, told.Rate)}, err
		},
	}
}

// slapdBase is where slapd keeps its people.
const slapdBase = "dc=bench"
