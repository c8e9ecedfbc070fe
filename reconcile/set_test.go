package reconcile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLawSetKeepsCells(t *testing.T) {
	schema := badgeSchema()
	rapid.Check(t, func(t *rapid.T) {
		set := NewSet(schema, rapid.IntRange(0, 5).Draw(t, "capacity"))
		var want [][]Cell
		for range rapid.IntRange(1, 40).Draw(t, "records") {
			cells := make([]Cell, len(schema.Columns))
			for i := range cells {
				switch rapid.IntRange(0, 4).Draw(t, "state") {
				case 1:
					cells[i] = EmptyCell()
				case 2:
					cells[i] = MaskedCell()
				case 3:
					cells[i] = TextCell(rapid.String().Draw(t, "text"))
				case 4:
					cells[i] = TextCell(strings.Repeat("x", rapid.SampledFrom([]int{1, 124, 125, 126, 127, 128, 16380, 300000}).Draw(t, "length")))
				}
			}
			if len(want) > 0 && rapid.Bool().Draw(t, "in the place of another") {
				n := rapid.IntRange(0, len(want)-1).Draw(t, "place")
				want[n] = cells
				set.Put(n, cells)
				continue
			}
			want = append(want, cells)
			set.Add(cells)
		}
		if set.Len() != len(want) {
			t.Fatalf("%d records, want %d", set.Len(), len(want))
		}
		for n, cells := range want {
			got := set.Record(n).Cells(nil)
			for col := range cells {
				if got[col].State() != cells[col].State() || got[col].Text() != cells[col].Text() || set.Record(n).Cell(col).Text() != cells[col].Text() {
					t.Fatalf("record %d, column %d differs", n, col)
				}
			}
		}
	})
}

// TestCellOfALaterColumn: a column that a record's schema does not have yet is unset, even if
// another record follows in the same memory.
func TestCellOfALaterColumn(t *testing.T) {
	schema := badgeSchema()
	cells := make([]Cell, len(schema.Columns))
	for i := range cells {
		cells[i] = TextCell("text")
	}
	set := NewSet(schema, 2)
	for n := range 2 {
		set.Add(cells)
		if got := set.Record(n).Cell(len(cells) - 1); got.Text() != "text" {
			t.Errorf("the last cell of record %d is %q", n, got.Text())
		}
	}
	for n := range 2 {
		if got := set.Record(n).Cell(len(cells)); got.State() != Unset {
			t.Errorf("a cell that record %d does not have is %v", n, got.State())
		}
	}
}

func TestSchema(t *testing.T) {
	s := badgeSchema()
	if s.Key() != 0 || s.State() != 6 || s.Value() != 4 {
		t.Errorf("key %d, state %d, value %d", s.Key(), s.State(), s.Value())
	}
	if diff := cmp.Diff([]int{1, 3}, s.Pairs()); diff != "" {
		t.Error(diff)
	}
	if got := s.Columns[1].Aliases; len(got) != 1 || got[0] != "person_id" {
		t.Errorf("aliases %v", got)
	}
	if s.Managed() != Columns(0).With(4).With(5) {
		t.Errorf("managed %b", s.Managed())
	}
}

func TestLimits(t *testing.T) {
	for text, bad := range map[string]bool{"20%": false, "0": false, "15": false, "0.5%": false, "-1": true, "101%": true, "x": true, "": true, "NaN%": true} {
		if _, err := ParseLimit("update", text); (err != nil) != bad {
			t.Errorf("ParseLimit(%q): %v", text, err)
		}
	}
	if _, err := ParseLimit("updates", "1"); err == nil || !strings.Contains(err.Error(), "update, create") {
		t.Error(err)
	}
	if got := (Limit{Percent: 20, IsPercent: true}).Allowed("update", 5); got != 3 {
		t.Errorf("a share of a small account allows %d, want 3", got)
	}
	if got := (Limit{Percent: 20, IsPercent: true}).Allowed("delete", 5); got != 1 {
		t.Errorf("a share of deletions has no floor, got %d", got)
	}
}

