package webconfig_test

import (
	"strings"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestOperatorsInABrowser guards the whole life of a reseller and its tenant: the operator adds the reseller and invites its first
// person, who sees no tenant but the own, adds one and invites its admin; the operator finds it, and erases it after typing its
// name, which says what was erased. A reseller that has tenants stays.
func TestOperatorsInABrowser(t *testing.T) {
	app := webtest.Start(t)
	operator, boss := app.Tab(t), app.Tab(t)
	operator.SignIn("operator")
	lookAt(operator, "resellers-none", "/resellers")
	lookAt(operator, "reseller-new", "/resellers/new")
	operator.Open("/resellers/new")
	operator.Fill("Name of the reseller", "Partner")
	operator.Press("Add")
	operator.Sees("Partner was added")
	reseller := operator.Path()
	operator.Fill("E-mail address", "boss@partner.example")
	operator.Press("Invite")
	operator.Sees("Hand over this link")
	link := operator.Ask(`document.getElementById("link").value`)
	operator.Click("Done")
	operator.Sees("boss@partner.example")
	lookAt(operator, "reseller", reseller)

	boss.Open(strings.TrimPrefix(link, app.URL))
	boss.Fill("New password", "correct horse battery")
	boss.Fill("The same again", "correct horse battery")
	boss.Press("Save and sign in")
	boss.Sees("No tenant yet")
	boss.Open("/resellers")
	boss.Sees("Not allowed")
	boss.Open("/tenants/new")
	boss.Lacks("Reseller")
	boss.Fill("Name of the organisation", "Bakery")
	boss.Fill("Country", "NL")
	boss.Fill("External id", "bakery/1")
	boss.Press("Add")
	boss.Sees("Bakery was added")
	boss.Sees("/v1/tenants/by-external/bakery%2F1")
	bakery := boss.Path()
	boss.Fill("E-mail address", "baker@bakery.example")
	boss.Press("Invite")
	boss.Sees("Hand over this link")
	boss.Open("/tenants/" + app.Tenant)
	boss.Sees("This page does not exist")

	lookAt(operator, "resellers", "/resellers")
	lookAt(operator, "tenants", "/tenants")
	lookAt(operator, "tenant-new", "/tenants/new")
	lookAt(operator, "tenant", bakery)
	operator.Open(reseller)
	operator.Click("Remove this reseller")
	operator.Fill("Type its name to confirm: Partner", "Partner")
	operator.Press("Erase for good")
	operator.Sees("it still has tenants")
	operator.Open(bakery)
	operator.Sees("baker@bakery.example")
	operator.Click("Remove this tenant")
	operator.Fill("Type its name to confirm: Bakery", "Bakers")
	operator.Press("Erase for good")
	operator.Sees("the name is not Bakery")
	operator.Axe()
	operator.Fill("Type its name to confirm: Bakery", "Bakery")
	operator.Press("Erase for good")
	operator.Sees("Bakery was removed. Erased:")
	boss.Open("/tenants")
	boss.Lacks("Bakery")
}
