package reportio

import (
	"slices"
	"testing"

	"keyroster/reconcile"
)

// TestPageOrders: the page is told the order of its lines for each way of sorting them.
func TestPageOrders(t *testing.T) {
	names := []string{"holder 10", "Zoë", "", "Holder 9", "Émile", "emil", "holder 009 b", "ŻANETA"}
	var lines []Line
	for i, name := range names {
		l := row(i)
		l.HolderName, l.HolderEmail, l.HolderID = name, "", ""
		lines = append(lines, l)
	}
	lines[1] = stays(lines[1], reconcile.Ambiguous, reconcile.Blocked, "two records fit")
	lines[3] = change(lines[3], reconcile.Failed, "8220934417", "8220934418")
	lines[4] = change(lines[4], reconcile.Applied, "8220934417", "8220934418")
	lines[6] = change(lines[6], reconcile.Applied, "8220934417", "8220934418")
	lines[6].Verified = ptr(false)
	columns, orders := readPage(t, writePage(t, report(lines), HTMLOptions{}))
	for name, want := range map[string][]int{
		"who":     {5, 4, 3, 6, 0, 7, 1},
		"outcome": {6, 3, 1, 4},
		"why":     {1, 4, 3, 6},
		"what":    {0, 1, 2, 3, 4, 5, 6, 7},
	} {
		got := orders[name]
		if name == "why" {
			got = slices.Sorted(slices.Values(got))
			want = []int{1, 3, 4, 6}
		}
		if !slices.Equal(got, want) {
			t.Errorf("sorted by %s the lines are %v, want %v", name, orders[name], want)
		}
	}
	for i, want := range []string{"", "zoe", "", "", "emile", "", "", "zaneta"} {
		if got := columns["folded"][i]; got != want {
			t.Errorf("%q folds to %q, want %q", names[i], got, want)
		}
	}
}

func TestSortKey(t *testing.T) {
	sorted := []string{"", "1", "02", "9", "10", "100000000000000000000000", "a1", "a2", "a10", "b", "É2", "f"}
	keys := make([]string, len(sorted))
	for i, text := range sorted {
		keys[i] = SortKey(text)
	}
	if !slices.IsSorted(keys) {
		t.Errorf("%q have the keys %q", sorted, keys)
	}
	long := string(slices.Repeat([]byte("é"), sortKeyMax))
	if got := len(SortKey(long)); got > sortKeyMax {
		t.Errorf("a long text has a key of %d bytes", got)
	}
}

// TestPageProblemsByKind: errors come first, then the most frequent kinds.
func TestPageProblemsByKind(t *testing.T) {
	r := report(nil)
	r.Inputs = []Input{{File: "a/badges.xlsx"}}
	add := func(n int, kind string, severity reconcile.Severity) {
		for i := range n {
			r.Problems = append(r.Problems, reconcile.Problem{
				Source: reconcile.Source{File: "a/badges.xlsx", Sheet: "Doors", Line: i + 2}, Kind: kind, Severity: severity, Message: "m",
			})
		}
	}
	add(problemsMax+7, "hidden_rows", reconcile.SeverityWarning)
	add(1, "rounded", reconcile.SeverityError)
	add(3, "not_a_date", reconcile.SeverityError)
	p := newHTMLProblems(r)
	var got []string
	for _, k := range p.Kinds {
		got = append(got, k.Severity+" "+k.Kind+" "+k.Count)
	}
	if want := []string{"error not a date 3 places", "error rounded 1 place", "warning hidden rows 57 places"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if last := p.Kinds[2]; len(last.Rows) != problemsMax || last.More == "" {
		t.Errorf("%d problems are listed, and then %q", len(last.Rows), last.More)
	}
	if !p.Open || p.Count != "61 problems" || p.Kinds[1].Rows[0].Where != "Doors, line 2" {
		t.Errorf("got %+v", p)
	}
	r.Problems = r.Problems[:1]
	if newHTMLProblems(r).Open {
		t.Error("warnings alone unfold the section")
	}
}
