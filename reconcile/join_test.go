package reconcile

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// joinedLines returns [lines] with the rows that stand behind each.
func joinedLines(p *Plan) []string {
	out := lines(p)
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
		for _, row := range p.Joined(i) {
			out[i] += " +" + strconv.Itoa(int(row))
		}
	}
	return out
}

// ambiguous is what a plan says about rows 2 and 3, up to the columns in which they differ.
const ambiguous = " ambiguous none blocked: rows 2 and 3 name the same credential, " +
	"but a person can have only one: keep one row, or give the other a type of its own; " +
	"they differ in "

func TestRowsThatSayOneThing(t *testing.T) {
	alice := rec{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}
	row := func(value, state string) rec {
		return rec{"holder_id": "1", "type": "pin", "value": value, "state": state}
	}
	byID := func(value, state string) rec { return rec{"credential_id": "A", "value": value, "state": state} }
	whole := func(value, state string) rec {
		return rec{"credential_id": "A", "holder_id": "1", "type": "pin", "value": value, "state": state}
	}
	gone := func(value, state string) rec {
		return rec{"credential_id": "Z", "holder_id": "1", "type": "pin", "value": value, "state": state}
	}
	const disputedRecord = "record A ambiguous none blocked: several rows may refer to this credential; see their lines"
	for name, c := range map[string]struct {
		want []rec
		have []rec
		exp  []string
	}{
		"equal rows":                     {[]rec{row("1111", ""), row("1111", "present")}, []rec{alice}, []string{"row 0 in_sync none unchanged +1"}},
		"equal rows that change":         {[]rec{row("9", ""), row("9", ""), row("9", "")}, []rec{alice}, []string{"row 0 drifted update planned value +1 +2"}},
		"equal rows that create":         {[]rec{row("9", ""), row("9", "")}, nil, []string{"row 0 missing create planned value +1"}},
		"equal rows that remove":         {[]rec{row("", "absent"), row("", "absent")}, []rec{alice}, []string{"row 0 drifted delete planned +1"}},
		"equal rows by id":               {[]rec{byID("9", ""), byID("9", "")}, []rec{alice}, []string{"row 0 drifted update planned value +1"}},
		"by id, by holder, by both":      {[]rec{row("9", ""), byID("9", ""), whole("9", ""), gone("9", "")}, []rec{alice}, []string{"row 0 drifted update planned value +1 +2 +3"}},
		"rows that remove, one masks":    {[]rec{byID("", "absent"), byID("****", "absent"), byID("<empty>", "absent")}, []rec{alice}, []string{"row 0 drifted delete planned +1 +2"}},
		"ids that are gone":              {[]rec{{"credential_id": "Z", "state": "absent"}, {"credential_id": "Z", "state": "absent"}}, nil, []string{"row 0 in_sync none unchanged +1"}},
		"other values":                   {[]rec{row("8", ""), row("9", ""), row("8", "")}, []rec{alice}, []string{"row 0" + ambiguous + "value +2", "row 1" + ambiguous + "value", disputedRecord}},
		"a value and none":               {[]rec{row("", ""), row("1111", "")}, []rec{alice}, []string{"row 0" + ambiguous + "value", "row 1" + ambiguous + "value", disputedRecord}},
		"old absent, new present":        {[]rec{row("1111", "absent"), row("9", "present")}, []rec{alice}, []string{"row 1 drifted update planned value +0"}},
		"new present, old absent":        {[]rec{row("9", ""), row("1111", "absent")}, []rec{alice}, []string{"row 0 drifted update planned value +1"}},
		"both by id":                     {[]rec{byID("1111", "absent"), byID("9", "")}, []rec{alice}, []string{"row 1 drifted update planned value +0"}},
		"the old by id":                  {[]rec{byID("1111", "absent"), row("9", "")}, []rec{alice}, []string{"row 1 drifted update planned value +0"}},
		"the new by id":                  {[]rec{row("1111", "absent"), byID("9", "")}, []rec{alice}, []string{"row 1 drifted update planned value +0"}},
		"the old without its value":      {[]rec{row("", "absent"), row("9", "")}, []rec{alice}, []string{"row 1 drifted update planned value +0"}},
		"several old ones":               {[]rec{row("7", "absent"), row("9", ""), row("1111", "absent")}, []rec{alice}, []string{"row 1 drifted update planned value +0 +2"}},
		"old absent, new present, twice": {[]rec{row("1111", "absent"), row("9", ""), row("9", ""), row("1111", "absent")}, []rec{alice}, []string{"row 1 drifted update planned value +0 +2 +3"}},
		"done already":                   {[]rec{row("8", "absent"), row("1111", "")}, []rec{alice}, []string{"row 1 in_sync none unchanged +0"}},
		"done already, by id":            {[]rec{byID("8", "absent"), row("1111", "")}, []rec{alice}, []string{"row 1 in_sync none unchanged +0"}},
		"nothing there":                  {[]rec{row("8", "absent"), row("9", "")}, nil, []string{"row 1 missing create planned value +0"}},
		"a third value": {
			[]rec{row("8", "absent"), row("9", "")},
			[]rec{alice},
			[]string{
				"row 0" + ambiguous + "value and state, but credential A has a third value",
				"row 1" + ambiguous + "value and state, but credential A has a third value", disputedRecord,
			},
		},
		"one value, absent and present": {[]rec{row("1111", "absent"), row("1111", "")}, []rec{alice}, []string{"row 0" + ambiguous + "state", "row 1" + ambiguous + "state", disputedRecord}},
		"absent, and present without a value": {
			[]rec{row("1111", "absent"), row("", "")},
			[]rec{alice},
			[]string{"row 0" + ambiguous + "value and state", "row 1" + ambiguous + "value and state", disputedRecord},
		},
		"two old ones, one there": {[]rec{row("8", "absent"), row("1111", "absent")}, []rec{alice}, []string{"row 0 in_sync none unchanged", "row 1 drifted delete planned"}},
		"two old ones, both gone": {[]rec{row("8", "absent"), row("7", "absent")}, nil, []string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"}},
		"two old ones, another there": {
			[]rec{row("8", "absent"), row("7", "absent")},
			[]rec{alice},
			[]string{"row 0" + ambiguous + "value", "row 1" + ambiguous + "value", disputedRecord},
		},
		"any and an old one": {[]rec{row("", "absent"), row("8", "absent")}, []rec{alice}, []string{"row 0 drifted delete planned", "row 1 in_sync none unchanged"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{schema: badgeSchema(), want: c.want, have: c.have}
			if diff := cmp.Diff(c.exp, joinedLines(w.plan())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAReplacementIsBlockedAsOne: what protects a record, or refuses the new value, holds for both
// rows.
func TestAReplacementIsBlockedAsOne(t *testing.T) {
	w := world{
		schema: badgeSchema(),
		want:   []rec{{"holder_id": "1", "type": "pin", "value": "1111", "state": "absent"}, {"holder_id": "1", "type": "pin", "value": "9"}},
		have:   []rec{{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}},
		policy: Policy{Protect: []Protection{{"holder_id": "1"}}, Prune: true},
	}
	if diff := cmp.Diff([]string{"row 1 protected none blocked: protected by the account's configuration +0"}, joinedLines(w.plan())); diff != "" {
		t.Error(diff)
	}
	w.policy = Policy{}
	plan := w.plan()
	if b := plan.Check(Limits{LimitDelete: {}, LimitUpdate: {Count: 1}}, 1, false); len(b) > 0 {
		t.Errorf("an update is held against other limits: %v", b)
	}
	want := []string{"roster.csv, line 2 removes the value that this row replaces: the two are one update"}
	if diff := cmp.Diff(want, plan.Notes(0)); diff != "" {
		t.Error(diff)
	}
}

func TestCopiesAreNoted(t *testing.T) {
	row := rec{"holder_id": "1", "type": "pin", "value": "9"}
	plan := world{schema: badgeSchema(), want: []rec{row, row, row}}.plan()
	want := []string{"the row appears 3 times and counts once: also roster.csv, line 3, roster.csv, line 4"}
	if diff := cmp.Diff(want, plan.Notes(0)); diff != "" {
		t.Error(diff)
	}
}

// TestCopiesOfSeveralCodes: if a person may hold several, equal rows are one as long as there are
// more of them than records that they fit.
func TestCopiesOfSeveralCodes(t *testing.T) {
	row := func(id, value, state string) rec {
		return rec{"credential_id": id, "acs_system_id": "S", "holder_id": "1", "type": "code", "value": value, "state": state}
	}
	for name, c := range map[string]struct {
		want []rec
		have []rec
		exp  []string
	}{
		"a creation":          {[]rec{row("", "1", ""), row("", "1", "")}, nil, []string{"row 0 missing create planned value +1"}},
		"one there":           {[]rec{row("", "1", ""), row("", "1", "")}, []rec{row("A", "1", "")}, []string{"row 0 in_sync none unchanged +1"}},
		"one there, by id":    {[]rec{row("", "1", ""), row("A", "1", "")}, []rec{row("A", "1", "")}, []string{"row 1 in_sync none unchanged +0"}},
		"two there":           {[]rec{row("", "1", ""), row("", "1", ""), row("", "1", "")}, []rec{row("A", "1", ""), row("B", "1", "")}, []string{"row 0 in_sync none unchanged +2", "row 1 in_sync none unchanged"}},
		"no value":            {[]rec{row("", "", ""), row("", "", "")}, []rec{row("A", "", "")}, []string{"row 0 in_sync none unchanged +1"}},
		"ids that are gone":   {[]rec{row("Y", "", ""), row("Z", "", "")}, nil, []string{"row 0 missing create planned", "row 1 missing create planned"}},
		"two codes":           {[]rec{row("", "1", ""), row("", "2", "")}, nil, []string{"row 0 missing create planned value", "row 1 missing create planned value"}},
		"old and new":         {[]rec{row("", "1", "absent"), row("", "2", "")}, []rec{row("A", "1", "")}, []string{"row 0 drifted delete planned", "row 1 missing create planned value"}},
		"old and new, by id":  {[]rec{row("A", "1", "absent"), row("", "2", "")}, []rec{row("A", "1", "")}, []string{"row 0 drifted delete planned", "row 1 missing create planned value"}},
		"old and new, done":   {[]rec{row("", "1", "absent"), row("", "2", "")}, []rec{row("B", "2", "")}, []string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"}},
		"any and new":         {[]rec{row("", "2", ""), row("", "", "absent")}, []rec{row("A", "1", "")}, []string{"row 0 missing create planned value", "row 1 drifted delete planned"}},
		"any and new, done":   {[]rec{row("", "", "absent"), row("", "2", "")}, []rec{row("B", "2", "")}, []string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"}},
		"one id, old and new": {[]rec{row("A", "1", "absent"), row("A", "2", "")}, []rec{row("A", "1", "")}, []string{"row 1 drifted update planned value +0"}},
		"old, new and a third": {
			[]rec{row("", "1", "absent"), row("", "2", "")},
			[]rec{row("C", "3", "")},
			[]string{
				"row 0 ambiguous none blocked: 2 rows and 1 record match each other: " +
					"give the credential_id; they differ in value and state",
				"row 1 ambiguous none blocked: 2 rows and 1 record match each other: " +
					"give the credential_id; they differ in value and state",
				"record C ambiguous none blocked: several rows may refer to this credential; see their lines",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{schema: passSchema(), want: c.want, have: c.have}
			if diff := cmp.Diff(c.exp, joinedLines(w.plan())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestIDsThatLookAlike: an id that only looks like a listed one is named: a misspelling must
// neither wave a row that removes through, nor have one that wants something make a duplicate.
func TestIDsThatLookAlike(t *testing.T) {
	have := []rec{{"credential_id": "aB1", "holder_id": "1", "type": "pin", "value": "1"}}
	for name, row := range map[string]rec{
		"absent":  {"credential_id": "AB1", "state": "absent"},
		"present": {"credential_id": "ab1", "holder_id": "1", "type": "pin", "value": "1"},
	} {
		got := lines(world{schema: badgeSchema(), want: []rec{row}, have: have}.plan())
		if !strings.HasPrefix(got[0], "row 0 ambiguous none blocked: credential "+row["credential_id"]+" is not in the listing; aB1 is, which differs from it in capital letters") {
			t.Errorf("%s: %q", name, got)
		}
	}
	got := joinedLines(world{schema: badgeSchema(), want: []rec{{"credential_id": "AB1", "value": "1"}, {"credential_id": "aB1", "value": "1"}}, have: have}.plan())
	if got[1] != "row 1 in_sync none unchanged" {
		t.Errorf("a row with the right id is held up by one with a wrong one: %q", got)
	}
}

// TestRemovalByAValueThatIsNotShown: a row that removes one of several by its value does not mean
// one whose value nobody can read: if the one that it means is gone, the other stays.
func TestRemovalByAValueThatIsNotShown(t *testing.T) {
	have := []rec{{"credential_id": "B", "acs_system_id": "S", "holder_id": "1", "type": "code", "value": "****"}}
	row := rec{"acs_system_id": "S", "holder_id": "1", "type": "code", "value": "1", "state": "absent"}
	got := lines(world{schema: passSchema(), want: []rec{row}, have: have}.plan())
	if !strings.HasPrefix(got[0], "row 0 ambiguous none blocked: the row removes a credential "+
		"by its value, but that of B cannot be read") {
		t.Errorf("%q", got)
	}
	row["credential_id"] = "B"
	if got := lines(world{schema: passSchema(), want: []rec{row}, have: have}.plan()); got[0] != "row 0 drifted delete planned" {
		t.Errorf("by its id: %q", got)
	}
}
