package reportio

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/reconcile"
)

type badge struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id" roster:"match,pairs,holder"`
	HolderEmail  string           `csv:"holder_email" roster:"match,email,holder-email"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	EndsAt       string           `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	Design       string           `csv:"design" roster:"managed,document,create,update"`
	State        string           `csv:"state" roster:"state"`
	HolderName   string           `csv:"holder_name" roster:"info,holder-name"`
	TypeName     string           `csv:"type_name" roster:"info,type-name"`
}

var badges = reconcile.NewSchema("example", badge{})

// badgeCells returns the cells of a row or record; value and design may be empty.
func badgeCells(id, holder, value, ends, design string) []reconcile.Cell {
	return []reconcile.Cell{
		text(id), text(holder), text("holder" + holder + "@example.com"), text("card"), text(value), text(ends), text(design), {}, text("Example Holder " + holder), text("Card"),
	}
}

func columnsOf(names ...string) reconcile.Columns {
	var c reconcile.Columns
	for _, name := range names {
		c = c.With(badges.Index(name))
	}
	return c
}

// smallPlan returns a plan with an update, a creation, a blocked row and the deletion of a record
// without a row; its cells hold the planted secrets.
func smallPlan() (*reconcile.Plan, *reconcile.Roster) {
	roster := reconcile.NewRoster(badges)
	roster.Files = []reconcile.File{{Name: "badges.csv", SHA256: strings.Repeat("ab", 32), Sheets: []string{""}, Rows: 3}}
	long := strings.Repeat("design of the card\n", 300)
	for i, cells := range [][]reconcile.Cell{
		badgeCells("1001", "501", "8220934418", "2026-02-01T00:00:00Z", long+"new"), badgeCells("", "502", "4711", "", ""), badgeCells("1003", "503", "5550001234567", "", ""),
	} {
		roster.Add(0, 0, i+2, cells)
	}
	have := reconcile.NewSet(badges, 3)
	have.Add(badgeCells("1001", "501", "8220934417", "", long))
	have.Add(badgeCells("1003", "588", "4711", "", ""))
	have.Add(badgeCells("1009", "509", "5550001234567", "", ""))
	p := &reconcile.Plan{Want: roster.Rows, Have: have, Matched: 2}
	p.Lines = []reconcile.Line{
		{Row: 0, Record: 0, Fields: columnsOf("value", "ends_at", "design"), Chain: 0, Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Planned},
		{Row: 1, Record: -1, Fields: columnsOf("value"), Chain: 1, Situation: reconcile.Missing, Action: reconcile.Create, Outcome: reconcile.Planned},
		{
			Row: 2, Record: 1, Chain: -1, Situation: reconcile.Ambiguous, Outcome: reconcile.Blocked,
			Reason: p.AddText("the row names holder 503, the record belongs to holder 588"),
		},
		{Row: -1, Record: 2, Chain: 2, Situation: reconcile.Unlisted, Action: reconcile.Delete, Outcome: reconcile.Planned},
	}
	p.Note(0, "the credential was found by its id")
	return p, roster
}

