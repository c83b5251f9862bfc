package directory

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// rootDSE is what a server says of itself (RFC 4512 section 5.1), and of Active Directory what tells one domain
// controller from another.
type rootDSE struct {
	contexts []string // what the server holds
	context  string   // what it holds in the first place
	pages    bool     // it says that it gives lists in pages
	told     bool     // it says anything at all

	service string // of Active Directory: the controller, and the copy of the database it has
	usn     uint64 // its highest number of a change
}

// activeDirectory reports a server that numbers its changes.
func (r rootDSE) activeDirectory() bool { return r.service != "" && r.usn > 0 }

func (c *conn) readRoot(ctx context.Context) error {
	res, err := c.search(ctx, wording.New("directory.ask_directory_what_it_holds", "ask the directory what it holds"), ldap.NewSearchRequest("", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 1, 0, false, "(objectClass=*)",
		[]string{"namingContexts", "defaultNamingContext", "supportedControl", "dsServiceName", "highestCommittedUSN"}, nil))
	var said *ldap.Error
	switch {
	case err != nil && errors.As(err, &said) && (said.ResultCode == ldap.LDAPResultNoSuchObject || said.ResultCode == ldap.LDAPResultInsufficientAccessRights):
		return nil // it may keep that to itself
	case err != nil:
		return err
	case len(res.Entries) == 0:
		return nil
	}
	e := readEntry(res.Entries[0])
	c.root = rootDSE{contexts: e.values["namingcontexts"], context: e.first("defaultnamingcontext"), told: len(e.values["supportedcontrol"]) > 0}
	c.root.pages = slices.Contains(e.values["supportedcontrol"], ldap.ControlTypePaging)
	c.root.usn, _ = strconv.ParseUint(e.first("highestcommittedusn"), 10, 64)
	if name := e.first("dsservicename"); name != "" && c.root.usn > 0 {
		c.root.service = name + " " + c.invocation(ctx, name)
	}
	return nil
}

// invocation is the identity of a domain controller's database. It is another one after a restore, whose numbers of
// changes begin before those already seen. Not everybody may read it.
func (c *conn) invocation(ctx context.Context, service string) string {
	res, err := c.search(ctx, wording.New("directory.ask_domain_controller_who_it", "ask the domain controller who it is"), ldap.NewSearchRequest(service, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 1, 0, false, "(objectClass=*)", []string{"invocationId"}, nil))
	if err != nil || len(res.Entries) == 0 {
		return ""
	}
	return guid(res.Entries[0].GetRawAttributeValue("invocationId"))
}

// base is where entries are looked for.
func (c *conn) base() (string, error) {
	switch {
	case c.set.base != "":
		return c.set.base, nil
	case c.root.context != "":
		return c.root.context, nil
	case len(c.root.contexts) == 1:
		return c.root.contexts[0], nil
	}
	e := &presets.Error{Op: wording.New("directory.choose_base", "choose the base"), Text: wording.New("directory.server_does_not_say_what", "the server does not say what it holds"), Hint: wording.New("directory.give_base_options_such_as", "give the base in the options, such as dc=example,dc=com")}
	if n := len(c.root.contexts); n > 1 {
		e.Text = wording.New("directory.server_holds_several_directories", "the server holds several directories")
		e.Hint = wording.New("directory.choose_one_as_base_list", "choose one as base: {List}", "List", strings.Join(c.root.contexts[:min(n, 10)], ", "))
	}
	return "", e
}
