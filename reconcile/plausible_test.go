package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"keyroster/reconcile/shape"
)

// cardsOf returns n records of cards with 8 digits, of the people from 100 on.
func cardsOf(n int) []rec {
	var out []rec
	for i := range n {
		out = append(out, rec{
			"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(100 + i), "type": "card", "value": fmt.Sprintf("0%07d", 1000003+i*7919),
		})
	}
	return out
}

func TestValuesAreHeldAgainstTheOthers(t *testing.T) {
	const nine = `: 9 digits; the 30 credentials of this type have 8 digits: correct the cell, or allow the shape: ` +
		`shapes: {card: "digits:9"} in the configuration, or --accept-shape "card=digits:9"`
	const word = ": the value is a word: no system has such a number or code; " +
		"correct the cell, or leave it blank where there is none"
	for name, c := range map[string]struct {
		row  rec
		want string
	}{
		"an update":                     {rec{"credential_id": "c3", "value": "123456789"}, "row 0 implausible none blocked" + nine},
		"a creation":                    {rec{"holder_id": "9", "type": "card", "value": "123456789"}, "row 0 implausible none blocked" + nine},
		"a creation of the usual shape": {rec{"holder_id": "9", "type": "card", "value": "12345678"}, "row 0 missing create planned value"},
		"another type":                  {rec{"holder_id": "9", "type": "pin", "value": "123456789"}, "row 0 missing create planned value"},
		"a word for another type":       {rec{"holder_id": "9", "type": "pin", "value": "lost"}, "row 0 implausible none blocked" + word},
		"a deletion":                    {rec{"credential_id": "c3", "state": StateAbsent}, "row 0 drifted delete planned"},
		"a mask":                        {rec{"credential_id": "c3", "value": "••••89"}, "row 0 in_sync none unchanged"},
		"what is there already":         {rec{"credential_id": "word", "value": "returned"}, "row 0 in_sync none unchanged"},
		"its mending":                   {rec{"credential_id": "word", "value": "12345678"}, "row 0 drifted update planned value"},
		"a protected person": {
			rec{"credential_id": "c1", "value": "lost"}, "row 0 protected none blocked: protected by the account's configuration",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{schema: badgeSchema(), want: []rec{c.row}, have: cardsOf(30)}
			w.have = append(w.have, rec{"credential_id": "word", "holder_id": "7", "type": "card", "value": "returned"})
			w.policy.Protect = []Protection{{"holder_id": "101"}}
			want := strings.ReplaceAll(c.want, "the 30 credentials", "30 of the 31 credentials")
			if got := lines(w.plan())[0]; got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}

// TestAReplacementIsHeldAgainstTheOthers: a replacement brings a value just as an update does.
func TestAReplacementIsHeldAgainstTheOthers(t *testing.T) {
	fixed := NewSchema("fobs", struct {
		ID     string `csv:"credential_id" roster:"key"`
		Holder string `csv:"holder_id" roster:"match,pairs,holder"`
		Type   string `csv:"type" roster:"match,pairs,type"`
		Value  Secret `csv:"value" roster:"managed,secret,create"`
	}{})
	w := world{schema: fixed, want: []rec{{"credential_id": "c3", "value": "123456789"}, {"credential_id": "c4", "value": "12345678"}}, have: cardsOf(30)}
	w.policy.Recreate = true
	plan := w.plan()
	if l := plan.Lines[0]; l.Situation != Implausible || l.Outcome != Blocked || l.Action != None {
		t.Errorf("%s %s %s", l.Situation, l.Action, l.Outcome)
	}
	if l := plan.Lines[1]; l.Action != Replace || !l.Sends() {
		t.Errorf("%s %s %s", l.Situation, l.Action, l.Outcome)
	}
}

// TestLanesHaveTheirOwnShapes: each lane has a population of its own.
func TestLanesHaveTheirOwnShapes(t *testing.T) {
	w := world{schema: passSchema()}
	w.schema.Lane = "acs_system_id"
	for lane, digits := range map[string]int{"A": 4, "B": 6} {
		for i := range 20 {
			w.have = append(w.have, rec{
				"credential_id": fmt.Sprint(lane, i), "acs_system_id": lane, "holder_id": fmt.Sprint(lane, i), "type": "code",
				"value": fmt.Sprintf("%0*d", digits, 17+i*37),
			})
		}
	}
	w.want = []rec{
		{"acs_system_id": "A", "holder_id": "x", "type": "code", "value": "123456"},
		{"acs_system_id": "B", "holder_id": "y", "type": "code", "value": "123456"},
		{"acs_system_id": "C", "holder_id": "z", "type": "code", "value": "123456"},
		{"credential_id": "A3", "value": "123456"},
	}
	plan := w.plan()
	for i, want := range []Situation{Implausible, Missing, Missing, Implausible} {
		if l := plan.Lines[i]; l.Situation != want {
			t.Errorf("row %d: %s %q", i, l.Situation, plan.TextOf(l.Reason))
		}
	}
	const want = "6 digits; the 20 credentials of this type in this system have 4 digits"
	if words := plan.TextOf(plan.Lines[0].Reason); !strings.HasPrefix(words, want) {
		t.Error(words)
	}
}

// TestWhatIsTooLittleToTell: values that the provider masks are not a population, and neither are
// few values.
func TestWhatIsTooLittleToTell(t *testing.T) {
	masked := cardsOf(30)
	for i := range masked {
		masked[i]["value"] = "****"
	}
	for name, have := range map[string][]rec{"none": nil, "nine": cardsOf(9), "masked": masked} {
		w := world{schema: badgeSchema(), have: have, want: []rec{{"holder_id": "9", "type": "card", "value": "EMP0042"}, {"holder_id": "8", "type": "card", "value": "n/a"}}}
		plan := w.plan()
		if a, b := plan.Lines[0], plan.Lines[1]; a.Situation != Missing || b.Situation != Implausible {
			t.Errorf("%s: %s, %s", name, a.Situation, b.Situation)
		}
	}
}

// TestAnImplausibleLineKeepsItsValue: the value that a blocked line holds on to is not given to
// another.
func TestAnImplausibleLineKeepsItsValue(t *testing.T) {
	w := world{schema: badgeSchema(), have: cardsOf(12)}
	w.want = []rec{{"credential_id": "c0", "value": "returned"}, {"credential_id": "c1", "value": w.have[0]["value"]}}
	plan := w.plan()
	if got := plan.TextOf(plan.Lines[1].Reason); !strings.Contains(got, "is in use by credential c0") {
		t.Errorf("%s %q", plan.Lines[1].Outcome, got)
	}
}

func TestAPersonMaySayWhatIsRight(t *testing.T) {
	w := world{schema: badgeSchema(), have: cardsOf(30), want: []rec{
		{"credential_id": "c0", "value": "EMP0042"},
		{"credential_id": "c1", "value": "083,45678"},
		{"credential_id": "c2", "value": "returned"},
		{"credential_id": "c3", "value": "QXZT"},
		{"credential_id": "c4", "value": "12345678"},
	}}
	for text, want := range map[string]string{
		"":                      "----+",
		"alnum:6-12":            "+---+",
		`digits:3+","+digits:5`: "-+--+",
		"letters:4|alnum:7":     "+--++",
	} {
		w.policy.Shapes.Accepted = nil
		if text != "" {
			s, err := shape.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			w.policy.Shapes.Accepted = map[string][]shape.Shape{"card": {s}}
		}
		plan, got := w.plan(), ""
		for i := range w.want {
			got += map[bool]string{true: "+", false: "-"}[plan.Lines[i].Sends()]
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestANewStockIsSaidOnce: a shape that many rows share is sent with one warning for the type; one
// that stands alone beside it is not sent.
func TestANewStockIsSaidOnce(t *testing.T) {
	w := world{schema: badgeSchema(), have: cardsOf(30)}
	for i := range 12 {
		w.want = append(w.want, rec{"holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprintf("77%08d", 10007+i*7919)})
	}
	w.want = append(w.want, rec{"holder_id": "90", "type": "card", "value": "123456789"}, rec{"credential_id": "c1", "value": "A-17"})
	var told []Problem
	w.policy.Shapes = Shapes{Warn: func(p Problem) { told = append(told, p) }, Cards: []string{"card"}}
	plan := w.plan()
	for i := range 12 {
		if !plan.Lines[i].Sends() {
			t.Fatalf("row %d: %s", i, plan.TextOf(plan.Lines[i].Reason))
		}
	}
	for i := 12; i < 14; i++ {
		if plan.Lines[i].Situation != Implausible {
			t.Errorf("row %d is sent", i)
		}
	}
	if len(told) != 1 || told[0].Kind != KindNewShape || told[0].Severity != SeverityWarning ||
		told[0].Message != "12 rows bring new shapes for type card: 10 digits; the 30 cards of this type have 8 digits" {
		t.Errorf("%+v", told)
	}
}

// TestWhatManyRowsShareDiffers: neither four rows that share a shape nor twelve that share one
// value are a stock.
func TestWhatManyRowsShareDiffers(t *testing.T) {
	w := world{schema: passSchema()}
	for i := range 20 {
		w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "acs_system_id": "A", "holder_id": fmt.Sprint(i), "type": "code", "value": fmt.Sprintf("%04d", 17+i*37)})
	}
	for i := range 12 {
		w.want = append(w.want, rec{"acs_system_id": "A", "holder_id": fmt.Sprint("x", i), "type": "code", "value": "1234567890"})
	}
	for i := range 4 {
		w.want = append(w.want, rec{"acs_system_id": "A", "holder_id": fmt.Sprint("y", i), "type": "code", "value": fmt.Sprintf("123456789%03d", i)})
	}
	plan := w.plan()
	for i := range w.want {
		if plan.Lines[i].Situation != Implausible {
			t.Errorf("row %d is %s", i, plan.Lines[i].Situation)
		}
	}
}

// TestRowsMayBeThePopulation: in a migration the rows are the source's records, and form the
// population together with the target's.
func TestRowsMayBeThePopulation(t *testing.T) {
	w := world{schema: badgeSchema()}
	for _, r := range cardsOf(20) {
		w.want = append(w.want, rec{"holder_id": r["holder_id"], "type": "card", "value": r["value"]})
	}
	w.want = append(w.want, rec{"holder_id": "9", "type": "card", "value": "EMP0042"})
	w.policy.Shapes.Joining = true
	plan := w.plan()
	if l := plan.Lines[20]; l.Situation != Implausible || plan.Lines[3].Situation != Missing {
		t.Errorf("%s, %s", l.Situation, plan.Lines[3].Situation)
	}
}

func TestRoundedValuesAreNotSent(t *testing.T) {
	have := []rec{{"credential_id": "A", "holder_id": "1", "type": "card", "value": "12345678901234567890"}}
	for value, sent := range map[string]bool{
		"12345678901234500000": false, "12345678901234567168": false, "12345678901234567000": false, "1.23456789012346E+19": false,
		"12345678901234567891": true, "98765432109876500000": true,
	} {
		w := world{schema: badgeSchema(), have: have, want: []rec{{"credential_id": "A", "value": value}}}
		plan := w.plan()
		l := plan.Lines[0]
		if l.Sends() != sent ||
			!sent && (l.Situation != Implausible || !strings.HasPrefix(plan.TextOf(l.Reason), "rounded?")) {
			t.Errorf("%s: %s %s %q", value, l.Situation, l.Outcome, plan.TextOf(l.Reason))
		}
	}
	// Conversely, the exact value mends the record.
	have[0]["value"] = "12345678901234500000"
	plan := world{schema: badgeSchema(), have: have, want: []rec{{"credential_id": "A", "value": "12345678901234567890"}}}.plan()
	if !plan.Lines[0].Sends() {
		t.Errorf("the exact value is %s", plan.Lines[0].Situation)
	}
}

// TestTailsAreWarnedOfOnce: without a record to compare with, long numbers that end in zeros get
// one warning.
func TestTailsAreWarnedOfOnce(t *testing.T) {
	w := world{schema: badgeSchema()}
	for i := range 4 {
		w.want = append(w.want, rec{"holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprintf("1234567890123%d500", i)})
	}
	var told []Problem
	w.policy.Shapes.Warn = func(p Problem) { told = append(told, p) }
	if plan := w.plan(); !plan.Lines[0].Sends() {
		t.Errorf("a warning blocks: %s", plan.TextOf(plan.Lines[0].Reason))
	}
	if len(told) != 1 || told[0].Kind != KindRoundedSuspect ||
		!strings.HasPrefix(told[0].Message, "4 of the values with 16 digits or more have only zeros") {
		t.Errorf("%+v", told)
	}
}

// TestAnExpandedExponentIsNotSent: a hexadecimal number that a spreadsheet took for one with an
// exponent is as long as the others, but is not written.
func TestAnExpandedExponentIsNotSent(t *testing.T) {
	w := world{schema: badgeSchema()}
	for i := range 30 {
		w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "card", "value": fmt.Sprintf("1234%02dE2", i)})
	}
	w.want = []rec{{"credential_id": "c0", "value": "12340000"}, {"credential_id": "c1", "value": "12340000"}}
	plan := w.plan()
	if l := plan.Lines[0]; l.Situation != Implausible || l.Outcome != Blocked {
		t.Errorf("%s %s", l.Situation, l.Outcome)
	}
	if l := plan.Lines[1]; l.Situation != Drifted || !l.Sends() {
		t.Errorf("%s %s", l.Situation, l.Outcome)
	}
}
