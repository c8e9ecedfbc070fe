package reconcile

import (
	"fmt"
	"strings"
	"testing"
)

// told returns the warnings of a world's plan, each as its kind and the number of places in it.
func told(t *testing.T, w world) []string {
	t.Helper()
	var out []string
	w.policy.Shapes.Cards = []string{"card"}
	w.policy.Shapes.Warn = func(p Problem) {
		places := p.Message[strings.LastIndex(p.Message, ": ")+1:]
		out = append(out, fmt.Sprint(p.Kind, " ", strings.Count(places, ",")+1))
	}
	plan := w.plan()
	for i := range w.want {
		if l := &plan.Lines[i]; l.Outcome == Blocked {
			t.Errorf("row %d is blocked: %s", i, plan.TextOf(l.Reason))
		}
	}
	return out
}

// facilityCards returns records of 26-bit cards in eight digits.
func facilityCards(n int) []rec {
	var out []rec
	for i := range n {
		out = append(out, rec{
			"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(100 + i), "type": "card",
			"value": fmt.Sprintf("%03d%05d", 3+i*7, 11+i*977),
		})
	}
	return out
}

func TestSuspectsAreWarnedOf(t *testing.T) {
	drag := func(from, to int) (rows []rec) {
		for i := from; i < to; i++ {
			rows = append(rows, rec{"credential_id": fmt.Sprint("c", i), "value": fmt.Sprintf("00300%03d", 11+i)})
		}
		return rows
	}
	for name, c := range map[string]struct {
		want []rec
		told string
	}{
		"a cell dragged over four":   {drag(0, 5), "[series 4]"},
		"a cell dragged over three":  {drag(0, 4), "[]"},
		"a pack handed out in order": {drag(1, 9), "[]"},
		"one digit repeated": {
			[]rec{
				{"credential_id": "c1", "value": "22222222"},
				{"holder_id": "7", "type": "card", "value": "01234567"},
			},
			"[placeholder_suspect 2]",
		},
		"a PIN of one digit": {[]rec{{"holder_id": "7", "type": "pin", "value": "2222"}}, "[]"},
		"no such facility": {
			[]rec{
				{"credential_id": "c1", "value": "25600001"}, {"credential_id": "c2", "value": "00165536"},
			},
			"[not_26_bit 2]",
		},
		"the last of a facility": {[]rec{{"credential_id": "c1", "value": "25565535"}}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(told(t, world{schema: badgeSchema(), want: c.want, have: facilityCards(30)})); got != c.told {
				t.Errorf("%s, want %s", got, c.told)
			}
		})
	}
	// If one record has another format, or there are few, nothing is said.
	other := append(facilityCards(30), rec{"credential_id": "x", "holder_id": "9", "type": "card", "value": "99999998"})
	for _, have := range [][]rec{other, facilityCards(5)} {
		w := world{schema: badgeSchema(), want: []rec{{"credential_id": "c1", "value": "25600001"}}, have: have}
		if got := told(t, w); len(got) != 0 {
			t.Errorf("%d records: %v", len(have), got)
		}
	}
}
