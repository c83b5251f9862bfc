package presets

// Directory is the section of kind directory: an address book that is asked in LDAP or CardDAV. Which keys mean something
// depends on the protocol; sign-in is auth's.
type Directory struct {
	Protocol string `yaml:"protocol" form:"name:directory.protocol" need:"yes" help:"The language of the address book."`
	Server   string `yaml:"server" form:"text" refs:"option" need:"yes" help:"LDAP: name of the server, with its port if that is another one. CardDAV: address of the server or of one book."`

	Security    string              `yaml:"security" form:"text" refs:"option" help:"LDAP: a value of directory.security; starttls if empty."`
	Certificate string              `yaml:"certificate" form:"text" refs:"option" help:"The certificate authority to trust instead of the system's, as PEM text."`
	ServerName  string              `yaml:"server_name" form:"text" refs:"option" help:"LDAP: the name in the server's certificate, where it is another than the one connected to."`
	Base        string              `yaml:"base" form:"text" refs:"option" help:"LDAP: where entries are looked for, with everything below; the server's own word if empty."`
	Filter      string              `yaml:"filter" form:"text" refs:"option" help:"LDAP: the entries that are people. Only those with a number are read."`
	Phones      string              `yaml:"phones" form:"text" refs:"option" help:"LDAP: further attributes with phone numbers, besides those of phones."`
	Attributes  string              `yaml:"attributes" form:"text" refs:"option" help:"LDAP: further attributes, each a field by its own name."`
	FirstOf     map[string][]string `yaml:"first_of" help:"LDAP: names for the first of several attributes that has a value."`

	Books string `yaml:"books" form:"text" refs:"option" help:"CardDAV: names of the books to read; all if empty."`
}
