package api

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// uploads adds an integration of a customer that waits for a file, and returns its path.
func (w *world) uploads(c *customer) (string, tenant.Integration) {
	w.tb.Helper()
	i, err := w.Setup.Add(w.tb.Context(), by, c.id, setup.Draft{Name: "Uploads", Preset: "csv"})
	w.must(err)
	if i.State != tenant.StateDraft || w.Setup.WaitsFor(i) != setup.WaitsForFile {
		w.tb.Fatalf("state %s", i.State)
	}
	return "/v1/integrations/" + string(i.ID), i
}

// synced runs an integration to its end.
func (w *world) synced(as credential, c *customer, path string, i tenant.Integration) jobs.Run {
	w.tb.Helper()
	got := w.do(request{method: http.MethodPost, path: path + "/sync", as: as, body: "{}"})
	var begun struct{ Run jobs.RunID }
	if err := json.Unmarshal([]byte(got.body), &begun); err != nil || got.status != http.StatusCreated {
		w.tb.Fatalf("%d %s", got.status, got.body)
	}
	run, err := w.Jobs.Wait(w.tb.Context(), refOf(i), begun.Run)
	w.must(err)
	return run
}

// Promise: a file is previewed before anything of it is published, waits until somebody synchronises, and is read from then on
// with the options remembered.
func TestUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	path, i := w.uploads(a)
	put := func(query, text string) uploadShown {
		t.Helper()
		got := w.do(request{method: http.MethodPut, path: path + "/file" + query, as: a.admin, body: text})
		var shown uploadShown
		if err := json.Unmarshal([]byte(got.body), &shown); err != nil || got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		return shown
	}
	known := func(number string) string { return w.get(a.match, "/v1/match?number="+number).names(t) }

	first := put("?name=contacts.csv&preview=1", "id;name;phone\n1;Ada;020 7654321\n2;Bo;020 7654322\n3;Cy;020 7654323\n")
	if p := first.Preview; first.Name != "contacts.csv" || p == nil || p.Added != 3 || p.Numbers != 3 || p.Removed+p.Changed != 0 || len(p.Samples.Added) != 3 {
		t.Fatalf("first: %+v %+v", first, first.Preview)
	}
	if known("0207654321") != "" {
		t.Error("a preview is published")
	}
	if run := w.synced(a.admin, a, path, i); run.State != jobs.Succeeded || run.Counts.Added != 3 || known("0207654321") != "Ada" {
		t.Errorf("first run: %+v", run)
	}

	second := put("?preview=1", "id;name;phone\n1;Ada Muster;020 7654321\n2;Bo;020 7654322\n4;Di;not a number 12\n").Preview
	if second.Added != 1 || second.Changed != 1 || second.Removed != 1 || second.Unchanged != 1 || second.Held != "" {
		t.Errorf("second: %+v", second)
	}
	if s := second.Samples; s.Changed[0].Name != "Ada Muster" || s.Removed[0].Name != "Cy" || s.Removed[0].Numbers[0].E164 != "+31207654323" || s.Added[0].Name != "Di" {
		t.Errorf("samples: %+v", s)
	}
	night, err := w.Jobs.Sync(t.Context(), refOf(i), jobs.Full, jobs.Nightly) // by itself
	w.must(err)
	_, err = w.Jobs.Wait(t.Context(), refOf(i), night)
	w.must(err)
	if known("0207654321") != "Ada" {
		t.Error("a file that waits was read by itself")
	}
	var files setup.Uploads
	w.must(json.Unmarshal([]byte(w.get(a.admin, path+"/file").body), &files))
	if files.Used == nil || files.Waiting == nil || files.Used.Name != "contacts.csv" {
		t.Errorf("files: %+v", files)
	}
	if got := w.do(request{method: http.MethodDelete, path: path + "/file", as: a.admin}); got.status != http.StatusNoContent {
		t.Errorf("drop: %d %s", got.status, got.body)
	}
	if run := w.synced(a.admin, a, path, i); run.Counts.Added+run.Counts.Changed+run.Counts.Removed != 0 {
		t.Errorf("after the drop: %+v", run)
	}

	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	w.must(m.WriteField("note", "from a browser"))
	part, err := m.CreateFormFile("file", `C:\docs\other.csv`)
	w.must(err)
	_, err = part.Write([]byte("id;name;phone\n1;Ada Form;020 7654321\n2;Bo;020 7654322\n3;Cy;020 7654323\n"))
	w.must(err)
	w.must(m.Close())
	got := w.do(request{
		method: http.MethodPut, path: path + "/file", as: a.admin, body: form.String(), header: http.Header{"Content-Type": {m.FormDataContentType()}},
	})
	if got.status != http.StatusOK || !strings.Contains(got.body, `"name":"other.csv"`) {
		t.Errorf("form: %d %s", got.status, got.body)
	}
	if run := w.synced(a.admin, a, path, i); run.Counts.Changed != 1 || known("0207654321") != "Ada Form" {
		t.Errorf("form: %+v", run)
	}
	if got := w.do(request{method: http.MethodDelete, path: path, as: a.admin}); got.status != http.StatusOK || !strings.Contains(got.body, `"name":"files","records":1`) {
		t.Errorf("erase: %d %s", got.status, got.body)
	}
}

// Promise: what is no file of contacts is refused with what to do, and an integration with a file elsewhere takes none.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	path, _ := w.uploads(a)
	for name, c := range map[string]struct {
		req    request
		status int
		text   string
	}{
		"no CSV":     {request{method: "PUT", path: path + "/file?preview=1", body: "PK\x03\x04 nonsense"}, 422, "use preset xlsx"},
		"empty":      {request{method: "PUT", path: path + "/file"}, 422, "empty"},
		"too large":  {request{method: "PUT", path: path + "/file", body: strings.Repeat("x", 50<<20+1)}, 413, "50 MiB"},
		"no form":    {request{method: "PUT", path: path + "/file", body: "x", header: http.Header{"Content-Type": {"multipart/form-data; boundary=b"}}}, 400, "no file"},
		"with path":  {request{method: "PUT", path: "/v1/integrations/" + string(a.integration) + "/file", body: "x"}, 409, "empty that option first"},
		"two places": {request{method: "PATCH", path: path, body: `{"options":{"url":"https://x.example/a.csv","path":"` + w.imports + `/a.csv"}}`}, 422, "two files"},
		"enable":     {request{method: "POST", path: path + "/enable"}, 409, "waits for its first file"},
	} {
		c.req.as = a.admin
		got := w.do(c.req)
		if p := got.problem(t); got.status != c.status || !strings.Contains(p.Detail+p.Hint+got.body, c.text) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	other, _ := w.Setup.Add(t.Context(), by, a.id, setup.Draft{Name: "Empty", Preset: "csv"})
	for _, c := range []request{
		{method: "POST", path: "/v1/integrations/" + string(other.ID) + "/file/preview", as: a.admin},
		{method: "DELETE", path: "/v1/integrations/" + string(other.ID) + "/file", as: a.admin},
		{method: "POST", path: "/v1/integrations/" + string(other.ID) + "/sync", as: a.admin, body: "{}"},
	} {
		if got := w.do(c); got.status < 400 || got.status >= 500 {
			t.Errorf("%s %s: %d %s", c.method, c.path, got.status, got.body)
		}
	}
}
