package exportio

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

func TestNew(t *testing.T) {
	s := source(t)
	s.Location = time.FixedZone("Test/Zone", 3600)
	a := New(s)
	if a.ListedAt.Format(time.RFC3339) != "2026-03-01T09:30:00+01:00" || a.TimeZone != "Test/Zone" || *a.HoldersRead != 2 || a.Provider != "demo" {
		t.Errorf("%+v", a)
	}
	want := []string{
		"credential_id", "holder_id", "holder_name", "holder_email", "holder_ref", "type", "type_name", "status", "value", "ends_at", "design", "rules", "fingerprint",
	}
	if d := cmp.Diff(want, a.Columns); d != "" {
		t.Error(d)
	}
	two := a.Records.Record(2)
	if two.Text("holder_name") != "Person Two" || two.Text("holder_email") != "" || two.Text("holder_ref") != "" {
		t.Error("what a roster would refuse is exported")
	}
	if d := cmp.Diff(Totals{
		Credentials: 3,
		ByType: []TypeTotal{
			{"32", "Card", 2, []StatusTotal{{"active", 1}, {"lost", 1}}},
			{"31", "Keypad PIN", 1, []StatusTotal{{"active", 1}}},
		},
		ByStatus: []StatusTotal{{"active", 2}, {"lost", 1}},
	}, a.Totals); d != "" {
		t.Error(d)
	}
	s.Reveal = true
	hidden := s
	hidden.Reveal, hidden.Mask = false, reconcile.Masker{}
	if New(s).Digest != New(hidden).Digest {
		t.Error("the digest of a revealed export is over its values")
	}
	s.Reveal, s.Marks = false, marks(t, "z")
	if other := New(s); other.Digest == a.Digest || other.KeyID == a.KeyID {
		t.Error("another key makes the same fingerprints")
	}
}

func TestNewOfHalfAListing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an export of a listing that is not complete")
		}
	}()
	s := source(t)
	s.Listing.Evidence = reconcile.EvidenceNone
	New(s)
}

func TestFilters(t *testing.T) {
	for name, c := range map[string]struct {
		filters Filters
		want    string
	}{
		"none":                  {Filters{}, "K1 P1 K2"},
		"type by id":            {Filters{Types: []string{"32"}}, "K1 K2"},
		"type by name":          {Filters{Types: []string{"keypad PIN"}}, "P1"},
		"either type":           {Filters{Types: []string{"31", "32"}}, "K1 P1 K2"},
		"holder":                {Filters{Holders: []string{"502"}}, "K2"},
		"holder by address":     {Filters{Holders: []string{"ONE@example.com"}}, "K1 P1"},
		"status, and a type":    {Filters{Statuses: []string{"Active"}, Types: []string{"card"}}, "K1"},
		"nothing is not a type": {Filters{Types: []string{""}}, ""},
	} {
		s := source(t)
		s.Filters = c.filters
		a := New(s)
		var ids []string
		for n := range a.Records.Len() {
			ids = append(ids, a.Records.Record(n).ID())
		}
		if strings.Join(ids, " ") != c.want || a.Totals.Credentials != len(ids) || a.Listing.Records != 3 {
			t.Errorf("%s: %q", name, ids)
		}
	}
	if !(Filters{Types: []string{"B", "a"}}).Equal(Filters{Types: []string{"a", "b", "A"}}) || (Filters{Types: []string{"a"}}).Equal(Filters{Holders: []string{"a"}}) {
		t.Error("filters compare wrongly")
	}
}

// TestPlainTexts: what is dropped here would make a row of a roster invalid; what is kept must not.
func TestPlainTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"one@example.com": true, "One.Two+x@example.com": true, "": false, "one": false, "@example.com": false, "a@b@c": false,
		"one @example.com": false, "One <one@example.com>": false, "a@x, b@y": false, "öne@example.com": false,
	} {
		if plainEmail(text) != want {
			t.Errorf("plainEmail(%q) = %v", text, !want)
		}
	}
	for text, want := range map[string]bool{
		"E-1": true, "EMP-123": true, "00042": true, "a/b:c_d": true, "": false, "2-Jan": false, "jan-02": false, "02-JAN-2026": false, "1E-05": false,
		"1e-5": false, "12.0": false, "1,234": false, " x": false, "'x": false, "#N/A": false, "x y": false, "é": false, "2-1": true,
	} {
		if plainCode(text) != want {
			t.Errorf("plainCode(%q) = %v", text, !want)
		}
	}
}

