package seam_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

// lineOf says what a plan's line came to, in one text.
func lineOf(plan *reconcile.Plan, n int) string {
	l := &plan.Lines[n]
	var fields []string
	for c := range plan.Want.Schema().Columns {
		if l.Fields.Has(c) {
			fields = append(fields, plan.Want.Schema().Columns[c].Name)
		}
	}
	text := l.Situation.String() + " " + l.Action.String()
	if l.Record >= 0 {
		text += " " + plan.HaveRecord(n).ID()
	}
	if len(fields) > 0 {
		text += " " + strings.Join(fields, ",")
	}
	if reason := plan.Words(l.Reason); reason != "" {
		text += ": " + reason
	}
	for _, note := range plan.Notes(n) {
		text += " (" + note + ")"
	}
	return text
}

// TestPlan: each row against the small workspace. want is the beginning of the
// line, or with … in front a part of it.
func TestPlan(t *testing.T) {
	for name, c := range map[string]struct {
		row    row
		want   string
		policy reconcile.Policy
	}{
		"equal code of two":           {row{"holder_id": "u1", "type": "code", "value": "5150"}, "in_sync none c13", reconcile.Policy{}},
		"equal, by e-mail and system": {row{"holder_email": "avery.sample@example.com", "acs_system_id": "B", "type": "code", "value": "004821"}, "in_sync none c31", reconcile.Policy{}},
		"e-mail in two systems":       {row{"holder_email": "avery.sample@example.com", "type": "code", "value": "004821"}, "ambiguous none: e-mail avery.sample@example.com belongs to users in several access systems: u1, u3; give acs_system_id or holder_id", reconcile.Policy{}},
		"e-mail, by the credential":   {row{"credential_id": "c31", "holder_email": "avery.sample@example.com", "value": "12"}, "drifted update c31 value", reconcile.Policy{}},
		"older name of the e-mail":    {row{"holder_email": "EMERY.sample@example.com", "type": "code", "value": "12"}, "missing create value", reconcile.Policy{}},
		"a part of an e-mail":         {row{"holder_email": "casey.sample@example.com", "type": "code", "value": "600600"}, "in_sync none c41", reconcile.Policy{}},
		"nobody's e-mail":             {row{"holder_email": "sample@example.com", "type": "code", "value": "1"}, "invalid none: no user with e-mail", reconcile.Policy{}},
		"e-mail of another system":    {row{"holder_email": "blake.sample@example.com", "acs_system_id": "B", "type": "code", "value": "1"}, "invalid none: no user with e-mail blake.sample@example.com in system B", reconcile.Policy{}},
		"nobody's id":                 {row{"holder_id": "00000000-0000-4000-8000-0000000000e9", "type": "code", "value": "1"}, "invalid none: no user with id 00000000-0000-4000-8000-0000000000e9", reconcile.Policy{}},
		"no such system":              {row{"holder_id": "u1", "acs_system_id": "Z", "type": "code", "value": "1"}, "invalid none: no access system", reconcile.Policy{}},
		"user of another system":      {row{"holder_id": "u1", "acs_system_id": "B", "type": "code", "value": "1"}, "ambiguous none: acs_system_id names system B, but user u1 belongs to system A", reconcile.Policy{}},
		"id and e-mail disagree":      {row{"holder_id": "u2", "holder_email": "avery.sample@example.com", "type": "code", "value": "1"}, "ambiguous none: holder_id names user u2, and holder_email names user u1 or u3", reconcile.Policy{}},
		"a type that does not exist":  {row{"holder_id": "u1", "type": "pin", "value": "1"}, `invalid none: type "pin" is none of code, card and mobile_key`, reconcile.Policy{}},

		"another code":                 {row{"holder_id": "u2", "type": "code", "value": "0071"}, "drifted update c21 value", reconcile.Policy{}},
		"another code of two":          {row{"holder_id": "u1", "type": "code", "value": "0071"}, "ambiguous none: 1 row and 2 records", reconcile.Policy{}},
		"another code, by id":          {row{"credential_id": "c11", "value": "0071"}, "drifted update c11 value", reconcile.Policy{}},
		"another end":                  {row{"credential_id": "c11", "ends_at": "2091-01-01"}, "drifted update c11 ends_at", reconcile.Policy{}},
		"the same instant":             {row{"credential_id": "c11", "starts_at": "2026-01-05T09:00:00.000+01:00", "ends_at": "2090-07-01T02:00:00+02:00"}, "in_sync none c11", reconcile.Policy{}},
		"the same, in the own zone":    {row{"credential_id": "c11", "starts_at": "2026-01-05 08:00", "ends_at": "2090-07-01 01:00"}, "in_sync none c11", reconcile.Policy{}},
		"no end":                       {row{"credential_id": "c11", "ends_at": "<empty>"}, "unsupported none c11: ", reconcile.Policy{}},
		"no end where there is none":   {row{"credential_id": "c13", "ends_at": "<empty>"}, "in_sync none c13", reconcile.Policy{}},
		"another start":                {row{"credential_id": "c11", "starts_at": "2026-02-01"}, "unsupported none c11: starts_at cannot be changed once a credential exists", reconcile.Policy{}},
		"another start, with value":    {row{"credential_id": "c11", "starts_at": "2026-02-01", "value": "004821"}, "unsupported none c11: starts_at cannot be changed once a credential exists", reconcile.Policy{}},
		"recreate":                     {row{"credential_id": "c11", "starts_at": "2026-02-01", "value": "004821"}, "drifted replace c11 starts_at", reconcile.Policy{Recreate: true}},
		"recreate without a value":     {row{"credential_id": "c11", "starts_at": "2026-02-01"}, "unsupported none c11: …needs the code itself", reconcile.Policy{Recreate: true}},
		"recreate a card":              {row{"credential_id": "c12", "starts_at": "2026-02-01"}, "unsupported none c12: …would lose the card number", reconcile.Policy{Recreate: true}},
		"recreate without an end":      {row{"credential_id": "c11", "ends_at": "<empty>", "value": "004821"}, "drifted replace c11 ends_at", reconcile.Policy{Recreate: true}},
		"end at the epoch":             {row{"credential_id": "c21", "ends_at": "1970-01-01"}, "invalid none c21: ends_at is 1970-01-01, which programs write where there is no date", reconcile.Policy{}},
		"end in the past":              {row{"credential_id": "c21", "ends_at": "2020-01-01"}, "unsupported none c21: ends_at is in the past, which Seam refuses: use state=absent", reconcile.Policy{}},
		"end before the start":         {row{"credential_id": "c11", "ends_at": "2026-01-04"}, "unsupported none c11: ends_at is in the past", reconcile.Policy{}},
		"a card's number, equal":       {row{"holder_id": "u1", "type": "card", "value": "04212345"}, "in_sync none c12", reconcile.Policy{}},
		"a card's number, another":     {row{"holder_id": "u1", "type": "card", "value": "04212346"}, "unsupported none c12: card numbers cannot be written through Seam", reconcile.Policy{}},
		"the same, with recreate":      {row{"holder_id": "u1", "type": "card", "value": "04212346"}, "unsupported none c12: card numbers cannot be written through Seam", reconcile.Policy{Recreate: true}},
		"a card's end":                 {row{"holder_id": "u1", "type": "card", "value": "04212345", "ends_at": "2091-01-01"}, "drifted update c12 ends_at", reconcile.Policy{}},
		"unmanaged, equal":             {row{"holder_id": "u2", "type": "card", "value": "08154711"}, "in_sync none n22", reconcile.Policy{}},
		"unmanaged, another end":       {row{"holder_id": "u2", "type": "card", "ends_at": "2091-01-01"}, "unsupported none n22: unmanaged: Seam cannot edit it", reconcile.Policy{}},
		"a parent among its children":  {row{"holder_id": "u3", "type": "mobile_key", "ends_at": "2091-01-01"}, "drifted update p32 ends_at", reconcile.Policy{}},
		"a child, addressed":           {row{"credential_id": "k33", "ends_at": "2091-01-01"}, "unsupported none k33: it belongs to the multi-phone sync credential p32", reconcile.Policy{}},
		"a code for a mobile key":      {row{"holder_id": "u3", "type": "mobile_key", "value": "77"}, "unsupported none p32: a mobile_key has no code that could be written", reconcile.Policy{}},
		"a code out of PTI's range":    {row{"holder_id": "u2", "type": "code", "value": "4294967297"}, "invalid none c21: PTI takes codes from 1 to 4294967296", reconcile.Policy{}},
		"letters, by id without type":  {row{"credential_id": "c21", "value": "70A1"}, "invalid none c21: a code is digits only", reconcile.Policy{}},
		"another system than its own":  {row{"credential_id": "c21", "holder_id": "u3"}, "ambiguous none: the row says holder_id u3, so acs_system_id B, but credential c21 has A", reconcile.Policy{Move: true}},
		"an e-mail of another system":  {row{"credential_id": "c21", "holder_email": "casey.sample@example.com"}, "ambiguous none: the row says holder_email casey.sample@example.com, so acs_system_id K, but credential c21 has A", reconcile.Policy{}},
		"an e-mail of another user":    {row{"credential_id": "c21", "holder_email": "avery.sample@example.com"}, "ambiguous none: the row says holder_email avery.sample@example.com, so holder_id u1, but credential c21 has u2", reconcile.Policy{}},
		"another user":                 {row{"credential_id": "c21", "holder_id": "u1"}, "ambiguous none: the row says holder_id u1, but credential c21 has u2", reconcile.Policy{}},
		"another user, moved":          {row{"credential_id": "c21", "holder_id": "u5"}, "drifted update c21 holder_id", reconcile.Policy{Move: true}},
		"moved and recoded":            {row{"credential_id": "c21", "holder_id": "u5", "value": "0071"}, "drifted update c21 holder_id,value", reconcile.Policy{Move: true}},
		"gone":                         {row{"holder_id": "u2", "type": "code", "value": "7001", "state": "absent"}, "drifted delete c21", reconcile.Policy{}},
		"gone, with another code":      {row{"holder_id": "u2", "type": "code", "value": "7002", "state": "absent"}, "ambiguous none: the row removes", reconcile.Policy{}},
		"gone already":                 {row{"holder_id": "u5", "type": "code", "state": "absent"}, "in_sync none", reconcile.Policy{}},
		"an unmanaged one, to be gone": {row{"holder_id": "u2", "type": "card", "state": "absent"}, "unsupported none n22: unmanaged", reconcile.Policy{}},

		"new":                         {row{"holder_id": "u6", "type": "code", "value": "0071", "ends_at": "2091-01-01"}, "missing create value,ends_at", reconcile.Policy{}},
		"new, of a suspended user":    {row{"holder_id": "u5", "type": "code", "value": "0071"}, "missing create value (user u5 is suspended at Seam", reconcile.Policy{}},
		"new, without a code":         {row{"holder_id": "u6", "type": "code"}, "invalid none: a creation needs a value", reconcile.Policy{}},
		"new, with a mask":            {row{"holder_id": "u6", "type": "code", "value": "••••"}, "invalid none: the cell holds a mask", reconcile.Policy{}},
		"new card":                    {row{"holder_id": "u6", "type": "card"}, "missing create", reconcile.Policy{}},
		"new card, with a number":     {row{"holder_id": "u6", "type": "card", "value": "1"}, "unsupported none: card numbers cannot be written through Seam", reconcile.Policy{}},
		"new mobile key":              {row{"holder_id": "u6", "type": "mobile_key"}, "missing create", reconcile.Policy{}},
		"new mobile key, with a code": {row{"holder_id": "u6", "type": "mobile_key", "value": "1"}, "unsupported none: a mobile key has no code", reconcile.Policy{}},
		"new cloud key":               {row{"holder_id": "u6", "type": "cloud_key"}, "unsupported none: a cloud_key cannot be created here", reconcile.Policy{}},
		"new, ended":                  {row{"holder_id": "u6", "type": "code", "value": "1", "ends_at": "2020-01-01"}, "in_sync none", reconcile.Policy{}},
		"ended, its id gone":          {row{"credential_id": "c99", "ends_at": "2020-01-01T00:00:00Z"}, "in_sync none", reconcile.Policy{}},
		"ended, its user gone":        {row{"holder_email": "left@example.com", "type": "code", "value": "1", "ends_at": "2020-01-01T00:00:00Z"}, "in_sync none (no user with e-mail left@example.com, and the row's time is over", reconcile.Policy{}},
		"not ended, its user gone":    {row{"holder_email": "left@example.com", "type": "code", "value": "1", "ends_at": "2091-01-01T00:00:00Z"}, "invalid none: no user with e-mail left@example.com", reconcile.Policy{}},
		"absent, its user gone":       {row{"holder_email": "left@example.com", "type": "code", "state": "absent"}, "in_sync none (no user with e-mail left@example.com: what the row removes is not there)", reconcile.Policy{}},
		"absent, its user's id gone":  {row{"holder_id": "u99", "type": "code", "state": "absent"}, "in_sync none (no user with id u99", reconcile.Policy{}},
		"absent, looks like another":  {row{"holder_email": "аvery.sample@example.com", "type": "code", "state": "absent"}, "ambiguous none: no user with e-mail аvery.sample@example.com; user u1 has one that looks the same", reconcile.Policy{}},
		"absent, no such method":      {row{"holder_email": "left@example.com", "type": "fob", "state": "absent"}, "invalid none: type", reconcile.Policy{}},
		"an old e-mail, by user":      {row{"holder_id": "u2", "holder_email": "old@example.org", "type": "code", "value": "7001"}, "in_sync none c21 (nobody has e-mail old@example.org; the user was found by holder_id", reconcile.Policy{}},
		"an old e-mail, by id":        {row{"credential_id": "c21", "holder_email": "old@example.org", "value": "7001"}, "in_sync none c21 (nobody has e-mail old@example.org; the credential was found", reconcile.Policy{}},
		"an old id, e-mail of one":    {row{"holder_id": "u99", "holder_email": "avery.sample@example.com", "type": "code", "state": "absent"}, "invalid none: no user with id u99, though holder_email finds user u1", reconcile.Policy{}},
		"new, ends before its start":  {row{"holder_id": "u6", "type": "code", "value": "1", "starts_at": "2091-01-02", "ends_at": "2091-01-01T00:00:00Z"}, "invalid none: ends_at is not after starts_at", reconcile.Policy{}},
		"new, started":                {row{"holder_id": "u6", "type": "code", "value": "1", "starts_at": "2020-01-01"}, "missing create value,starts_at (starts_at is in the past", reconcile.Policy{}},
		"new, by an id that is gone":  {row{"credential_id": "00000000-0000-4000-8000-0000000000c9", "holder_id": "u6", "type": "code", "value": "1"}, "missing create value (", reconcile.Policy{}},
		"only an id that is gone":     {row{"credential_id": "00000000-0000-4000-8000-0000000000c9", "value": "1"}, "missing none: credential 00000000-0000-4000-8000-0000000000c9 is not in the listing", reconcile.Policy{}},

		"a PIN that is made":         {row{"holder_id": "u4", "type": "code", "value": "1234"}, "in_sync none c41 (Salto KS makes its PINs itself: the value of the row is not compared)", reconcile.Policy{}},
		"a PIN to be made":           {row{"holder_id": "u7", "type": "code"}, "missing create", reconcile.Policy{}},
		"a PIN that cannot be given": {row{"holder_id": "u7", "type": "code", "value": "1234"}, "unsupported none: Salto KS makes its PINs itself: leave value blank", reconcile.Policy{}},

		"no zone":            {row{"credential_id": "c41", "ends_at": "2091-01-01"}, "invalid none c41: ends_at 2091-01-01: is a local time, and neither", reconcile.Policy{}},
		"a skipped time":     {row{"credential_id": "c21", "ends_at": "2027-03-28 01:30"}, "invalid none c21: ends_at 2027-03-28 01:30: is a local time that a clock change skips in Europe/London", reconcile.Policy{}},
		"a doubled time":     {row{"credential_id": "c21", "ends_at": "2027-10-31T01:30"}, "invalid none c21: ends_at 2027-10-31T01:30: is a local time that a clock change doubles in Europe/London", reconcile.Policy{}},
		"with its offset":    {row{"credential_id": "c21", "ends_at": "2027-10-31T01:30:00+01:00"}, "drifted update c21 ends_at", reconcile.Policy{}},
		"no time at all":     {row{"credential_id": "c21", "ends_at": "tomorrow"}, "invalid none c21: ends_at tomorrow: this is no date", reconcile.Policy{}},
		"a day, and its end": {row{"credential_id": "c11", "starts_at": "2026-01-05 08:00:00", "ends_at": "2090-06-30"}, "drifted update c11 ends_at", reconcile.Policy{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := lineOf(openAccount(t, options{state: small}).plan(c.policy, c.row), 0)
			begin, part, _ := strings.Cut(c.want, "…")
			if !strings.HasPrefix(got, begin) || !strings.Contains(got, part) {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			for _, secret := range []string{"004821", "5150", "7001", "04212345", "08154711", "0071", "600600"} {
				if strings.Contains(got, secret) {
					t.Error("the line holds a code")
				}
			}
		})
	}
}

// TestZones: a day alone is the first midnight for a start and the one after
// it for an end, in the zone of the system or else of the account.
func TestZones(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	a := openAccount(t, options{state: small, zone: zone})
	for _, c := range []struct{ user, starts, ends string }{
		{"u5", "2091-06-30T23:00:00Z", "2091-07-09T23:00:00Z"}, // London, summer time
		{"u6", "2091-07-01T04:00:00Z", "2091-07-10T04:00:00Z"}, // New York
		{"u7", "2091-06-30T15:00:00Z", "2091-07-09T15:00:00Z"}, // none: the account's
	} {
		plan := a.plan(reconcile.Policy{}, row{"holder_id": c.user, "type": "mobile_key", "starts_at": "2091-07-01", "ends_at": "2091-07-09"})
		want := plan.WantRow(0)
		if want.Text("starts_at") != c.starts || want.Text("ends_at") != c.ends {
			t.Errorf("%s: from %s to %s", c.user, want.Text("starts_at"), want.Text("ends_at"))
		}
	}
}

// TestUnknownZone: another zone than the system's would give another time.
func TestUnknownZone(t *testing.T) {
	state := strings.Replace(small, "Europe/London", "Mars/Olympus", 1)
	a := openAccount(t, options{state: state, zone: time.UTC})
	for ends, want := range map[string]string{
		"2091-01-01": "invalid none c21: ends_at 2091-01-01: is a local time, " +
			"and the ACS system's time zone Mars/Olympus is not known here",
		"2091-01-01T00:00:00Z": "drifted update c21 ends_at",
	} {
		got := lineOf(a.plan(reconcile.Policy{}, row{"credential_id": "c21", "ends_at": ends}), 0)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestNextNight: what the provider made of an accepted change stands, with a
// note, and is no change every night.
func TestNextNight(t *testing.T) {
	const replaced = `{"code":"9999","warnings":[{"warning_code":"requested_code_unavailable","message":"x","created_at":"2026-01-01T00:00:00Z","original_code":"1234","new_code":"9999"}]}`
	const moved = `{"warnings":[{"warning_code":"schedule_modified","message":"x","created_at":"2026-01-01T00:00:00Z"}]}`
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c13", replaced)
	a.edit("acs_credentials", "c11", moved)
	a.edit("acs_credentials", "c12", `{"errors":[{"error_code":"provider_rejected_credential","message":"no"}],"is_latest_desired_state_synced_with_provider":false}`)
	for name, c := range map[string]struct {
		rows []row
		want []string
	}{
		"by holder":         {[]row{{"holder_id": "u1", "type": "code", "value": "1234"}}, []string{"in_sync none c13 (the provider did not allow"}},
		"by id":             {[]row{{"credential_id": "c13", "value": "1234"}}, []string{"in_sync none c13 (the provider did not allow"}},
		"both":              {[]row{{"holder_id": "u1", "type": "code", "value": "004821"}, {"holder_id": "u1", "type": "code", "value": "1234"}}, []string{"in_sync none c11", "in_sync none c13 ("}},
		"the new one":       {[]row{{"holder_id": "u1", "type": "code", "value": "9999"}}, []string{"in_sync none c13"}},
		"a third":           {[]row{{"credential_id": "c13", "value": "4321"}}, []string{"drifted update c13 value"}},
		"asked for twice":   {[]row{{"holder_id": "u1", "type": "code", "value": "1234"}, {"credential_id": "c13", "value": "1234"}}, []string{"drifted update c11 value", "in_sync none c13"}},
		"to be gone":        {[]row{{"holder_id": "u1", "type": "code", "value": "1234", "state": "absent"}}, []string{"drifted delete c13"}},
		"refused by then":   {[]row{{"credential_id": "c12", "value": "04212345"}}, []string{"in_sync none c12 (Seam: provider_rejected_credential: no)"}},
		"and to be changed": {[]row{{"credential_id": "c12", "value": "1"}}, []string{"unsupported none c12: card numbers cannot be written through Seam"}},
		"an earlier start":  {[]row{{"credential_id": "c11", "starts_at": "2026-01-01"}}, []string{"in_sync none c11 (Seam moved the start"}},
		"a later start":     {[]row{{"credential_id": "c11", "value": "004821", "starts_at": "2026-03-01"}}, []string{"unsupported none c11: starts_at"}},
		"an end besides":    {[]row{{"credential_id": "c11", "starts_at": "2026-01-01", "ends_at": "2091-01-01"}}, []string{"drifted update c11 ends_at"}},
		"the code in clear": {[]row{{"credential_id": "c13", "value": "1234", "ends_at": "2091-01-01"}}, []string{"drifted update c13 ends_at"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := a.plan(reconcile.Policy{}, c.rows...)
			for n, want := range c.want {
				if got := lineOf(plan, n); !strings.HasPrefix(got, want) {
					t.Errorf("%s\nwant %s", got, want)
				}
			}
		})
	}
}

// TestEqualCodes: one code twice in a system is noted and not blocked; in two
// systems it is nothing to speak of.
func TestEqualCodes(t *testing.T) {
	plan := openAccount(t, options{state: small}).plan(reconcile.Policy{},
		row{"credential_id": "c11", "holder_id": "u1", "type": "code", "value": "6061"},
		row{"holder_id": "u6", "type": "code", "value": "6061"},
		row{"holder_id": "u5", "type": "code", "value": "6061"})
	for n, want := range []string{"drifted update c11 value", "missing create value", "missing create value (user u5"} {
		if got := lineOf(plan, n); !strings.HasPrefix(got, want) || strings.Contains(got, "twice") != (n == 2) || strings.Contains(got, "6061") {
			t.Errorf("line %d: %s", n, got)
		}
	}
	if got := lineOf(plan, 2); !strings.Contains(got, "see line 2 of pins.csv") {
		t.Error(got)
	}
}

// TestHolderWhoCannotBeRead: whom a configuration names by an id that could not be
// looked up is not known, and that is not the same as not there.
func TestHolderWhoCannotBeRead(t *testing.T) {
	a := openAccount(t, options{state: small})
	client := openHandler(t, options{}, stumbling(a.api, "/acs/users/get", "u1"))
	if ids, err := client.HolderIDs(t.Context(), "holder_id", "u1"); err == nil || !strings.Contains(err.Error(), "not today") {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := client.HolderIDs(t.Context(), "holder_id", "u404"); err != nil || len(ids) > 0 {
		t.Errorf("an id that no user has: %v, %v", ids, err)
	}
}

// TestLookUps: users are asked for only where rows need them, one by one or all.
func TestLookUps(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.plan(reconcile.Policy{}, row{"holder_id": "u1", "type": "code", "value": "5150"})
	if n := a.requests("/acs/users/list") + a.requests("/acs/users/get"); n != 0 {
		t.Errorf("%d look-ups for a user that the listing shows", n)
	}
	a.plan(reconcile.Policy{}, row{"holder_email": "emery.sample@example.com", "type": "code", "value": "1"}, row{"holder_id": "u5", "type": "code", "value": "1"})
	if a.requests("/acs/users/list") != 1 || a.requests("/acs/users/get") != 1 {
		t.Errorf("%d and %d look-ups", a.requests("/acs/users/list"), a.requests("/acs/users/get"))
	}
	if name, email := a.client.HolderName("u6"); name != "Emery Sample" || email != "emery.sample@example.com" {
		t.Errorf("%s %s", name, email)
	}
	ids, err := a.client.HolderIDs(t.Context(), "holder_email", "avery.SAMPLE@example.com")
	if err != nil || strings.Join(ids, ",") != "u1,u3" && strings.Join(ids, ",") != "u3,u1" {
		t.Errorf("%v %v", ids, err)
	}
	fresh := openAccount(t, options{state: small})
	if _, err := fresh.client.HolderIDs(t.Context(), "holder_email", "emery.*"); err != nil {
		t.Fatal(err)
	}
	if name, email := fresh.client.HolderName("u6"); name != "Emery Sample" || email != "emery.sample@example.com" {
		t.Errorf("of a user who was read for a protection: %q %q", name, email)
	}

	many := openAccount(t, options{generate: 60, pageSize: 7})
	listing := many.list()
	var rows []row
	for n := range listing.Records.Len() {
		r := listing.Records.Record(n)
		rows = append(rows, row{"credential_id": r.ID(), "value": r.Text("value"), "holder_id": r.Text("holder_id"), "holder_email": "nobody@example.com"})
	}
	for n := range rows {
		rows[n]["holder_email"] = strings.Repeat("x", n) + "nobody@example.com"
	}
	many.plan(reconcile.Policy{}, rows...)
	if n := many.requests("/acs/users/get"); n != 0 {
		t.Errorf("%d users asked for one by one", n)
	}
}

// TestEnded: an end in the past is right where it is, and nowhere else.
func TestEnded(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c21", `{"ends_at":"2020-06-01T00:00:00.000Z"}`)
	for ends, want := range map[string]string{
		"2020-06-01T01:00:00+01:00": "in_sync none c21",
		"2020-06-01 01:00":          "in_sync none c21", // summer time
		"2020-06-01":                "unsupported none c21: ends_at is in the past",
	} {
		plan := a.plan(reconcile.Policy{}, row{"holder_id": "u2", "type": "code", "value": "7001", "ends_at": ends})
		if got := lineOf(plan, 0); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", ends, got)
		}
	}
}

func TestLookUpHolders(t *testing.T) {
	a := openAccount(t, options{state: small})
	if err := a.client.LookUpHolders(t.Context(), []string{"u6", "nobody"}); err != nil {
		t.Fatal(err)
	}
	if name, _ := a.client.HolderName("u6"); name != "Emery Sample" {
		t.Errorf("HolderName: %q", name)
	}
	if name, _ := a.client.HolderName("nobody"); name != "" {
		t.Errorf("HolderName of nobody: %q", name)
	}
}
