package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
)

func newUser() *cobra.Command {
	return tenantFlag(dataFlags(group("user", "People who sign in", newUserAdd(), newUserList(), newUserPassword(), newUserLink("invite", "Invite somebody by a one-time link, mailed or printed"), newUserLink("reset", "Let somebody choose a new password by a one-time link, mailed or printed"), newUserRemove())))
}

// people is the API path of the tenant's people, or without --tenant of the operator's.
func people(cmd *cobra.Command, segments ...string) string {
	if t, _ := cmd.Flags().GetString("tenant"); t != "" {
		return path(append([]string{"tenants", t, "users"}, segments...)...)
	}
	return path(append([]string{"operators", "users"}, segments...)...)
}

func newUserAdd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "add EMAIL --role admin [--tenant T]", Short: "Add a person and print the id; the password is asked for", Args: takes("EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			role, _ := cmd.Flags().GetString("role")
			if role == "" {
				return usagef(cmd, "--role is missing: operator, reseller, admin or agent")
			}
			if !slices.Contains([]tenant.Role{tenant.RoleOperator, tenant.RoleReseller, tenant.RoleAdmin, tenant.RoleAgent}, tenant.Role(role)) {
				return usagef(cmd, "there is no role %q; there are operator, reseller, admin and agent", role)
			}
			account, _ := cmd.Flags().GetString("tenant")
			if ofOperator := tenant.Role(role) == tenant.RoleOperator; ofOperator != (account == "") {
				return usagef(cmd, "%s", map[bool]string{
					true: "--role operator goes without --tenant: it is for all tenants", false: "--role " + role + " needs --tenant, by id or name",
				}[ofOperator])
			}
			name, _ := cmd.Flags().GetString("name")
			numbers, _ := cmd.Flags().GetStringArray("device")
			devices := make([]tenant.Device, len(numbers))
			for i, n := range numbers {
				devices[i].Number = n
			}
			ddis, _ := cmd.Flags().GetStringArray("ddi")
			queues, _ := cmd.Flags().GetStringArray("queue")
			password, err := newPassword(cmd)
			if err != nil && !errors.Is(err, errNobodyAsked) {
				return err
			}
			body := map[string]any{"email": args[0], "name": name, "role": role, "devices": devices, "ddis": ddis, "queues": queues, "password": password}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var added tenant.Person
				if err := c.call(ctx, http.MethodPost, people(cmd), body, &added); err != nil {
					return err
				}
				if password == "" {
					warn(cmd, "warning: %s has no password yet and cannot sign in; set one with `ringdex user password`", added.Email)
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.String("role", "", "operator, reseller, admin or agent")
	f.String("name", "", "the person's name")
	f.StringArray("device", nil, "number of a phone of theirs, as the phone system calls it; may be repeated")
	f.StringArray("ddi", nil, "called number whose calls are theirs where the device is nobody's; may be repeated")
	f.StringArray("queue", nil, "queue whose calls they see as a team; may be repeated")
	f.Bool("password-stdin", false, "read the password from standard input")
	return cmd
}

func newUserPassword() *cobra.Command {
	cmd := &cobra.Command{
		Use: "password EMAIL [--tenant T]", Short: "Set a person's password", Args: takes("EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := newPassword(cmd)
			if errors.Is(err, errNobodyAsked) {
				return usagef(cmd, "%v", err)
			}
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodPut, people(cmd, args[0], "password"), map[string]string{"password": password}, nil)
			})
		},
	}
	cmd.Flags().Bool("password-stdin", false, "read the password from standard input")
	return cmd
}

// newUserLink is `invite` and `reset`: the link is mailed, or printed alone on the last line where no mail can be sent.
func newUserLink(verb, short string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " EMAIL [--tenant T]", Short: short, Args: takes("EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var h notice.Handed
				if err := c.call(ctx, http.MethodPost, people(cmd, args[0], verb), nil, &h); err != nil {
					return err
				}
				if h.Mailed {
					say(cmd, "a mail is on its way to %s; its link works once, until %s", printable(h.Email), clock(h.Expires))
					return nil
				}
				warn(cmd, "no mail was sent: hand this link to %s; it works once, until %s", printable(h.Email), clock(h.Expires))
				if strings.HasPrefix(h.Link, "/") {
					warn(cmd, "The server's own address goes before it; with --public-url, or RINGDEX_PUBLIC_URL, the link is whole.")
				}
				say(cmd, "%s", h.Link)
				return nil
			})
		},
	}
}

// errNobodyAsked means that there is nobody to ask for a password.
var errNobodyAsked = errors.New("there is no terminal to ask for a password on; give it on standard input with --password-stdin")

// newPassword asks for a password twice on a terminal; with --password-stdin it is the first line of standard input.
func newPassword(cmd *cobra.Command) (string, error) {
	fromStdin, _ := cmd.Flags().GetBool("password-stdin")
	if in, ok := cmd.InOrStdin().(*os.File); ok && !fromStdin && term.IsTerminal(int(in.Fd())) {
		return askTwice(cmd, int(in.Fd()))
	}
	if !fromStdin {
		return "", errNobodyAsked
	}
	line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", errors.Join(errors.New("there is no password on standard input"), readError(err))
	}
	return password, nil
}

// readError is err unless it only says that the input is over.
func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func askTwice(cmd *cobra.Command, fd int) (string, error) {
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(cmd.ErrOrStderr(), prompt)
		raw, err := term.ReadPassword(fd)
		fmt.Fprintln(cmd.ErrOrStderr())
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(raw)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return typed[0], nil
}

func newUserList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list [--tenant T]", Short: "List people", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []tenant.Person
				if err := c.call(ctx, http.MethodGet, people(cmd), nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, p := range all {
					var numbers []string
					for _, d := range p.Devices {
						numbers = append(numbers, d.Number)
					}
					rows[i] = []string{string(p.ID), p.Email, p.Name, string(p.Role), strings.Join(numbers, ", ")}
				}
				return list(cmd, all, []string{"ID", "E-MAIL", "NAME", "ROLE", "DEVICES"}, rows)
			})
		},
	})
}

func newUserRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove EMAIL [--tenant T]", Short: "Remove a person by id or e-mail address", Args: takes("EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodDelete, people(cmd, args[0]), nil, nil)
			})
		},
	}
}
