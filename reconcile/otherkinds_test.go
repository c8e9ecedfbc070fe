package reconcile

import (
	"fmt"
	"strings"
	"testing"
)

// TestExchangedColumnsAreNotSent: the columns of PINs and of cards are exchanged: so many rows are
// alike that their shapes would pass for new ones.
func TestExchangedColumnsAreNotSent(t *testing.T) {
	for name, c := range map[string]struct{ have, want int }{
		"among many records": {30, 8},
		"one row":            {30, 1},
		"among few records":  {3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{schema: badgeSchema(), have: cardsOf(c.have)}
			w.policy.Shapes.Cards = []string{"card"}
			for i := range c.have {
				w.have = append(w.have, rec{"credential_id": fmt.Sprint("p", i), "holder_id": fmt.Sprint(100 + i), "type": "pin", "value": fmt.Sprint(4007 + 7*i)})
			}
			for i := range c.want {
				w.want = append(
					w.want,
					rec{"credential_id": fmt.Sprint("c", i), "value": w.have[c.have+i]["value"]},
					rec{"credential_id": fmt.Sprint("p", i), "value": w.have[i]["value"]},
				)
			}
			plan := w.plan()
			for i := range w.want {
				if l := plan.Lines[i]; l.Situation != Implausible || l.Outcome != Blocked || l.Action != None {
					t.Errorf("row %d: %s %s %s", i, l.Situation, l.Action, l.Outcome)
				}
			}
			first := lines(plan)[0]
			for _, want := range []string{"the value is the PIN of credential p0", "and no card number", `--accept-shape "card=digits:4"`} {
				if !strings.Contains(first, want) {
					t.Errorf("%s\nwant %s", first, want)
				}
			}
		})
	}
}

// TestWhatIsNotExchanged: a PIN may look like a card number if PINs look like that anyway, and a
// value may go from one type of card to another.
func TestWhatIsNotExchanged(t *testing.T) {
	w := world{schema: badgeSchema()}
	w.policy.Shapes.Cards = []string{"card", "fob"}
	for i := range 30 {
		w.have = append(
			w.have,
			rec{"credential_id": fmt.Sprint("p", i), "holder_id": fmt.Sprint(100 + i), "type": "pin", "value": fmt.Sprint(4007 + 7*i)},
			rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(100 + i), "type": "card", "value": fmt.Sprint(5007 + 7*i)},
		)
	}
	w.want = []rec{
		{"holder_id": "x", "type": "pin", "value": "5014"},
		{"holder_id": "y", "type": "fob", "value": "5021"},
	}
	plan := w.plan()
	for i := range w.want {
		if l := plan.Lines[i]; l.Situation == Implausible {
			t.Errorf("row %d: %s", i, lines(plan)[i])
		}
	}
}

// TestZerosAreNoCard: a formula that finds nothing gives zero, which a number format pads.
func TestZerosAreNoCard(t *testing.T) {
	for _, have := range []int{30, 3, 0} {
		w := world{schema: badgeSchema(), have: cardsOf(have)}
		w.policy.Shapes.Cards = []string{"card"}
		w.want = []rec{
			{"holder_id": "x", "type": "card", "value": "00000000"},
			{"holder_id": "y", "type": "card", "value": "000:00000"},
			{"holder_id": "z", "type": "pin", "value": "0000"},
		}
		plan := w.plan()
		for i, want := range []Outcome{Blocked, Blocked, Planned} {
			if got := plan.Lines[i].Outcome; got != want {
				t.Errorf("%d records, row %d: %s, want %s", have, i, got, want)
			}
		}
	}
}
