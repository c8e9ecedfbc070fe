package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

var parking = &Parking{Key: []byte("0123456789abcdef"), RunID: "run"}

// swap returns a provider with a cycle of n records whose values look like card numbers, and the
// rows of the cycle.
func swap(n int) (*provider, []map[string]string) {
	p := newProvider(0)
	var rows []map[string]string
	for i := range n {
		p.put(fmt.Sprint("c", i), fmt.Sprint("h", i), "card", cardNumber(i))
		rows = append(rows, update(i, cardNumber((i+1)%n)))
	}
	return p, rows
}

func cardNumber(i int) string { return fmt.Sprintf("00%06d", 4711+i) }

func TestCyclesParkOneRecord(t *testing.T) {
	for n := 2; n <= 5; n++ {
		synctest.Test(t, func(t *testing.T) {
			p, rows := swap(n)
			run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 4, Park: parking})
			if s := run.Plan.Summarize(run.Outcome); s.Applied != n || len(run.Parked) != 0 {
				t.Errorf("%+v, parked %v: %v", s, run.Parked, p.log)
			}
			for i := range n {
				if got, want := p.records[fmt.Sprint("c", i)][2], cardNumber((i+1)%n); got != want {
					t.Errorf("c%d holds %s, want %s", i, got, want)
				}
			}
		})
	}
}

func TestACycleIsUndoneWhenAStepIsRefused(t *testing.T) {
	for broken := range 4 {
		synctest.Test(t, func(t *testing.T) {
			p, rows := swap(4)
			script := []fault{{class: reconcile.Refused}}
			if broken == 0 {
				// The first record's first write is its parking; its second is refused.
				script = []fault{{}, {class: reconcile.Refused}}
			}
			p.script[fmt.Sprint("c", broken)] = script
			run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 4, Park: parking})
			s := run.Plan.Summarize(run.Outcome)
			if s.Failed != 1 || s.Blocked != 3 || len(run.Parked) != 0 {
				t.Errorf("%d: %+v, parked %v: %v", broken, s, run.Parked, p.log)
			}
			for i := range 4 {
				if got := p.records[fmt.Sprint("c", i)][2]; got != cardNumber(i) {
					t.Errorf("%d: c%d holds %s, and everything was to be undone", broken, i, got)
				}
			}
		})
	}
}

func TestWhatCannotBeUndoneIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, rows := swap(3)
		p.script["c1"] = []fault{{class: reconcile.Refused}}
		p.script["c2"] = []fault{{}, {class: reconcile.Refused}}
		run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 4, Park: parking})
		if !slices.Equal(run.Parked, []int{0}) {
			t.Fatalf("parked %v: %v", run.Parked, p.log)
		}
		if got := run.Result(0); got.Outcome != reconcile.Failed || !strings.Contains(got.Reason, "temporary value") {
			t.Errorf("%v: %s", got.Outcome, got.Reason)
		}
		Deliver(t.Context(), run, p, nil)
		if run.FinishErr != ErrParked {
			t.Error("a sync was sent while a record is parked")
		}
	})
}

func TestAnInterruptDoesNotLeaveARecordParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, rows := swap(4)
		ctx, cancel := contextWithCancel(t)
		time.AfterFunc(275*time.Millisecond, cancel) // after four reads, within the parking
		run := Apply(ctx, p.plan(t, true, rows...), Options{Provider: p, Concurrency: 1, Park: parking, Freshness: FreshListing})
		if s := run.Plan.Summarize(run.Outcome); s.Applied != 4 || len(run.Parked) != 0 {
			t.Errorf("%+v, parked %v: %v", s, run.Parked, p.log)
		}
	})
}

