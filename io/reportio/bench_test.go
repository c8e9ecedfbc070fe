package reportio

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"keyroster/reconcile"
)

// bigPlan returns a plan of n rows, one in ten of which changes.
func bigPlan(n int) (*reconcile.Plan, *reconcile.Roster) {
	roster := reconcile.NewRoster(badges)
	roster.Files = []reconcile.File{{Name: "badges.xlsx", Sheets: []string{"Doors"}, Rows: n}}
	have := reconcile.NewSet(badges, n)
	p := &reconcile.Plan{Want: roster.Rows, Have: have, Matched: n, Lines: make([]reconcile.Line, 0, n)}
	for i := range n {
		id, holder := fmt.Sprint(1_000_000+i), fmt.Sprint(500_000+i)
		roster.Add(0, 0, i+2, badgeCells(id, holder, "8220934418", "", ""))
		have.Add(badgeCells(id, holder, "8220934417", "", ""))
		l := reconcile.Line{Row: int32(i), Record: int32(i), Chain: -1, Outcome: reconcile.Unchanged}
		switch {
		case i%10 == 0:
			l.Situation, l.Action, l.Outcome = reconcile.Drifted, reconcile.Update, reconcile.Planned
			l.Chain, l.Fields = int32(i), columnsOf("value", "ends_at")
		case i%97 == 0:
			l.Situation, l.Outcome = reconcile.Ambiguous, reconcile.Blocked
			l.Reason = p.AddText("two records fit this row; add credential_id to say which")
		}
		p.Lines = append(p.Lines, l)
	}
	return p, roster
}

func bigReport(n int) *Report {
	p, roster := bigPlan(n)
	r := report(nil)
	r.Summary = p.Summarize(nil)
	r.Show(p, roster, cardMask.Masker, nil)
	return r
}

// BenchmarkWrite measures each form; compare ns/line, since the sizes differ.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		p, roster := bigPlan(n)
		key := testKey(b, "k")
		r := bigReport(n)
		dir := b.TempDir()
		for _, form := range []struct {
			name  string
			write func() error
		}{
			{"json", func() error { return WriteJSON(io.Discard, r) }},
			{"csv", func() error { return WriteCSV(io.Discard, r, CSVOptions{}) }},
			{"xlsx", func() error { return WriteXLSX(io.Discard, r, XLSXOptions{TempDir: dir}) }},
			{"html", func() error { return WriteHTML(io.Discard, r, HTMLOptions{}) }},
			{"plan", func() error { return WritePlan(io.Discard, &PlanFile{Lines: PlanLinesOf(p, roster, key)}) }},
			{"table", func() error { return WritePlanTable(io.Discard, r, TableOptions{Width: 120}) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", form.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r.settled = nil
					if err := form.write(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/line")
			})
		}
	}
}

// BenchmarkReadJSON measures reading a report back to render it again.
func BenchmarkReadJSON(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		data := render(b, func(out *bytes.Buffer) error { return WriteJSON(out, bigReport(n)) })
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ReadJSON(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/line")
		})
	}
}

// BenchmarkMemory measures the heap that a report of 200,000 lines needs beyond its inputs, sampled
// while it is written.
func BenchmarkMemory(b *testing.B) {
	const n = 200_000
	r := bigReport(n)
	dir := b.TempDir()
	for name, write := range map[string]func() error{
		"json": func() error { return WriteJSON(io.Discard, r) },
		"csv":  func() error { return WriteCSV(io.Discard, r, CSVOptions{}) },
		"xlsx": func() error { return WriteXLSX(io.Discard, r, XLSXOptions{TempDir: dir}) },
		"html": func() error { return WriteHTML(io.Discard, r, HTMLOptions{MaxLines: n}) },
	} {
		b.Run(name, func(b *testing.B) {
			lines := r.Lines
			defer func() { r.Lines = lines }()
			var base, now runtime.MemStats
			var peak uint64
			sample := func() {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapInuse)
			}
			r.Lines = func(yield func(*Line, error) bool) {
				for l, err := range lines {
					if l.Line%2_000 == 0 {
						sample()
					}
					if !yield(l, err) {
						return
					}
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&base)
			for b.Loop() {
				r.settled = nil
				if err := write(); err != nil {
					b.Fatal(err)
				}
				sample()
			}
			b.ReportMetric(float64(peak-base.HeapInuse)/(1<<20), "peak-MiB")
		})
	}
}
