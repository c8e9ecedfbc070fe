package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/reconcile/shape"
)

// TestZerosOfOthers: a value that another record holds, apart from leading zeros, gets a warning on
// its line; the line goes on, and no text contains a value.
func TestZerosOfOthers(t *testing.T) {
	have := []rec{
		{"credential_id": "A", "holder_id": "1", "type": "card", "value": "07443879"},
		{"credential_id": "B", "holder_id": "2", "type": "card", "value": "5551234"},
		{"credential_id": "C", "holder_id": "3", "type": "card", "value": "0ab99"},
		{"credential_id": "D", "holder_id": "4", "type": "card", "value": "****"},
		{"credential_id": "E", "holder_id": "5", "type": "card", "value": "0000"},
	}
	const (
		more = "apart from leading zeros, the value is that of credential %s of person %s"
		lost = "leading zeros lost? Apart from leading zeros, " +
			"the value is that of credential %s of person %s"
	)
	for name, c := range map[string]struct {
		rows []rec
		want []string
	}{
		"a creation":           {[]rec{{"holder_id": "9", "type": "card", "value": "7443879"}}, []string{fmt.Sprintf(lost, "A", "1")}},
		"a change":             {[]rec{{"credential_id": "B", "value": "7443879"}}, []string{fmt.Sprintf(lost, "A", "1")}},
		"fewer zeros":          {[]rec{{"holder_id": "9", "type": "card", "value": "007443879"}, {"credential_id": "A", "value": "777"}}, []string{fmt.Sprintf(more, "A", "1"), ""}},
		"zeros too many":       {[]rec{{"holder_id": "9", "type": "card", "value": "0005551234"}}, []string{fmt.Sprintf(more, "B", "2")}},
		"handed over":          {[]rec{{"holder_id": "9", "type": "card", "value": "7443879"}, {"credential_id": "A", "state": StateAbsent}}, []string{fmt.Sprintf(lost, "A", "1"), ""}},
		"one's own, back":      {[]rec{{"credential_id": "B", "value": "05551234"}}, []string{""}},
		"the same value":       {[]rec{{"holder_id": "9", "type": "card", "value": "07443879"}}, []string{""}},
		"another value":        {[]rec{{"holder_id": "9", "type": "card", "value": "7443870"}}, []string{""}},
		"zeros behind":         {[]rec{{"holder_id": "9", "type": "card", "value": "55512340"}}, []string{""}},
		"no number":            {[]rec{{"holder_id": "9", "type": "card", "value": "ab99"}}, []string{""}},
		"zeros alone":          {[]rec{{"holder_id": "9", "type": "card", "value": "000"}}, []string{""}},
		"two rows":             {[]rec{{"holder_id": "8", "type": "card", "value": "7443879"}, {"holder_id": "9", "type": "card", "value": "007443879"}}, []string{fmt.Sprintf(lost, "A", "1"), fmt.Sprintf(more, "A", "1")}},
		"what is not sent":     {[]rec{{"credential_id": "A", "value": "7443879"}, {"holder_id": "1", "type": "card", "value": "5551234"}}, []string{"", ""}},
		"what stays":           {[]rec{{"credential_id": "A", "value": "07443879"}, {"credential_id": "B"}}, []string{"", ""}},
		"a column that is not": {[]rec{{"credential_id": "A", "ends_at": "2030"}}, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := world{schema: badgeSchema(), want: c.rows, have: have}.plan()
			for line, want := range c.want {
				if got := strings.Join(plan.Notes(line), "|"); got != want {
					t.Errorf("line %d: %q, want %q", line, got, want)
				}
				if want != "" && !plan.Lines[line].Sends() {
					t.Errorf("line %d: %s: %s", line, plan.Lines[line].Outcome, plan.TextOf(plan.Lines[line].Reason))
				}
			}
		})
	}
}

// TestZerosWithinALane: if values are not unique, they are compared within a lane; a row that names
// its record by the id alone is in the record's lane.
func TestZerosWithinALane(t *testing.T) {
	s := passSchema()
	s.Lane = "acs_system_id"
	have := []rec{
		{"credential_id": "A", "acs_system_id": "X", "holder_id": "1", "type": "code", "value": "0482"},
		{"credential_id": "B", "acs_system_id": "X", "holder_id": "2", "type": "code", "value": "71"},
		{"credential_id": "C", "acs_system_id": "Y", "holder_id": "3", "type": "code", "value": "72"},
	}
	for id, want := range map[string]int{"B": 1, "C": 0} {
		plan := world{schema: s, want: []rec{{"credential_id": id, "value": "482"}}, have: have}.plan()
		if got := plan.Notes(0); len(got) != want || want > 0 && !strings.Contains(got[0], "credential A of holder 1") {
			t.Errorf("%s: %q", id, got)
		}
	}
}

// TestLawZeros: the lines with a warning are those that comparing each with each would find, and
// each has one warning.
func TestLawZeros(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`0{0,2}[12a]{0,2}`)
		w := world{schema: badgeSchema()}
		w.schema.Unique = nil // or many rows would be blocked
		for i := range rapid.IntRange(0, 8).Draw(t, "records") {
			w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "card", "value": value.Draw(t, "held")})
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
			w.want = append(w.want, rec{"holder_id": fmt.Sprint(i), "type": "card", "value": value.Draw(t, "wanted")})
		}
		plan := w.plan()
		var got, want []int
		for i := range plan.Lines {
			l, notes := &plan.Lines[i], len(plan.Notes(i))
			if notes > 1 {
				t.Fatalf("line %d has %d notes", i, notes)
			}
			if notes == 1 {
				got = append(got, i)
			}
			if l.Row >= 0 && l.Sends() && l.Fields.Has(plan.Want.schema.value) && anyZeros(plan, l) {
				want = append(want, i)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("warned lines (-want +got):\n%s\n%v", diff, lines(plan))
		}
	})
}

func anyZeros(plan *Plan, l *Line) bool {
	wanted := plan.Want.Record(int(l.Row)).Text("value")
	for n := range plan.Have.Len() {
		held := plan.Have.Record(n).Text("value")
		short := strings.TrimLeft(wanted, "0")
		if int32(n) != l.Record && held != wanted && short != "" && !strings.Contains(short, "a") && strings.TrimLeft(held, "0") == short {
			return true
		}
	}
	return false
}

// TestZerosAreLinear: however many rows and records share a number, each is looked at once:
// comparing each pair would take hours here.
func TestZerosAreLinear(t *testing.T) {
	const n = 100_000
	w := world{schema: passSchema()}
	for i := range n {
		w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "acs_system_id": "X", "holder_id": fmt.Sprint(i), "type": "code", "value": []string{"0012", "12"}[i%2]})
		w.want = append(w.want, rec{"acs_system_id": "X", "holder_id": fmt.Sprint(n + i), "type": "code", "value": []string{"12", "012", "00012"}[i%3]})
	}
	accepted, err := shape.Parse("digits:2-5")
	if err != nil {
		t.Fatal(err)
	}
	w.policy.Shapes.Accepted = map[string][]shape.Shape{"code": {accepted}}
	plan := w.plan()
	for line := range n {
		if len(plan.Notes(line)) != 1 {
			t.Fatalf("line %d: %q", line, plan.Notes(line))
		}
	}
}
