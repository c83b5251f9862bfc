package notice

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/jobs/mail/mailtest"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/tenant/signin"
	"github.com/ringdex/ringdex/wording"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var by = tenant.Command("test")

// world is a desk with a real mail server and a real directory: a Dutch tenant with an integration, two admins and an agent.
type world struct {
	*Desk
	t      *testing.T
	dir    *tenant.Directory
	kv     store.Store
	smtp   *mailtest.Server
	deps   Deps
	clock  time.Time
	tenant tenant.ID
	in     cache.Ref
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, kv: memkv.New(), smtp: mailtest.Start(t, mailtest.Options{}), clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	keys, err := tenant.OpenKeyring(t.TempDir()+"/keys", slices.Repeat([]byte{7}, 32))
	w.must(err)
	t.Cleanup(func() { _ = keys.Close() })
	now := func() time.Time { return w.clock }
	w.dir, err = tenant.Open(t.Context(), tenant.Deps{
		Store: w.kv, Keys: keys, Now: now, Hasher: signin.NewHasher(signin.Cost{Memory: 16, Time: 1, Lanes: 1}),
	})
	w.must(err)
	server, err := mail.Parse("smtp://" + w.smtp.Addr + "?from=ringdex@example.com")
	w.must(err)
	w.deps = Deps{Store: w.kv, Directory: w.dir, Keys: keys, PublicURL: "https://ring.example", Mail: server, Now: now}
	a, err := w.dir.AddTenant(t.Context(), by, "", map[string]string{"name": "Bakkerij", "region": "NL", "language": "nl"})
	w.must(err)
	w.tenant = a.ID
	w.person("admin@example.com", tenant.RoleAdmin, "")
	w.person("chef@example.com", tenant.RoleAdmin, "en")
	w.person("agent@example.com", tenant.RoleAgent, "en")
	w.in = w.integration("Acme CRM")
	w.open()
	return w
}

// open is a start of the server on what is stored.
func (w *world) open() {
	w.t.Helper()
	var err error
	w.Desk, err = New(w.deps)
	w.must(err)
	w.must(w.load(w.t.Context()))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) person(email string, role tenant.Role, language string) tenant.Person {
	w.t.Helper()
	p, err := w.dir.AddPerson(w.t.Context(), by, tenant.Person{Account: w.tenant, Email: email, Role: role, Language: language}, tenant.Secret{})
	w.must(err)
	return p
}

func (w *world) integration(name string) cache.Ref {
	w.t.Helper()
	i, err := w.dir.AddIntegration(w.t.Context(), by, w.tenant, tenant.Integration{Name: name, Preset: "crm"})
	w.must(err)
	return cache.Ref{Tenant: w.tenant, Integration: i.ID}
}

func (w *world) set(settings ...string) {
	w.t.Helper()
	all := map[string]string{}
	for i := 0; i < len(settings); i += 2 {
		all[settings[i]] = settings[i+1]
	}
	_, err := w.dir.SetAccount(w.t.Context(), by, w.tenant, all)
	w.must(err)
}

// is compares with these conditions and delivers what is due.
func (w *world) is(now ...Condition) {
	w.t.Helper()
	w.Compare(w.t.Context(), now, func(cache.Ref) bool { return true })
	w.deliver()
}

func (w *world) deliver() {
	w.pump(w.t.Context(), func(do func()) bool { do(); return true })
}

func (w *world) condition(kind Kind, step int) Condition {
	return Condition{In: w.in, Kind: kind, Since: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC), Step: step, Text: wording.Plain("It said no.")}
}

// got are the mails since the last call, as "address: subject", sorted.
func (w *world) got(seen *int) []string {
	w.t.Helper()
	var all []string
	mails := w.smtp.Mails()
	for _, m := range mails[*seen:] {
		all = append(all, strings.Join(m.To, ",")+": "+m.Subject)
	}
	*seen = len(mails)
	slices.Sort(all)
	return all
}

func (w *world) list() []Notice {
	w.t.Helper()
	all, err := w.List(w.t.Context(), w.tenant, "", 100)
	w.must(err)
	return all
}

// hooks lets webhooks of the tenant go through this client.
func (w *world) hooks(client *http.Client) {
	w.deps.Client = func(tenant.ID) *http.Client { return client }
	w.open()
}
