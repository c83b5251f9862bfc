package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers/v2"

	"github.com/ringdex/ringdex/phone"
)

// Every contact has a valid number of its own that we and the library read out of what is typed; else the benchmark would
// measure refusals. The sample reaches over 10 million known numbers and as many unknown ones.
func TestEntriesAreValid(t *testing.T) {
	for i := 0; i < 20_000_000; i += 9973 {
		e := entry{i}
		region, text := e.national()
		n, err := phonenumbers.Parse(text, region)
		if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != e.e164() {
			t.Fatalf("the library does not read %q in %s as %s", text, region, e.e164())
		}
		found := phone.Find(text, phone.FieldContext{Region: region})
		if len(found) != 1 || found[0].Number.E164() != e.e164() {
			t.Fatalf("found %v in %q in %s, want %s", found, text, region, e.e164())
		}
		asked, err := phone.Caller(text, phone.SystemForm{Region: region})
		if err != nil || asked.Kind != phone.CallerNumber || asked.Candidates()[0].Number.E164() != e.e164() {
			t.Fatalf("caller %q in %s is read as %+v, want %s", text, region, asked, e.e164())
		}
	}
}

// No two contacts have the same number. The map is one to one in each range because stride and space have no common factor
// and the indexes of a range stay below its space; a sample shows that the code does what that says.
func TestEntriesAreOneToOne(t *testing.T) {
	for _, p := range plans {
		if gcd(stride, p.space) != 1 {
			t.Errorf("%s: stride and space have a common factor", p.region)
		}
		if maxEntries/len(plans) > p.space {
			t.Errorf("%s: fewer numbers than contacts", p.region)
		}
	}
	seen := make(map[string]int, 600_000)
	for from := 0; from < 10_000_000; from += 1_000_000 {
		for i := from; i < from+50_000; i++ {
			number := entry{i}.e164()
			if other, ok := seen[number]; ok {
				t.Fatalf("contacts %d and %d have the same number", other, i)
			}
			seen[number] = i
		}
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// The load generator asks for the numbers that were stored: its Lua makes the same ones.
func TestLuaMakesTheSameNumbers(t *testing.T) {
	lua := ""
	for _, name := range []string{"luajit", "lua5.1", "lua"} {
		if path, err := exec.LookPath(name); err == nil {
			lua = path
			break
		}
	}
	if lua == "" {
		t.Skip("no Lua here; `ringdex bench match` checks answers before each round")
	}
	const entries = 10_000_000
	script := filepath.Join(t.TempDir(), "ask.lua")
	source := "wrk = {format = function(method, path) return path end}\n" + e164Script(0, entries) + "for k = 1, 2000 do print(request()) end\n"
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), lua, script).Output()
	if err != nil {
		t.Fatal(err)
	}
	index := 0
	for line := range strings.Lines(string(out)) {
		index = (index + 7919) % entries
		if want := "/v1/match?number=%2B" + (entry{index}).e164()[1:]; strings.TrimSpace(line) != want {
			t.Fatalf("Lua asks %s, want %s", line, want)
		}
	}
}

// A record read from the file is the contact that was written, at every revision.
func TestRecords(t *testing.T) {
	const contacts = 50
	for rev := before; rev <= otherNumber; rev++ {
		path := filepath.Join(t.TempDir(), fmt.Sprint(rev))
		if err := writeRecords(path, contacts, rev); err != nil {
			t.Fatal(err)
		}
		all, err := openRecords(path)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for rec := range all.all {
			want := entry{i}.contact()
			if rev == otherCompany {
				want.Company += " & Co"
			}
			rec.Changed = rec.Changed.UTC()
			region, text := entry{i}.phone(rev)
			if diff := cmp.Diff(want, rec.Contact); diff != "" || rec.region != region || rec.phone != text {
				t.Fatalf("record %d of revision %d: %s %s %s", i, rev, rec.region, rec.phone, diff)
			}
			i++
		}
		if i != contacts {
			t.Errorf("%d records, want %d", i, contacts)
		}
		if err := all.close(); err != nil {
			t.Error(err)
		}
	}
}

// A folder that was left half full is made again, one that is complete is not.
func TestOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	calls, broken := 0, errors.New("broken off")
	make := func() error {
		calls++
		if _, err := os.Stat(filepath.Join(dir, "half")); err == nil {
			t.Error("what was left of the last time is still there")
		}
		if calls == 1 {
			return errors.Join(broken, os.WriteFile(filepath.Join(dir, "half"), nil, 0o600))
		}
		return nil
	}
	if err := once(dir, make); !errors.Is(err, broken) {
		t.Fatalf("error %v", err)
	}
	for range 2 {
		if err := once(dir, make); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 2 {
		t.Errorf("made %d times, want 2", calls)
	}
}