func TestCompare(t *testing.T) {
	old := New(source(t))
	before := func() *Baseline {
		return &Baseline{File: "old.json", At: at, KeyID: old.KeyID, Records: old.Records, Columns: old.Columns}
	}
	s := source(t)
	s.Listing = listing(
		fields{"credential_id": "K2", "holder_id": "501", "type": "32", "type_name": "Renamed", "status": "lost", "value": "0010000002"},
		fields{"credential_id": "P1", "holder_id": "501", "type": "31", "status": "active", "value": "048217"},
		fields{"credential_id": "N1", "holder_id": "502", "type": "32", "status": "active", "value": "***"},
	)
	a := New(s)
	if err := a.Compare(before()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range a.Since.Changes {
		line := c.Change + " " + c.CredentialID
		for _, f := range c.Fields {
			line += " " + f.Name + " " + f.Before + ">" + f.After
		}
		got = append(got, line)
	}
	if d := cmp.Diff([]string{
		"changed P1 value ••••>••••", "changed K2 holder_id 502>501", "added N1",
		"removed K1",
	}, got); d != "" {
		t.Error(d)
	}
	if a.Since.Added != 1 || a.Since.Removed != 1 || a.Since.Changed != 2 || a.Since.NotCompared != 0 {
		t.Errorf("%+v", a.Since)
	}
	if err := old.Compare(before()); err != nil || len(old.Since.Changes) != 0 {
		t.Errorf("an account differs from itself: %v, %+v", err, old.Since)
	}
	other := before()
	other.KeyID = ""
	if err := a.Compare(other); err == nil || !strings.Contains(err.Error(), "another key (none") {
		t.Errorf("error %v", err)
	}
	other = before()
	other.Filters.Types = []string{"32"}
	if err := a.Compare(other); err == nil || !strings.Contains(err.Error(), "filters") {
		t.Errorf("error %v", err)
	}
}

// TestCompareWithASmallRun: a single digest shows either that nothing it covers has changed, or
// that the run cannot tell what did; records that the run names are compared one by one.
func TestCompareWithASmallRun(t *testing.T) {
	k1 := fields{"credential_id": "K1", "holder_id": "501", "type": "32", "status": "active", "value": "0010000001"}
	k2 := fields{"credential_id": "K2", "holder_id": "502", "type": "32", "status": "active", "value": "***"}
	named := fields{"credential_id": "P1", "holder_id": "501", "type": "31", "status": "active", "value": "048216"}
	with := func(f fields, name, text string) fields { out := maps.Clone(f); out[name] = text; return out }
	of := func(records ...fields) *Account {
		s := source(t)
		s.Listing = listing(records...)
		return New(s)
	}
	old := of(k1, k2)
	var digest reportio.RecordsDigest
	for n := range old.Records.Len() {
		r := old.Records.Record(n)
		digest.Add(r, r.Of(reconcile.Fingerprint))
	}
	for name, c := range map[string]struct {
		now     []fields
		unknown bool
		changes []string
	}{
		"nothing":          {now: []fields{k1, k2, named}},
		"another order":    {now: []fields{named, k2, k1}},
		"what no id tells": {now: []fields{with(k1, "status", "lost"), k2, named}},
		"a named value":    {now: []fields{k1, k2, with(named, "value", "048217")}, changes: []string{"changed P1"}},
		"a named one gone": {now: []fields{k1, k2}, changes: []string{"removed P1"}},
		"a value":          {now: []fields{with(k1, "value", "0010000002"), k2, named}, unknown: true},
		"a holder":         {now: []fields{with(k1, "holder_id", "502"), k2, named}, unknown: true},
		"one gone":         {now: []fields{k2, named}, unknown: true},
		"one more":         {now: []fields{k1, k2, named, with(k1, "credential_id", "K3")}, unknown: true},
	} {
		a := of(c.now...)
		err := a.Compare(&Baseline{
			File: "runs/1", At: at, KeyID: old.KeyID, Records: of(named).Records, Columns: []string{"holder_id", "type", "value"},
			KeptSmall: &reportio.KeptSmall{Unchanged: 2, Records: 2, Digest: digest.String()},
		})
		if c.unknown != errors.Is(err, ErrKeptSmall) || !c.unknown && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		var got []string
		for _, one := range a.Since.Changes {
			got = append(got, one.Change+" "+one.CredentialID)
		}
		if !slices.Equal(got, c.changes) || a.Since.NotCompared != 1 {
			t.Errorf("%s: %q, %d not compared", name, got, a.Since.NotCompared)
		}
	}
}

// TestCompareMasked: a mask on either side cannot be compared with anything.
func TestCompareMasked(t *testing.T) {
	of := func(value string) *Account {
		s := source(t)
		s.Listing = listing(fields{"credential_id": "K1", "holder_id": "501", "type": "32", "value": value})
		return New(s)
	}
	for _, c := range []struct {
		before, after        string
		changed, notCompared int
	}{{"1", "1", 0, 0}, {"1", "2", 1, 0}, {"1", "***", 0, 1}, {"***", "2", 0, 1}, {"***", "***", 0, 1}, {"1", "", 1, 0}} {
		old, now := of(c.before), of(c.after)
		if err := now.Compare(&Baseline{KeyID: old.KeyID, Records: old.Records, Columns: old.Columns}); err != nil {
			t.Fatal(err)
		}
		if s := now.Since; s.Changed != c.changed || s.NotCompared != c.notCompared {
			t.Errorf("%q to %q: %+v", c.before, c.after, s)
		}
	}
}

func roster(rows ...fields) *reconcile.Roster {
	r := reconcile.NewRoster(schema)
	r.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	for n, f := range rows {
		cells := make([]reconcile.Cell, len(schema.Columns))
		for col := range cells {
			cells[col] = reconcile.RosterCell(f[schema.Columns[col].Name], schema.Columns[col].Secret())
		}
		r.Add(0, 0, n+2, cells)
	}
	return r
}

func TestResolveOffline(t *testing.T) {
	s := source(t)
	s.Location, _ = time.LoadLocation("Europe/London")
	s.Types = []reconcile.Type{
		{ID: "31", Names: []string{"Keypad PIN", "pin"}},
		{ID: "33", Names: []string{"Fob", "tag"}},
		{ID: "34", Names: []string{"Old fob", "31"}},
	}
	a := New(s)
	const noType = `no type "badge": name one of Keypad PIN, Fob, Old fob, Card, or plan`
	type row = fields
	for name, c := range map[string]struct {
		row
		// want has some of the resulting cells; says is part of the verdict or of a note.
		want fields
		says string
	}{
		"by address and name": {
			row{"holder_email": "ONE@EXAMPLE.COM", "type": "keypad pin"},
			fields{"holder_id": "501", "type": "31", "holder_name": "Person One"},
			"",
		},
		"by reference": {row{"holder_ref": "E-1", "type": "32"}, fields{"holder_id": "501"}, ""},
		"unknown address": {
			row{"holder_email": "x@example.com", "type": "32"}, nil, "does not show whose holder_email",
		},
		"unknown address and id": {row{"credential_id": "K1", "holder_email": "x@example.com"}, nil, "not checked"},
		"contradiction": {
			row{"holder_id": "502", "holder_email": "one@example.com", "type": "32"},
			nil, "holder_email names 501, but the cells before it name 502",
		},
		"unknown holder":       {row{"holder_id": "777", "type": "32"}, fields{"holder_id": "777"}, "no one in the export"},
		"by slug":              {row{"holder_id": "501", "type": "PIN"}, fields{"type": "31"}, ""},
		"of no credential":     {row{"holder_id": "501", "type": "tag"}, fields{"type": "33"}, ""},
		"named as the records": {row{"holder_id": "501", "type": "card"}, fields{"type": "32"}, ""},
		"an id before a name":  {row{"holder_id": "501", "type": "31"}, fields{"type": "31"}, ""},
		"unknown type":         {row{"holder_id": "501", "type": "badge"}, nil, noType},
		"unknown type and id":  {row{"credential_id": "K1", "type": "badge"}, fields{"type": ""}, "not checked"},
		"a local day": {
			row{"credential_id": "K1", "ends_at": "2026-07-01"},
			fields{"ends_at": "2026-07-01T23:00:00Z"},
			"",
		},
		"a local time": {
			row{"credential_id": "K1", "ends_at": "2026-07-01 10:00"},
			fields{"ends_at": "2026-07-01T09:00:00Z"},
			"",
		},
		"the same instant": {
			row{"credential_id": "K1", "ends_at": "2027-01-01T01:00:00+01:00"},
			fields{"ends_at": "2027-01-01T00:00:00Z"},
			"",
		},
		"a time skipped": {
			row{"credential_id": "K1", "ends_at": "2026-03-29 01:30"}, nil, "skipped by a clock change",
		},
		"a time twice": {
			row{"credential_id": "K1", "ends_at": "2026-10-25 01:30"},
			nil, "occurs twice at a clock change",
		},
		"no time": {row{"credential_id": "K1", "ends_at": "soon"}, nil, "not a date or time"},
	} {
		t.Run(name, func(t *testing.T) {
			w := a.Resolve(roster(c.row), nil)
			said := strings.Join(append(slices.Clone(w.Notes[0]), w.Verdicts[0].Reason), "; ")
			if (c.says == "") != (said == "") || !strings.Contains(said, c.says) {
				t.Errorf("said %q, want %q", said, c.says)
			}
			for column, want := range c.want {
				if got := w.Rows.Record(0).Text(column); got != want {
					t.Errorf("%s is %q, want %q", column, got, want)
				}
			}
		})
	}
}

// TestPlanOffline: planning an export against itself changes nothing; against an export with
// another key, the plan cannot tell.
func TestPlanOffline(t *testing.T) {
	a := New(source(t))
	rows := roster(
		fields{"credential_id": "K1", "value": "0010000001"}, fields{"holder_email": "one@example.com", "type": "31", "value": "048216"},
		fields{"credential_id": "K2", "value": "0010000009"},
	)
	read := New(source(t))
	hidden := reconcile.NewSet(schema, 3)
	for n := range read.Records.Len() {
		cells := read.Records.Record(n).Cells(nil)
		cells[schema.Value()] = reconcile.MaskedCell()
		hidden.Add(cells)
	}
	read.Records = hidden
	for _, c := range []struct {
		account *Account
		key     string
		want    string
	}{
		{a, "", "in_sync in_sync drifted"},
		{read, "k", "in_sync in_sync drifted"},
		{read, "z", "unreadable unreadable unreadable"},
		{read, "", "unreadable unreadable unreadable"},
	} {
		policy := reconcile.Policy{}
		var wanted *reconcile.Wanted
		if c.key == "" {
			policy.Remembered, wanted = c.account.Remembered(nil), c.account.Resolve(rows, nil)
		} else {
			m := marks(t, c.key)
			policy.Remembered, wanted = c.account.Remembered(m), c.account.Resolve(rows, m)
		}
		plan := reconcile.Diff(rows, wanted, c.account.AsListing(), policy)
		var got []string
		for i := range plan.Lines {
			got = append(got, plan.Lines[i].Situation.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("key %q: %q, want %q", c.key, got, c.want)
		}
	}
	a.Filters.Types = []string{"32"}
	if a.AsListing().Complete() {
		t.Error("an export with filters is taken for a whole account")
	}
}

func TestSameMeaning(t *testing.T) {
	for _, c := range []struct {
		column, a, b string
		want         bool
	}{
		{"rules", `{"a":1,"b":[2]}`, `{ "b": [2], "a": 1 }`, true},
		{"rules", `{"a":1}`, `{"a":1.0}`, false},
		{"rules", `{"a"`, `{"a"`, false},
		{"ends_at", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", true},
		{"ends_at", "x", "x", false},
		{"design", "a", "A", false},
	} {
		if sameMeaning(&schema.Columns[schema.Index(c.column)], c.a, c.b) != c.want {
			t.Errorf("%s: %s and %s: %v", c.column, c.a, c.b, !c.want)
		}
	}
}

func BenchmarkSave(b *testing.B) {
	var records []fields
	for i := range 10_000 {
		id := strings.Repeat("0", 5) + string(rune('0'+i%10))
		records = append(records, fields{"credential_id": id + time.Duration(i).String(), "holder_id": id, "type": "32", "value": id + "12345"})
	}
	s := source(b)
	s.Listing = listing(records...)
	for _, format := range Formats {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			path := b.TempDir() + "/x." + string(format)
			for b.Loop() {
				if err := Save(path, format, export(New(s)), Recipients{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/credential")
		})
	}
}