func testKey(t testing.TB, fillWith string) *HMAC {
	t.Helper()
	h, err := NewHMAC([]byte(strings.Repeat(fillWith, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func planFile(t testing.TB) *PlanFile {
	t.Helper()
	p, roster := smallPlan()
	key := testKey(t, "k")
	return &PlanFile{
		Tool: "keyroster 0.1.0", Account: "hq", Provider: "example", CreatedAt: at(0),
		Listing: Listing{Complete: true, Records: 3, Pages: 1, Strategy: "pages", Evidence: reconcile.EvidenceTwice},
		Roster:  []PlanRoster{{File: "badges.csv", SHA256: strings.Repeat("ab", 32), Rows: 3}}, SideFiles: []Input{{File: "card.svg", SHA256: strings.Repeat("cd", 32)}},
		Limits: reconcile.DefaultLimits(), KeyID: key.KeyID(), Lines: PlanLinesOf(p, roster, key),
	}
}

func TestGoldenPlan(t *testing.T) {
	data := render(t, func(b *bytes.Buffer) error { return WritePlan(b, planFile(t)) })
	golden(t, "plan.json", data)
	back, err := ReadPlan(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if again := render(t, func(b *bytes.Buffer) error { return WritePlan(b, back) }); !bytes.Equal(data, again) {
		t.Errorf("read and written again, the plan is another:\n%s", again)
	}
	p, roster := smallPlan()
	r := report(nil)
	r.Command, r.Summary = "plan", p.Summarize(nil)
	r.Show(p, roster, cardMask.Masker, nil)
	golden(t, "plan-report.json", render(t, func(b *bytes.Buffer) error { return WriteJSON(b, r) }))
}

func TestReadPlanRefusesWhatWasChanged(t *testing.T) {
	whole := string(render(t, func(b *bytes.Buffer) error { return WritePlan(b, planFile(t)) }))
	for name, text := range map[string]string{
		"account":      strings.Replace(whole, `"account": "hq"`, `"account": "lab"`, 1),
		"limit":        strings.Replace(whole, `"update": "20%"`, `"update": "90%"`, 1),
		"action":       strings.Replace(whole, `"action":"update"`, `"action":"delete"`, 1),
		"credential":   strings.Replace(whole, `"credential_id":"1009"`, `"credential_id":"1008"`, 1),
		"field":        strings.Replace(whole, `"name":"ends_at"`, `"name":"starts_at"`, 1),
		"unblocked":    strings.Replace(whole, `"outcome":"blocked"`, `"outcome":"planned"`, 1),
		"roster":       strings.Replace(whole, "abab", "abac", 1),
		"side file":    strings.Replace(whole, "cdcd", "cdce", 1),
		"digest":       strings.Replace(whole, `"digest": "sha256:`, `"digest": "sha256:0`, 1),
		"cut":          whole[:len(whole)-40],
		"report":       strings.Replace(whole, "keyroster/plan/1", "keyroster/report/1", 1),
		"limits empty": strings.Replace(whole, `"limits": {`, `"limits": {}, "other": {`, 1),
	} {
		if text == whole {
			t.Fatalf("%s: the plan was not changed", name)
		}
		if _, err := ReadPlan(strings.NewReader(text)); err == nil {
			t.Errorf("%s: a changed plan was read", name)
		}
	}
}

func TestDigestDependsOnWhatIsSentOnly(t *testing.T) {
	digest := func(change func(*PlanFile)) string {
		p := planFile(t)
		change(p)
		d, err := p.ComputeDigest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	lines := func(change func([]PlanLine) []PlanLine) func(*PlanFile) {
		return func(p *PlanFile) {
			var kept []PlanLine
			for l := range p.Lines {
				c := *l
				c.Fields = append([]PlanField(nil), l.Fields...)
				kept = append(kept, c)
			}
			kept = change(kept)
			p.Lines = func(yield func(*PlanLine, error) bool) {
				for i := range kept {
					if !yield(&kept[i], nil) {
						return
					}
				}
			}
		}
	}
	base := digest(func(*PlanFile) {})
	for name, change := range map[string]func(*PlanFile){
		"tool": func(p *PlanFile) { p.Tool = "keyroster 9" }, "time": func(p *PlanFile) { p.CreatedAt = time.Now() },
		"roster name": func(p *PlanFile) { p.Roster[0].File = "/other/place.csv" }, "pages": func(p *PlanFile) { p.Listing.Pages = 99 },
		"key": func(p *PlanFile) {
			plan, roster := smallPlan()
			p.KeyID, p.Lines = "other", PlanLinesOf(plan, roster, testKey(t, "z"))
		},
		"order":         lines(func(l []PlanLine) []PlanLine { l[0], l[3] = l[3], l[0]; return l }),
		"field order":   lines(func(l []PlanLine) []PlanLine { f := l[0].Fields; f[0], f[1] = f[1], f[0]; return l }),
		"one more rest": lines(func(l []PlanLine) []PlanLine { return append(l, PlanLine{Outcome: reconcile.LeftUnlisted}) }),
	} {
		if digest(change) != base {
			t.Errorf("%s changes the digest", name)
		}
	}
	seen := map[string]string{base: "base"}
	for name, change := range map[string]func(*PlanFile){
		"account": func(p *PlanFile) { p.Account = "lab" }, "provider": func(p *PlanFile) { p.Provider = "other" },
		"shifted":   func(p *PlanFile) { p.Account, p.Provider = "hqe", "xample" },
		"limit":     func(p *PlanFile) { p.Limits = reconcile.Limits{"update": {Count: 20}} },
		"roster":    func(p *PlanFile) { p.Roster[0].SHA256 = "00" },
		"side file": func(p *PlanFile) { p.SideFiles = nil },
		"line lost": lines(func(l []PlanLine) []PlanLine { return l[1:] }),
		"twice":     lines(func(l []PlanLine) []PlanLine { return append(l, l[0]) }),
		"action":    lines(func(l []PlanLine) []PlanLine { l[0].Action = reconcile.Replace; return l }),
		"id":        lines(func(l []PlanLine) []PlanLine { l[0].CredentialID = "1002"; return l }),
		"holder":    lines(func(l []PlanLine) []PlanLine { l[1].HolderID = "9"; return l }),
		"field":     lines(func(l []PlanLine) []PlanLine { l[0].Fields = l[0].Fields[:1]; return l }),
	} {
		d := digest(change)
		if other, known := seen[d]; known {
			t.Errorf("%s gives the digest of %s", name, other)
		}
		seen[d] = name
	}
}

func TestFingerprints(t *testing.T) {
	a, b := testKey(t, "a"), testKey(t, "b")
	if a.Fingerprint("4711") != testKey(t, "a").Fingerprint("4711") || a.Fingerprint("4711") == a.Fingerprint("4712") || a.Fingerprint("4711") == b.Fingerprint("4711") {
		t.Error("fingerprints must tell values and keys apart, and nothing else")
	}
	if len(a.Fingerprint("")) != 32 || a.KeyID() == b.KeyID() || strings.HasPrefix(a.Fingerprint(""), a.KeyID()) {
		t.Error("the key id must name the key only")
	}
	if _, err := NewHMAC([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
	secret := strings.Repeat("k", 32)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if out := fmt.Sprintf(verb, struct{ h HMAC }{*testKey(t, "k")}) + fmt.Sprintf(verb, testKey(t, "k")); strings.Contains(out, secret) || strings.Contains(out, fmt.Sprintf("%x", secret)) {
			t.Errorf("%s prints the key", verb)
		}
	}
	for want, cell := range map[string]reconcile.Cell{"": {}, "empty": reconcile.EmptyCell(), "masked": reconcile.MaskedCell()} {
		if got := FingerprintCell(a, cell); got != want {
			t.Errorf("fingerprint %q, want %q", got, want)
		}
	}
}

// TestNoFormHoldsASecret searches everything that the package writes, with the parts of workbooks
// inflated, for the cells of the secret column.
func TestNoFormHoldsASecret(t *testing.T) {
	p, roster := smallPlan()
	r := report(nil)
	r.Summary = p.Summarize(nil)
	r.Show(p, roster, cardMask.Masker, nil)
	outputs := map[string][]byte{
		"json":    render(t, func(b *bytes.Buffer) error { return WriteJSON(b, r) }),
		"csv":     render(t, func(b *bytes.Buffer) error { return WriteCSV(b, r, CSVOptions{}) }),
		"summary": render(t, func(b *bytes.Buffer) error { return WriteSummary(b, r, SummaryOptions{}) }),
		"table":   render(t, func(b *bytes.Buffer) error { return WritePlanTable(b, r, TableOptions{}) }),
		"plan":    render(t, func(b *bytes.Buffer) error { return WritePlan(b, planFile(t)) }),
		"verbs":   fmt.Appendf(nil, "%v %+v %#v", r, r, p),
	}
	for name, part := range parts(t, writeBook(t, r, XLSXOptions{})) {
		outputs[name] = part
	}
	for name, out := range outputs {
		for _, secret := range planted {
			if bytes.Contains(out, []byte(secret)) {
				t.Errorf("%s holds a secret", name)
			}
		}
	}
	if !bytes.Contains(outputs["xl/worksheets/sheet2.xml"], []byte("••••18")) {
		t.Error("the test looked at nothing: the masked value is missing")
	}
}

// drawPlan draws a plan of any shape, and outcomes in which its run may end.
func drawPlan(t *rapid.T) (*reconcile.Plan, *reconcile.Roster, []reconcile.Outcome) {
	roster := reconcile.NewRoster(badges)
	roster.Files = []reconcile.File{{Name: "a.csv", Sheets: []string{""}}}
	p := &reconcile.Plan{Want: roster.Rows, Have: reconcile.NewSet(badges, 0), OutOfScope: rapid.IntRange(0, 3).Draw(t, "out of scope")}
	var ended []reconcile.Outcome
	for i := range rapid.IntRange(0, 40).Draw(t, "lines") {
		shape := rapid.IntRange(1, 3).Draw(t, "shape") // 1 row, 2 record, 3 both
		l := reconcile.Line{Row: -1, Record: -1, Chain: -1}
		if shape&1 != 0 {
			roster.Add(0, 0, i+2, badgeCells("", fmt.Sprint(i), "8220934418", "", ""))
			l.Row = int32(p.Want.Len() - 1)
		}
		if shape&2 != 0 {
			l.Record = int32(p.Have.Add(badgeCells(fmt.Sprint(1000+i), fmt.Sprint(i), "4711", "", "")))
		}
		if shape == 3 {
			p.Matched++
		}
		l.Situation = reconcile.Situation(rapid.IntRange(0, int(reconcile.Unlisted)).Draw(t, "situation"))
		l.Action = reconcile.Action(rapid.IntRange(0, int(reconcile.Replace)).Draw(t, "action"))
		l.Outcome = rapid.SampledFrom(reconcile.Outcomes).Draw(t, "planned")
		if rapid.Bool().Draw(t, "value changes") {
			l.Fields = columnsOf("value")
		}
		p.Lines = append(p.Lines, l)
		ended = append(ended, rapid.SampledFrom(reconcile.Outcomes).Draw(t, "outcome"))
	}
	return p, roster, ended
}

// TestLawCountedLinesSayTheSame: a report whose lines are counted without their texts says the same
// as with them.
func TestLawCountedLinesSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, roster, _ := drawPlan(t)
		var texts []string
		for _, whole := range []bool{false, true} {
			r := &Report{Command: "plan", Summary: p.Summarize(nil)}
			r.Show(p, roster, cardMask.Masker, nil)
			if whole {
				r.Counted = nil
			}
			var out bytes.Buffer
			if err := errors.Join(WritePlanTable(&out, r, TableOptions{}), WriteJSON(&out, r)); err != nil {
				t.Fatal(err)
			}
			used, err := r.usedColumns()
			texts = append(texts, fmt.Sprint(&out, used, err))
		}
		if texts[0] != texts[1] {
			t.Fatalf("counted:\n%s\nwith texts:\n%s", texts[0], texts[1])
		}
	})
}

func TestTotalsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, roster, ended := drawPlan(t)
		r := &Report{
			Summary: p.Summarize(func(line int) reconcile.Outcome { return ended[line] }),
		}
		r.Show(p, roster, cardMask.Masker, func(i int, l *Line) { l.Outcome = ended[i] })
		r.Counted = nil // here an unchanged line may have another outcome
		var js, table bytes.Buffer
		if err := WriteJSON(&js, r); err != nil {
			t.Fatal(err)
		}
		var back struct {
			Summary map[string]int
			Lines   []struct {
				Source  *reconcile.Source
				Outcome string
			}
		}
		if err := json.Unmarshal(js.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		sum, withoutRow, perOutcome := 0, 0, map[string]int{}
		for _, l := range back.Lines {
			perOutcome[l.Outcome]++
			if l.Source == nil {
				withoutRow++
			}
		}
		for _, o := range reconcile.Outcomes {
			sum += back.Summary[o.String()]
			if back.Summary[o.String()] != perOutcome[o.String()] {
				t.Fatalf("%s: summary %d, lines %d", o, back.Summary[o.String()], perOutcome[o.String()])
			}
		}
		if back.Summary["rows"]+withoutRow != sum || sum != len(p.Lines) {
			t.Fatalf("%d rows + %d records without a row, but the outcomes sum to %d", back.Summary["rows"], withoutRow, sum)
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, r, CSVOptions{}); err != nil {
			t.Fatal(err)
		}
		if records, err := csv.NewReader(&out).ReadAll(); err != nil || len(records) != sum+1 {
			t.Fatalf("the csv has %d records, want %d lines and a header: %v", len(records), sum, err)
		}
		if err := WritePlanTable(&table, r, TableOptions{Width: 60, Max: 7}); err != nil {
			t.Fatal(err)
		}
		if Verdict(r) == "" {
			t.Fatal("no verdict")
		}
	})
}
