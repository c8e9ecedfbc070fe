package draft

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/store/memory"
	"keyroster/providers"
	"keyroster/reconcile"
)

// exported writes an export of the account, made with the key of the tests, and returns its path.
func (w *world) exported(reveal bool, filters exportio.Filters) string {
	w.Helper()
	listing, err := w.acc.List(context.Background(), reconcile.Scope{}, nil)
	if err != nil {
		w.Fatal(err)
	}
	mask, err := w.acc.Masker(context.Background(), zerolog.Nop())
	if err != nil {
		w.Fatal(err)
	}
	holders, err := w.acc.ReadHolders(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	one := exportio.New(exportio.Source{
		Account: "hq", Title: w.acc.Spec.Title, Tenant: w.acc.Tenant, Listing: listing, Holders: holders, Name: w.acc.Names,
		Mask: mask, Marks: w.known(nil).Marks, Reveal: reveal, Filters: filters,
	})
	var out bytes.Buffer
	if err := exportio.Write(&out, exportio.JSON, &exportio.Export{Accounts: []*exportio.Account{one}}); err != nil {
		w.Fatal(err)
	}
	return w.file("export.json", out.String())
}

// load finds the account in the configuration, as a command does.
func (w *world) load() (*configio.Account, *providers.Spec, error) {
	return w.acc.Config, w.acc.Spec, nil
}

func (w *world) open(path, name string) (*Export, error) {
	return OpenExport(&account.Opener{Getenv: os.Getenv}, path, name, w.load)
}

// TestAgainst compares with an export what Make compares with the account, and finds the same.
func TestAgainst(t *testing.T) {
	w := newWorld(t, "    limits: {update: 0}\n")
	changed := strings.Replace(same, "481057", "481058", 1)
	path := w.exported(false, exportio.Filters{})
	const refusal = "the plan exceeds its limits: 1 update, but limits.update allows 0"
	for _, test := range []struct {
		name, account, key, refusal string
		want                        reconcile.Situation
	}{
		{"of the configuration", "hq", "a key of the tests, of no account", refusal, reconcile.Drifted},
		{"without limits", "", "a key of the tests, of no account", "", reconcile.Drifted},
		{"without its key", "", "another key of the tests", "", reconcile.Unreadable},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := w.open(path, test.account)
			if err != nil {
				t.Fatal(err)
			}
			marks, err := e.Marks(context.Background(), KeySource{
				Reference: "env:KEY", Getenv: func(string) string { return test.key }, Log: zerolog.Nop(),
			})
			if err != nil {
				t.Fatal(err)
			}
			d, err := Make(context.Background(), e.Input(w.roster(changed), marks, Options{}, sink.Sinks{}))
			if err != nil {
				t.Fatal(err)
			}
			wantFailure(t, d.Result(false), failure.Unsafe, test.refusal,
				"if this is intended, lift the limit for this run: --limit update=1")
			if got := situationOf(d, "P1"); got != test.want {
				t.Errorf("P1 is %v, want %v", got, test.want)
			}
			r := d.Report(ReportOptions{Command: "plan", Marks: marks})
			if r.Memory != nil || r.Tenant != w.acc.Tenant.ID || (r.KeyID != "") != (marks != nil) {
				t.Errorf("memory %v, tenant %q, key %q", r.Memory, r.Tenant, r.KeyID)
			}
		})
	}
}

// situationOf returns the situation of a record's line.
func situationOf(d *Draft, id string) reconcile.Situation {
	for i := range d.Plan.Lines {
		if r := d.Plan.HaveRecord(i); r.Valid() && r.ID() == id {
			return d.Plan.Lines[i].Situation
		}
	}
	return 0
}

// TestKeysOfAnExport: no key is made where the tenant is not remembered.
func TestKeysOfAnExport(t *testing.T) {
	w := newWorld(t, "")
	st := memory.New()
	for _, test := range []struct{ account, warning string }{
		{"hq", "no fingerprint key is known"},
		{"", "no fingerprint key is known"},
	} {
		e, err := w.open(w.exported(false, exportio.Filters{}), test.account)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		marks, err := e.Marks(context.Background(), KeySource{Store: st, Log: zerolog.New(&log)})
		if marks != nil || err != nil || !strings.Contains(log.String(), test.warning) {
			t.Errorf("%v, %v, log %s", marks, err, &log)
		}
	}
	tenant, err := st.Look(w.acc.Spec.Name, w.acc.Tenant.ID)
	if err == nil && tenant.HasKey("fingerprint.key") {
		t.Error("a key was made that fits nothing")
	}
}

func TestExportsThatAreRefused(t *testing.T) {
	w := newWorld(t, "")
	whole := w.exported(false, exportio.Filters{})
	_, err := w.open(whole, "lab")
	wantFailure(t, err, failure.Usage, "no account of the export is named", "name one with --account: hq")

	filtered := w.exported(false, exportio.Filters{Types: []string{"card"}})
	_, err = w.open(filtered, "")
	f := failure.Of(err)
	if f.Kind != failure.Unsafe || f.Hint != "export the account without filters" {
		t.Errorf("%v, hint %q", f, f.Hint)
	}

	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	changed := w.file("changed.json", strings.Replace(string(text), `"K1"`, `"K9"`, 1))
	_, err = w.open(changed, "")
	if f := failure.Of(err); f.Kind != failure.Unsafe {
		t.Errorf("an export that was changed: %v", err)
	}
	_, err = w.open(w.file("no.json", "{}"), "")
	if f := failure.Of(err); f.Kind != failure.Usage {
		t.Errorf("no export: %v", err)
	}
}

// TestAgainstSomePeople: people are found in the export, and those who are not there are named.
func TestAgainstSomePeople(t *testing.T) {
	w := newWorld(t, "")
	e, err := w.open(w.exported(true, exportio.Filters{}), "hq")
	if err != nil {
		t.Fatal(err)
	}
	typed := Options{Holders: []string{"one@example.com"}}
	d, err := Make(context.Background(), e.Input(w.roster(strings.NewReplacer("481057", "481058", "048216", "048217").Replace(same)), nil, typed, sink.Sinks{}))
	if err != nil {
		t.Fatal(err)
	}
	if got := sent(d); !slices.Equal(got, []string{"P1"}) || !slices.Equal(d.Options.Holders, []string{"501"}) {
		t.Errorf("the plan of %v sends %v", d.Options.Holders, got)
	}
	_, err = Make(context.Background(), e.Input(w.roster(same), nil, Options{Holders: []string{"six@example.com"}}, sink.Sinks{}))
	wantFailure(t, err, failure.Roster,
		"the export has no person that matches --holder six@example.com",
		"name people by id, reference or e-mail address")
}