// TestLawValuesChangeHands: values are permuted at random, with creations, deletions and faults
// among them: the provider never has to refuse a taken value, nobody stays parked after a single
// fault, and the outcomes agree with the records.
func TestLawValuesChangeHands(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hands := drawHands(rt, 50)
		broken := rapid.IntRange(-1, hands.records-1).Draw(rt, "broken")
		when := rapid.IntRange(0, 2).Draw(rt, "which write")
		kind := rapid.SampledFrom([]fault{{class: reconcile.Refused}, {class: reconcile.Lost}, {class: reconcile.Lost, applied: true}}).Draw(rt, "fault")
		workers := rapid.IntRange(1, 4).Draw(rt, "workers")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p, rows := hands.rows()
			if broken >= 0 {
				p.script[fmt.Sprint("c", broken)] = append(make([]fault, when), kind)
			}
			plan := p.plan(t, true, rows...)
			run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: workers, Park: parking})
			problem = judge(p, plan, run)
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

func judge(p *provider, plan *reconcile.Plan, run *Run) string {
	if p.clashes > 0 {
		return fmt.Sprintf("%d writes had to be refused for a taken value: %v", p.clashes, p.log)
	}
	if len(run.Parked) > 0 {
		return fmt.Sprintf("parked after one fault: %v: %v", run.Parked, p.log)
	}
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if l.Row < 0 {
			continue
		}
		want, have := plan.WantRow(i).Text("value"), plan.HaveRecord(i)
		outcome := run.Outcome(i)
		id := have.ID()
		if l.Action == reconcile.Create {
			id = run.Result(i).NewID
		}
		now, exists := p.records[id]
		switch {
		case outcome == reconcile.NoOutcome || outcome == reconcile.Planned:
			return fmt.Sprintf("line %d has outcome %q", i, outcome)
		case outcome == reconcile.Applied && l.Action == reconcile.Delete && exists,
			outcome == reconcile.Applied && l.Action != reconcile.Delete && now[2] != want:
			return fmt.Sprintf("line %d says applied, and holds %s, not %s: %v", i, now[2], want, p.log)
		case outcome != reconcile.Applied && have.Valid() && now[2] != have.Text("value") && outcome != reconcile.Unchanged:
			return fmt.Sprintf("line %d says %v (%s), and its value moved: %v", i, outcome, run.Result(i).Reason, p.log)
		}
	}
	return ""
}

// hands are records whose values change hands, with deletions and creations
// among them.
type hands struct {
	records, created int
	values, deleted  []int
}

func drawHands(rt *rapid.T, most int) hands {
	n := rapid.IntRange(1, most).Draw(rt, "records")
	return hands{
		records: n,
		values:  rapid.Permutation(numbers(n+2)).Draw(rt, "values"),
		deleted: rapid.SliceOfDistinct(rapid.IntRange(0, n-1), func(i int) int { return i }).Draw(rt, "deleted"),
		created: rapid.IntRange(0, 2).Draw(rt, "created"),
	}
}

// rows returns a new provider that holds the records, and the rows that change them.
func (h hands) rows() (*provider, []map[string]string) {
	p := newProvider(0)
	var rows []map[string]string
	for i := range h.records {
		p.put(fmt.Sprint("c", i), fmt.Sprint("h", i), "card", cardNumber(i))
		row := update(i, cardNumber(h.values[i]))
		if slices.Contains(h.deleted, i) {
			row = map[string]string{"credential_id": fmt.Sprint("c", i), "state": "absent"}
		}
		rows = append(rows, row)
	}
	for i := range h.created {
		rows = append(rows, map[string]string{"holder_id": fmt.Sprint("new", i), "type": "card", "value": cardNumber(h.values[h.records+i])})
	}
	return p, rows
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestParkedValuesLookLikeTheirOwn(t *testing.T) {
	for _, like := range []string{"0482", "00004711", "AB-12cd", "00000000000000000000000000000000000000000"} {
		got := parking.value("id", like, 0)
		if len(got) != len(like) || got == like {
			t.Errorf("%q parks on %q", like, got)
		}
		for i := range like {
			if digit(like[i]) != digit(got[i]) {
				t.Errorf("%q parks on %q", like, got)
			}
		}
		if again := parking.value("id", like, 0); again != got {
			t.Error("a resumed run would not know its own value")
		}
	}
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
