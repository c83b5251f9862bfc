package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

func newCall() *cobra.Command {
	link := group("link", `Whose numbers are that no CRM carries: "This is …"`, newCallLinkAdd(), newCallLinkList(), newCallLinkRemove())
	return tenantFlag(dataFlags(group("call", "Calls that were and that go on, and whose unknown numbers are", newCallList(), link)))
}

func newCallList() *cobra.Command {
	query := url.Values{}
	var live bool
	var limit int
	text := map[string]*string{}
	cmd := jsonFlag(&cobra.Command{
		Use: "list --tenant T [--live]", Short: "List calls, newest first", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := ofTenant(cmd, "calls")
			if err != nil {
				return err
			}
			for name, value := range text {
				if *value != "" {
					query.Set(name, *value)
				}
			}
			if live {
				query.Set("live", "1")
			}
			query.Set("limit", strconv.Itoa(limit))
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []calls.Call
				if err := c.call(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &all); err != nil {
					return err
				}
				return list(cmd, all, []string{"START", "DIRECTION", "STATE", "NUMBER", "WHO", "AGENT", "TALKED", "ID"}, callRows(all, time.Now()))
			})
		},
	})
	f := cmd.Flags()
	f.BoolVar(&live, "live", false, "those that ring or are talked on")
	f.IntVar(&limit, "limit", 100, "at most so many")
	for name, help := range map[string]string{
		"agent": "whose, by e-mail address or id", "from": "began at or after, RFC 3339", "to": "began before, RFC 3339",
		"direction": "inbound, outbound or internal", "state": "ringing, answered, ended or missed", "queue": "of this queue",
		"number": "digits of the number, or part of a name", "before": "id of the call after which to go on",
	} {
		text[name] = f.String(name, "", help)
	}
	return cmd
}

func callRows(all []calls.Call, now time.Time) [][]string {
	rows := make([][]string, len(all))
	for i := range all {
		call := &all[i]
		number, who := call.Known.Number.National, call.Known.Number.Name
		if number == "" {
			number = call.Known.Number.Raw
		}
		if len(call.Known.Matches) > 0 {
			who = call.Known.Matches[0].Name
			if who == "" {
				who = call.Known.Matches[0].Company
			}
		}
		talked := ""
		if d := call.Duration(now).Round(time.Second); d > 0 {
			talked = d.String()
		}
		rows[i] = []string{clock(call.Start), string(call.Direction), string(call.State), number, who, call.Agent, talked, call.ID}
	}
	return rows
}

func newCallLinkAdd() *cobra.Command {
	var company string
	cmd := &cobra.Command{
		Use: "add NUMBER NAME --tenant T [--company C]", Short: "Say whose a number is and print the link's id", Args: takes("NUMBER", "NAME"),
		Example: `  ringdex call link add "06 1234 5678" "Ada Muster" --company "Muster AG" --tenant acme`,
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "links")
			if err != nil {
				return err
			}
			body := map[string]string{"number": args[0], "name": args[1], "company": company}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var added tenant.Link
				if err := c.call(ctx, http.MethodPost, path, body, &added); err != nil {
					return err
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&company, "company", "", "the company")
	return cmd
}

func newCallLinkList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list --tenant T", Short: "List the links, newest first", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := ofTenant(cmd, "links")
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []tenant.Link
				if err := c.call(ctx, http.MethodGet, path, nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, l := range all {
					rows[i] = []string{string(l.ID), l.Number, l.Name, l.Company, clock(l.Created)}
				}
				return list(cmd, all, []string{"ID", "NUMBER", "NAME", "COMPANY", "SINCE"}, rows)
			})
		},
	})
}

func newCallLinkRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove ID --tenant T", Short: "Take a link back", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "links", args[0])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error { return c.call(ctx, http.MethodDelete, path, nil, nil) })
		},
	}
}