// TestLawRevisedSetKeepsCells: a revised set holds only what its records have otherwise, and shows
// all of them whole.
func TestLawRevisedSetKeepsCells(t *testing.T) {
	schema := badgeSchema()
	draw := func(t *rapid.T) []Cell {
		cells := make([]Cell, len(schema.Columns))
		for i := range cells {
			cells[i] = rapid.SampledFrom([]Cell{
				{},
				EmptyCell(), MaskedCell(), TextCell("a"),
				TextCell(strings.Repeat("b", 200)),
			}).Draw(t, "cell")
		}
		return cells
	}
	rapid.Check(t, func(t *rapid.T) {
		set := NewSet(schema, 0)
		for range rapid.IntRange(0, 9).Draw(t, "records") {
			set.Add(draw(t))
		}
		var want [][]Cell
		change := func(_ int, cells []Cell) {
			for i, cell := range draw(t) {
				if rapid.Bool().Draw(t, "change") {
					cells[i] = cell
				}
			}
			want = append(want, slices.Clone(cells))
		}
		revised := set.Revised(schema, change)
		if rapid.Bool().Draw(t, "twice") {
			want = nil
			revised = revised.Revised(schema, change)
		}
		if n := len(want); n > 0 && rapid.Bool().Draw(t, "put and add") {
			want[n-1] = draw(t)
			revised.Put(n-1, want[n-1])
			want = append(want, draw(t))
			revised.Add(want[n])
		}
		for _, got := range []*Set{revised, revised.plain()} {
			for n := range want {
				cells := got.Record(n).Cells(nil)
				for col, cell := range want[n] {
					for _, one := range []Cell{cells[col], got.Record(n).Cell(col)} {
						if one.State() != cell.State() || one.Text() != cell.Text() {
							t.Fatalf("record %d, column %d", n, col)
						}
					}
				}
			}
		}
	})
}

func BenchmarkDiff(b *testing.B) {
	for name, n := range map[string]int{"1k": 1000, "100k": 100_000, "1M": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			w := bigWorld(n)
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				Diff(w.roster, w.wanted, w.listing, Policy{})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
		})
	}
}

type big struct {
	roster  *Roster
	wanted  *Wanted
	listing *Listing
}

// bigWorld returns n records and n rows in another order, one in a hundred drifted.
func bigWorld(n int) big {
	schema := badgeSchema()
	have, want := NewSet(schema, n), NewSet(schema, n)
	roster := NewRoster(schema)
	roster.Files = []File{{Name: "roster.csv", Sheets: []string{""}}}
	cells := make([]Cell, len(schema.Columns))
	text := func(prefix string, i int) Cell { return TextCell(prefix + strings.Repeat("0", 3) + itoa(i)) }
	for i := range n {
		cells[0], cells[1], cells[3], cells[4] = text("c", i), text("", i), TextCell("31"), text("9", i)
		have.Add(cells)
	}
	step := 7919
	for i := range n {
		j := i * step % n
		cells[0], cells[1], cells[3], cells[4] = text("c", j), text("", j), TextCell("31"), text("9", j)
		if j%100 == 0 {
			cells[4] = text("8", j)
		}
		want.Add(cells)
	}
	return big{roster, &Wanted{Rows: want}, &Listing{Records: have, Total: n, Evidence: EvidenceDeclared}}
}

func itoa(i int) string {
	return string([]byte{byte('0' + i/1e6%10), byte('0' + i/1e5%10), byte('0' + i/1e4%10), byte('0' + i/1000%10), byte('0' + i/100%10), byte('0' + i/10%10), byte('0' + i%10)})
}

// BenchmarkChains diffs rows that hand all values on: half of the records form one path, the rest
// cycles of two.
func BenchmarkChains(b *testing.B) {
	for name, n := range map[string]int{"1k": 1000, "100k": 100_000} {
		b.Run(name, func(b *testing.B) {
			w := handover(n)
			b.ReportAllocs()
			for b.Loop() {
				if plan := Diff(w.roster, w.wanted, w.listing, Policy{Park: true}); len(plan.Chains) != 1+n/4 {
					b.Fatalf("%d chains", len(plan.Chains))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

func handover(n int) big {
	schema := badgeSchema()
	have, want := NewSet(schema, n), NewSet(schema, n)
	roster := NewRoster(schema)
	roster.Files = []File{{Name: "roster.csv", Sheets: []string{""}}}
	cells := make([]Cell, len(schema.Columns))
	for i := range n {
		next := i + 1 // a path whose end takes a free value
		if i >= n/2 {
			next = i ^ 1
		}
		cells[0], cells[1], cells[3], cells[4] = TextCell("c"+itoa(i)), TextCell(itoa(i)), TextCell("31"), TextCell("9"+itoa(i))
		have.Add(cells)
		if i == n/2-1 {
			next = n + 1
		}
		cells[4] = TextCell("9" + itoa(next))
		want.Add(cells)
	}
	return big{roster, &Wanted{Rows: want}, &Listing{Records: have, Total: n, Evidence: EvidenceDeclared}}
}
