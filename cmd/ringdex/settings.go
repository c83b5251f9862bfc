package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets/outbound"
)

// defaultData is the data folder where nobody names one.
const defaultData = "ringdex-data"

// dataOptions are the settings of everything that opens a data folder, server or command.
func dataOptions() option.Set {
	return option.Set{
		{Name: "data", Type: option.Path, Default: defaultData, Help: "Folder with all data; made where it is missing."},
		{Name: "master-key", Type: option.Text, Help: "File with the master key (32 bytes, base64), or in RINGDEX_MASTER_KEY the key itself. With neither, DATA/master.key is made."},
		{Name: "presets", Type: option.Path, Help: "Folder with presets of your own, one folder each; they add to the catalogue and win over it."},
		{Name: "import-dir", Type: option.Path, Help: "Folder below which tenants may name files of this machine; commands may name any."},
		{Name: "allow-outbound", List: true, Help: "Private address CRMs may be reached at, CIDR[:PORT][@TENANT]; private and loopback ones are refused otherwise. May be repeated."},
		{Name: "public-url", Type: option.URL, Help: "Where browsers reach this server; CRMs send people back to it after sign-in.", Example: "https://ringdex.example.com"},
	}
}

// serverOptions are the settings of `serve`.
func serverOptions() option.Set {
	return append(option.Set{
		{Name: "listen", Default: ":8080", Help: "Address of the HTTP server."},
		{Name: "tls-cert", Type: option.Path, Help: "Certificate (PEM) to serve HTTPS."},
		{Name: "tls-key", Type: option.Path, Help: "Its key (PEM)."},
		{Name: "ldap-listen", Help: "Address of the LDAP server phones look people up at, such as :389; with a certificate it also offers StartTLS."},
		{Name: "ldaps-listen", Help: "Address of the LDAP server over TLS, such as :636; needs --tls-cert."},
		{Name: "trusted-proxy", Type: option.CIDR, List: true, Help: "Proxy that may tell a caller's address by X-Forwarded-For. May be repeated."},
		{Name: "metrics-listen", Help: "Address of a listener of its own for /metrics, without a key; otherwise /metrics needs the operator's rights."},
		{Name: "smtp-url", Type: option.Secret, Help: "Mail server for notices and invitations, smtp://USER:PASSWORD@HOST:587?from=ADDRESS or smtps://…; better as RINGDEX_SMTP_URL. Without it notices are only shown.", Example: "smtp://ringdex:secret@mail.example.com:587?from=ringdex@example.com"},
		{Name: "operator-contact", Help: "Whom people may ask for help, a line on pages that can only say so.", Example: "help@example.com, 020 123 45 67"},
		{Name: "oidc-issuer", Type: option.URL, Help: "OpenID Connect provider people may sign in with; its address as in its own description."},
		{Name: "oidc-name", Default: "OpenID Connect", Help: "What the button says: Sign in with …"},
		{Name: "oidc-client-id", Help: "What the provider calls this server."},
		{Name: "oidc-client-secret", Type: option.Secret, Help: "The secret that goes with it; better as RINGDEX_OIDC_CLIENT_SECRET."},
		{Name: "oidc-organisation-claim", Default: "organisation", Help: "Claim that holds the external id of somebody's tenant."},
		{Name: "oidc-role-claim", Default: "roles", Help: "Claim that holds somebody's role or roles."},
		{Name: "oidc-admin-role", Default: "admin", Help: "The value of it that makes somebody an admin; everybody else is an agent."},
		{Name: "log-level", Type: option.OneOf, Default: "info", Help: "Least level that is logged.", Choices: []option.Choice{{Value: "debug"}, {Value: "info"}, {Value: "warn"}, {Value: "error"}}},
	}, dataOptions()...)
}

// masterKeyVariable holds the key itself, not the name of a file.
const masterKeyVariable = "RINGDEX_MASTER_KEY"

// environment is os.LookupEnv without the one variable that is a value where its flag is a file.
func environment(name string) (string, bool) {
	if name == masterKeyVariable {
		return "", false
	}
	return os.LookupEnv(name)
}

// loadSettings reads the settings of a command: flag, else environment, else file, else default.
func loadSettings(set option.Set, flags *pflag.FlagSet, file map[string]string) (settings, error) {
	values, err := set.Load(flags, environment, file)
	if err != nil {
		return settings{}, err
	}
	s := settings{Values: values}
	for _, name := range []string{"data", "presets", "import-dir"} {
		if text := values.Get(name); text != "" {
			abs, err := filepath.Abs(text)
			if err != nil {
				return s, err
			}
			values[name] = abs
		}
	}
	s.dir, s.publicURL = values.Get("data"), values.Get("public-url")
	s.presets, s.importDir = values.Get("presets"), values.Get("import-dir")
	if f := flags.Lookup("master-key"); f != nil {
		s.keyFlag = f.Changed
	}
	return s, s.rules(values.List("allow-outbound"))
}

// settings are checked settings.
type settings struct {
	option.Values
	dir, publicURL, presets, importDir string
	keyFlag                            bool // the master key's file was named on the command line, which wins over the variable
	demo                               bool // offers presets that are for trying things out
	allow                              []outbound.Rule
	warn                               func(format string, args ...any)
}

func (s *settings) rules(texts []string) error {
	for _, text := range texts {
		rule, err := outbound.ParseRule(text)
		if err != nil {
			return fmt.Errorf("--allow-outbound %s: %w", text, err)
		}
		s.allow = append(s.allow, rule)
	}
	return nil
}

// proxies are the --trusted-proxy ranges, which were checked as such.
func (s *settings) proxies() []*net.IPNet {
	var nets []*net.IPNet
	for _, text := range s.List("trusted-proxy") {
		if _, n, err := net.ParseCIDR(text); err == nil {
			nets = append(nets, n)
		}
	}
	return nets
}

// dataFlags gives a command the flags of dataOptions. Commands inherit them from their group.
func dataFlags(cmd *cobra.Command) *cobra.Command {
	dataOptions().BindFlags(cmd.PersistentFlags())
	return cmd
}

// readSettings are the settings of a command that opens a data folder.
func readSettings(cmd *cobra.Command) (settings, error) {
	s, err := loadSettings(dataOptions(), cmd.Flags(), nil)
	if err != nil {
		return s, usagef(cmd, "%s", strings.TrimSpace(err.Error()))
	}
	s.warn = func(format string, args ...any) { warn(cmd, format, args...) }
	return s, nil
}
