package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// listed returns a set of cards with the given values.
func listed(values ...string) *reconcile.Set {
	set := reconcile.NewSet(schema, len(values))
	for n, value := range values {
		set.Add([]reconcile.Cell{reconcile.TextCell(fmt.Sprint("c", n)), reconcile.TextCell(fmt.Sprint("h", n)), reconcile.TextCell("card"), reconcile.TextCell(value), {}})
	}
	return set
}

// TestLeftFindsWhatFreePicked parks each record of a listing and finds it again, and nothing else,
// without knowing the old value or the plan, even if others hold the first candidates or the roster
// wants them.
func TestLeftFindsWhatFreePicked(t *testing.T) {
	values := []string{"0010000001", "0010000002", "Ab-0007-xY", "482913", "fob 00123"}
	for n, value := range values {
		for passed := range 3 {
			var taken []string
			for i := range passed {
				taken = append(taken, strings.ToUpper(parking.value(fmt.Sprint("c", n), value, i)))
			}
			have := listed(append(slices.Clone(values), taken...)...)
			want := listed(taken...)
			for name, sets := range map[string][2]*reconcile.Set{"held": {have, listed()}, "wanted": {listed(values...), want}} {
				before := sets[0].Record(n)
				parked, ok := parking.free(&reconcile.Plan{Have: sets[0], Want: sets[1]}, before, 3)
				if !ok {
					t.Fatalf("%s: no value is free", value)
				}
				now := reconcile.NewSet(schema, sets[0].Len())
				for i := range sets[0].Len() {
					record := sets[0].Record(i)
					if i == n {
						record = parked
					}
					now.Add(record.Cells(nil))
				}
				if left := parking.Left(now, sets[1], 3); !slices.Equal(left, []int{n}) {
					t.Errorf("%s, %d candidates %s: found %v, want record %d", value, passed, name, left, n)
				}
			}
		}
	}
}

// TestLeftFindsNothingElse looks at values of another run, another key and other records, at masked
// values, and at values that have no other form.
func TestLeftFindsNothingElse(t *testing.T) {
	values := []string{"--", ""}
	for n := 2; n < 500; n++ {
		values = append(values, fmt.Sprintf("00%08d", n*n*n))
	}
	other := &Parking{Key: parking.Key, RunID: "another"}
	stranger := &Parking{Key: []byte("fedcba9876543210"), RunID: parking.RunID}
	values[7], values[8] = other.value("c7", values[7], 0), stranger.value("c8", values[8], 0)
	values[9] = parking.value("c10", values[9], 0)
	set := listed(values...)
	masked := listed("0010000001").Record(0).Cells(nil)
	masked[3] = reconcile.MaskedCell()
	set.Add(masked)
	if left := parking.Left(set, nil, 3); len(left) > 0 {
		t.Errorf("found %v", left)
	}
}

// TestNothingIsSyncedWhileARecordIsLeft: while a record is left parked, the provider is not asked
// to sync.
func TestNothingIsSyncedWhileARecordIsLeft(t *testing.T) {
	p := newProvider(2)
	run := newRun(p.plan(t, true, update(0, "v7")))
	run.EarlierParked = true
	Deliver(t.Context(), run, p, nil)
	if run.FinishErr != ErrParked || !run.Finish.Needed || !run.Finish.AnsweredAt.IsZero() {
		t.Errorf("%+v, %v", run.Finish, run.FinishErr)
	}
}

// TestTemporaryValuesBeginWithNoZero: temporary values do not begin with a zero. They are found
// even if an earlier version made them, when they could, and if the provider does not keep zeros.
func TestTemporaryValuesBeginWithNoZero(t *testing.T) {
	former := 0
	for n := range 400 {
		id, like := fmt.Sprint("c", n), fmt.Sprintf("00%08d", n*7919)
		value := parking.value(id, like, 0)
		if value[0] == '0' {
			t.Fatalf("%s for %s", value, like)
		}
		old := parking.formerValue(id, like, 0)
		if old[0] != '0' {
			if old != value {
				t.Errorf("%s is made another way than before", like)
			}
			continue
		}
		former++
		for name, held := range map[string]string{"now": value, "former": old, "former, kept without zeros": strings.TrimLeft(old, "0")} {
			values := make([]string, n+1)
			for i := range values {
				values[i] = fmt.Sprintf("98%08d", i)
			}
			before := listed(append(values[:n:n], like)...).Record(n)
			set := listed(append(values[:n:n], held)...)
			if left := parking.Left(set, nil, 3); !slices.Equal(left, []int{n}) {
				t.Errorf("%s of %s: found %v", name, id, left)
			}
			if !parking.isParked(before, set.Record(n), 3) {
				t.Errorf("%s of %s is not known", name, id)
			}
		}
	}
	if former < 20 {
		t.Errorf("only %d of 400 values began with a zero: the test proves little", former)
	}
}
