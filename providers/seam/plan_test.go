package seam_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

// lineOf returns what a plan's line says, as one text.
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
	if reason := plan.TextOf(l.Reason); reason != "" {
		text += ": " + reason
	}
	for _, note := range plan.Notes(n) {
		text += " (" + note + ")"
	}
	return text
}

// TestPlan: each row against the small workspace. want is the beginning of the line, or, after …, a
// part of it.
func TestPlan(t *testing.T) {
	for name, c := range map[string]struct {
		row    row
		want   string
		policy reconcile.Policy
	}{
		"equal code of two": {
			row: row{"holder_id": "u1", "type": "code", "value": "5150"}, want: "in_sync none c13",
		},
		"equal, by e-mail and system": {
			row: row{
				"holder_email": "avery.sample@example.com", "acs_system_id": "B", "type": "code",
				"value": "004821",
			},
			want: "in_sync none c31",
		},
		"e-mail in two systems": {
			row: row{"holder_email": "avery.sample@example.com", "type": "code", "value": "004821"},
			want: "ambiguous none: e-mail avery.sample@example.com belongs to users in several access " +
				"systems: u1, u3; give acs_system_id or holder_id",
		},
		"e-mail, by the credential": {
			row:  row{"credential_id": "c31", "holder_email": "avery.sample@example.com", "value": "12"},
			want: "drifted update c31 value",
		},
		"older name of the e-mail": {
			row:  row{"holder_email": "EMERY.sample@example.com", "type": "code", "value": "12"},
			want: "missing create value",
		},
		"a part of an e-mail": {
			row:  row{"holder_email": "casey.sample@example.com", "type": "code", "value": "600600"},
			want: "in_sync none c41",
		},
		"nobody's e-mail": {
			row:  row{"holder_email": "sample@example.com", "type": "code", "value": "1"},
			want: "invalid none: no user with e-mail",
		},
		"e-mail of another system": {
			row: row{
				"holder_email": "blake.sample@example.com", "acs_system_id": "B", "type": "code",
				"value": "1",
			},
			want: "invalid none: no user with e-mail blake.sample@example.com in system B",
		},
		"nobody's id": {
			row:  row{"holder_id": "00000000-0000-4000-8000-0000000000e9", "type": "code", "value": "1"},
			want: "invalid none: no user with id 00000000-0000-4000-8000-0000000000e9",
		},
		"no such system": {
			row:  row{"holder_id": "u1", "acs_system_id": "Z", "type": "code", "value": "1"},
			want: "invalid none: no access system",
		},
		"user of another system": {
			row:  row{"holder_id": "u1", "acs_system_id": "B", "type": "code", "value": "1"},
			want: "ambiguous none: acs_system_id names system B, but user u1 belongs to system A",
		},
		"id and e-mail disagree": {
			row: row{
				"holder_id": "u2", "holder_email": "avery.sample@example.com", "type": "code", "value": "1",
			},
			want: "ambiguous none: holder_id names user u2, and holder_email names user u1 or u3",
		},
		"a type that does not exist": {
			row:  row{"holder_id": "u1", "type": "pin", "value": "1"},
			want: `invalid none: type "pin" is none of code, card and mobile_key`,
		},

		"another code": {
			row:  row{"holder_id": "u2", "type": "code", "value": "0071"},
			want: "drifted update c21 value",
		},
		"another code of two": {
			row:  row{"holder_id": "u1", "type": "code", "value": "0071"},
			want: "ambiguous none: 1 row and 2 records",
		},
		"another code, by id": {
			row: row{"credential_id": "c11", "value": "0071"}, want: "drifted update c11 value",
		},
		"another end": {
			row: row{"credential_id": "c11", "ends_at": "2091-01-01"}, want: "drifted update c11 ends_at",
		},
		"the same instant": {
			row: row{
				"credential_id": "c11", "starts_at": "2026-01-05T09:00:00.000+01:00",
				"ends_at": "2090-07-01T02:00:00+02:00",
			},
			want: "in_sync none c11",
		},
		"the same, in the own zone": {
			row: row{
				"credential_id": "c11", "starts_at": "2026-01-05 08:00", "ends_at": "2090-07-01 01:00",
			},
			want: "in_sync none c11",
		},
		"no end": {row: row{"credential_id": "c11", "ends_at": "<empty>"}, want: "unsupported none c11: "},
		"no end where there is none": {
			row: row{"credential_id": "c13", "ends_at": "<empty>"}, want: "in_sync none c13",
		},
		"another start": {
			row:  row{"credential_id": "c11", "starts_at": "2026-02-01"},
			want: "unsupported none c11: starts_at cannot be changed once a credential exists",
		},
		"another start, with value": {
			row:  row{"credential_id": "c11", "starts_at": "2026-02-01", "value": "004821"},
			want: "unsupported none c11: starts_at cannot be changed once a credential exists",
		},
		"recreate": {
			row:  row{"credential_id": "c11", "starts_at": "2026-02-01", "value": "004821"},
			want: "drifted replace c11 starts_at", policy: reconcile.Policy{Recreate: true},
		},
		"recreate without a value": {
			row:    row{"credential_id": "c11", "starts_at": "2026-02-01"},
			want:   "unsupported none c11: …needs the code itself",
			policy: reconcile.Policy{Recreate: true},
		},
		"recreate a card": {
			row:    row{"credential_id": "c12", "starts_at": "2026-02-01"},
			want:   "unsupported none c12: …would lose the card number",
			policy: reconcile.Policy{Recreate: true},
		},
		"recreate without an end": {
			row:  row{"credential_id": "c11", "ends_at": "<empty>", "value": "004821"},
			want: "drifted replace c11 ends_at", policy: reconcile.Policy{Recreate: true},
		},
		"end at the epoch": {
			row:  row{"credential_id": "c21", "ends_at": "1970-01-01"},
			want: "invalid none c21: ends_at is 1970-01-01, which programs write for a missing date",
		},
		"end in the past": {
			row:  row{"credential_id": "c21", "ends_at": "2020-01-01"},
			want: "unsupported none c21: ends_at is in the past, which Seam refuses: use state=absent",
		},
		"end before the start": {
			row:  row{"credential_id": "c11", "ends_at": "2026-01-04"},
			want: "unsupported none c11: ends_at is in the past",
		},
		"a card's number, equal": {
			row: row{"holder_id": "u1", "type": "card", "value": "04212345"}, want: "in_sync none c12",
		},
		"a card's number, another": {
			row:  row{"holder_id": "u1", "type": "card", "value": "04212346"},
			want: "unsupported none c12: Seam cannot write card numbers",
		},
		"the same, with recreate": {
			row:    row{"holder_id": "u1", "type": "card", "value": "04212346"},
			want:   "unsupported none c12: Seam cannot write card numbers",
			policy: reconcile.Policy{Recreate: true},
		},
		"a card's end": {
			row:  row{"holder_id": "u1", "type": "card", "value": "04212345", "ends_at": "2091-01-01"},
			want: "drifted update c12 ends_at",
		},
		"unmanaged, equal": {
			row: row{"holder_id": "u2", "type": "card", "value": "08154711"}, want: "in_sync none n22",
		},
		"unmanaged, another end": {
			row:  row{"holder_id": "u2", "type": "card", "ends_at": "2091-01-01"},
			want: "unsupported none n22: unmanaged: Seam cannot edit it",
		},
		"a parent among its children": {
			row:  row{"holder_id": "u3", "type": "mobile_key", "ends_at": "2091-01-01"},
			want: "drifted update p32 ends_at",
		},
		"a child, addressed": {
			row:  row{"credential_id": "k33", "ends_at": "2091-01-01"},
			want: "unsupported none k33: it is part of the multi-phone sync credential p32",
		},
		"a code for a mobile key": {
			row:  row{"holder_id": "u3", "type": "mobile_key", "value": "77"},
			want: "unsupported none p32: a mobile_key has no code that could be written",
		},
		"a code out of PTI's range": {
			row:  row{"holder_id": "u2", "type": "code", "value": "4294967297"},
			want: "invalid none c21: PTI accepts codes from 1 to 4294967296",
		},
		"letters, by id without type": {
			row:  row{"credential_id": "c21", "value": "70A1"},
			want: "invalid none c21: a code must be digits",
		},
		"another system than its own": {
			row:    row{"credential_id": "c21", "holder_id": "u3"},
			want:   "ambiguous none: the row says holder_id u3, so acs_system_id B, but credential c21 has A",
			policy: reconcile.Policy{Move: true},
		},
		"an e-mail of another system": {
			row: row{"credential_id": "c21", "holder_email": "casey.sample@example.com"},
			want: "ambiguous none: the row says holder_email casey.sample@example.com, " +
				"so acs_system_id K, but credential c21 has A",
		},
		"an e-mail of another user": {
			row: row{"credential_id": "c21", "holder_email": "avery.sample@example.com"},
			want: "ambiguous none: the row says holder_email avery.sample@example.com, " +
				"so holder_id u1, but credential c21 has u2",
		},
		"another user": {
			row:  row{"credential_id": "c21", "holder_id": "u1"},
			want: "ambiguous none: the row says holder_id u1, but credential c21 has u2",
		},
		"another user, moved": {
			row: row{"credential_id": "c21", "holder_id": "u5"}, want: "drifted update c21 holder_id",
			policy: reconcile.Policy{Move: true},
		},
		"moved and recoded": {
			row:  row{"credential_id": "c21", "holder_id": "u5", "value": "0071"},
			want: "drifted update c21 holder_id,value", policy: reconcile.Policy{Move: true},
		},
		"gone": {
			row:  row{"holder_id": "u2", "type": "code", "value": "7001", "state": "absent"},
			want: "drifted delete c21",
		},
		"gone, with another code": {
			row:  row{"holder_id": "u2", "type": "code", "value": "7002", "state": "absent"},
			want: "ambiguous none: the row removes",
		},
		"gone already": {row: row{"holder_id": "u5", "type": "code", "state": "absent"}, want: "in_sync none"},
		"an unmanaged one, to be gone": {
			row:  row{"holder_id": "u2", "type": "card", "state": "absent"},
			want: "unsupported none n22: unmanaged",
		},

		"new": {
			row:  row{"holder_id": "u6", "type": "code", "value": "0071", "ends_at": "2091-01-01"},
			want: "missing create value,ends_at",
		},
		"new, of a suspended user": {
			row:  row{"holder_id": "u5", "type": "code", "value": "0071"},
			want: "missing create value (user u5 is suspended at Seam",
		},
		"new, without a code": {
			row:  row{"holder_id": "u6", "type": "code"},
			want: "invalid none: a new credential needs a value",
		},
		"new, with a mask": {
			row:  row{"holder_id": "u6", "type": "code", "value": "••••"},
			want: "invalid none: the cell holds a mask",
		},
		"new card": {row: row{"holder_id": "u6", "type": "card"}, want: "missing create"},
		"new card, with a number": {
			row:  row{"holder_id": "u6", "type": "card", "value": "1"},
			want: "unsupported none: Seam cannot write card numbers",
		},
		"new mobile key": {row: row{"holder_id": "u6", "type": "mobile_key"}, want: "missing create"},
		"new mobile key, with a code": {
			row:  row{"holder_id": "u6", "type": "mobile_key", "value": "1"},
			want: "unsupported none: a mobile key has no code",
		},
		"new cloud key": {
			row:  row{"holder_id": "u6", "type": "cloud_key"},
			want: "unsupported none: a cloud_key cannot be created here",
		},
		"new, ended": {
			row:  row{"holder_id": "u6", "type": "code", "value": "1", "ends_at": "2020-01-01"},
			want: "in_sync none",
		},
		"ended, its id gone": {
			row: row{"credential_id": "c99", "ends_at": "2020-01-01T00:00:00Z"}, want: "in_sync none",
		},
		"ended, its user gone": {
			row: row{
				"holder_email": "left@example.com", "type": "code", "value": "1",
				"ends_at": "2020-01-01T00:00:00Z",
			},
			want: "in_sync none (no user with e-mail left@example.com, and ends_at has passed",
		},
		"not ended, its user gone": {
			row: row{
				"holder_email": "left@example.com", "type": "code", "value": "1",
				"ends_at": "2091-01-01T00:00:00Z",
			},
			want: "invalid none: no user with e-mail left@example.com",
		},
		"absent, its user gone": {
			row:  row{"holder_email": "left@example.com", "type": "code", "state": "absent"},
			want: "in_sync none (no user with e-mail left@example.com: there is nothing to remove)",
		},
		"absent, its user's id gone": {
			row:  row{"holder_id": "u99", "type": "code", "state": "absent"},
			want: "in_sync none (no user with id u99",
		},
		"absent, looks like another": {
			row: row{"holder_email": "аvery.sample@example.com", "type": "code", "state": "absent"},
			want: "ambiguous none: no user with e-mail аvery.sample@example.com; " +
				"user u1 has one that looks the same",
		},
		"absent, no such method": {
			row:  row{"holder_email": "left@example.com", "type": "fob", "state": "absent"},
			want: "invalid none: type",
		},
		"an old e-mail, by user": {
			row: row{
				"holder_id": "u2", "holder_email": "old@example.org", "type": "code", "value": "7001",
			},
			want: "in_sync none c21 (no user has e-mail old@example.org; found by holder_id instead",
		},
		"an old e-mail, by id": {
			row:  row{"credential_id": "c21", "holder_email": "old@example.org", "value": "7001"},
			want: "in_sync none c21 (no user has e-mail old@example.org; found by credential_id instead",
		},
		"an old id, e-mail of one": {
			row: row{
				"holder_id": "u99", "holder_email": "avery.sample@example.com", "type": "code",
				"state": "absent",
			},
			want: "invalid none: no user with id u99, but holder_email finds user u1",
		},
		"new, ends before its start": {
			row: row{
				"holder_id": "u6", "type": "code", "value": "1", "starts_at": "2091-01-02",
				"ends_at": "2091-01-01T00:00:00Z",
			},
			want: "invalid none: ends_at is not after starts_at",
		},
		"new, started": {
			row:  row{"holder_id": "u6", "type": "code", "value": "1", "starts_at": "2020-01-01"},
			want: "missing create value,starts_at (starts_at is in the past",
		},
		"new, never to begin": {
			row:  row{"holder_id": "u6", "type": "code", "value": "1", "starts_at": "9999-12-31"},
			want: "invalid none: starts_at 9999-12-31T05:00:00Z means never",
		},
		"new, of a far year": {
			row: row{"holder_id": "u6", "type": "code", "value": "1", "starts_at": "2126-07-01"},
			want: "missing create value,starts_at (starts_at is in the year 2126, and until then " +
				"the credential opens nothing: is the year right?)",
		},
		"an end in a far year": {
			row:  row{"credential_id": "c11", "ends_at": "2207-07-01"},
			want: "drifted update c11 ends_at (ends_at is in the year 2207: is the year right?)",
		},
		"an end that means never": {
			row: row{"credential_id": "c11", "ends_at": "2999-12-31"}, want: "drifted update c11 ends_at",
		},
		"recreate, never to begin": {
			row:    row{"credential_id": "c11", "starts_at": "9999-12-31", "value": "004821"},
			want:   "invalid none c11: starts_at 9999-12-31T00:00:00Z means never",
			policy: reconcile.Policy{Recreate: true},
		},
		"new, by an id that is gone": {
			row: row{
				"credential_id": "00000000-0000-4000-8000-0000000000c9", "holder_id": "u6", "type": "code",
				"value": "1",
			},
			want: "missing create value (",
		},
		"only an id that is gone": {
			row:  row{"credential_id": "00000000-0000-4000-8000-0000000000c9", "value": "1"},
			want: "missing none: credential 00000000-0000-4000-8000-0000000000c9 is not in the listing",
		},

		"a PIN that is made": {
			row:  row{"holder_id": "u4", "type": "code", "value": "1234"},
			want: "in_sync none c41 (Salto KS generates its PINs: the value of the row is not compared)",
		},
		"a PIN to be made": {row: row{"holder_id": "u7", "type": "code"}, want: "missing create"},
		"a PIN that cannot be given": {
			row:  row{"holder_id": "u7", "type": "code", "value": "1234"},
			want: "unsupported none: Salto KS generates its PINs: leave value blank",
		},

		"no zone": {
			row:  row{"credential_id": "c41", "ends_at": "2091-01-01"},
			want: "invalid none c41: ends_at 2091-01-01: needs a time zone, but neither",
		},
		"a skipped time": {
			row:  row{"credential_id": "c21", "ends_at": "2027-03-28 01:30"},
			want: "invalid none c21: ends_at 2027-03-28 01:30: skipped by a clock change in Europe/London",
		},
		"a doubled time": {
			row:  row{"credential_id": "c21", "ends_at": "2027-10-31T01:30"},
			want: "invalid none c21: ends_at 2027-10-31T01:30: occurs twice at a clock change in Europe/London",
		},
		"with its offset": {
			row:  row{"credential_id": "c21", "ends_at": "2027-10-31T01:30:00+01:00"},
			want: "drifted update c21 ends_at",
		},
		"no time at all": {
			row:  row{"credential_id": "c21", "ends_at": "tomorrow"},
			want: "invalid none c21: ends_at tomorrow: not a date",
		},
		"a day, and its end": {
			row:  row{"credential_id": "c11", "starts_at": "2026-01-05 08:00:00", "ends_at": "2090-06-30"},
			want: "drifted update c11 ends_at",
		},
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

// TestZones: a day without a time is its first midnight for a start and the next midnight for an
// end, in the zone of the system or else of the account.
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

// TestUnknownZone: no other zone stands in for an unknown one of the system, since it would give
// another time.
func TestUnknownZone(t *testing.T) {
	state := strings.Replace(small, "Europe/London", "Mars/Olympus", 1)
	a := openAccount(t, options{state: state, zone: time.UTC})
	for ends, want := range map[string]string{
		"2091-01-01":           "invalid none c21: ends_at 2091-01-01: needs the ACS system's time zone Mars/Olympus",
		"2091-01-01T00:00:00Z": "drifted update c21 ends_at",
	} {
		got := lineOf(a.plan(reconcile.Policy{}, row{"credential_id": "c21", "ends_at": ends}), 0)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestEnded: an end in the past is accepted where it already is, and nowhere else.
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
