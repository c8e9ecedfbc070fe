package reportio

import (
	"fmt"
	"strings"
	"testing"

	"keyroster/reconcile"
)

func TestVerdict(t *testing.T) {
	applied := func(n int, change func(*Line)) []Line {
		lines := []Line{row(100), row(101)}
		for i := range n {
			l := changed(i)
			if change != nil {
				change(&l)
			}
			lines = append(lines, l)
		}
		return lines
	}
	with := func(lines []Line, change func(*Report)) *Report {
		r := report(lines)
		r.ExitCode = 0
		if change != nil {
			change(r)
		}
		return r
	}
	exit := func(code int) func(*Report) { return func(r *Report) { r.ExitCode = code } }
	plan := func(r *Report) { r.Command = "plan" }
	later := func(l *Line) { l.Outcome, l.Verified, l.Effective = reconcile.NotAttempted, nil, nil }
	dry := func(l *Line) { l.Outcome, l.Verified, l.Effective = reconcile.Planned, nil, nil }
	many := applied(0, nil)
	for i := range 1200 {
		many = append(many, row(200+i))
	}
	gone := stays(row(7), reconcile.Unlisted, reconcile.Failed, "refused")
	gone.Source, gone.Action = nil, reconcile.Delete
	for name, c := range map[string]struct {
		r    *Report
		want string
		tone Tone
	}{
		"nothing to do": {with(many, nil), "Everything matches the roster: nothing to change, 1,202 already correct", Good},
		"all applied": {
			with(applied(7, nil), nil),
			"Everything matches the roster: 7 changes applied and verified, 2 already correct", Good,
		},
		"one applied": {
			with(applied(1, nil), nil),
			"Everything matches the roster: 1 change applied and verified, 2 already correct", Good,
		},
		"one person": {
			with(append(applied(1, nil), stays(row(5), reconcile.Invalid, reconcile.InvalidRow, "")), exit(3)),
			"1 of 4 rows needs a person: 1 invalid", Attention,
		},
		"several": {
			with(append(everyOutcome(), row(50)), exit(3)),
			"10 of 14 rows need a person: 1 different when read back, 1 unknown, 1 failed, " +
				"1 in conflict, 4 blocked, 1 invalid, 1 not attempted; " +
				"1 credential of 1 person is in no row: =HYPERLINK(\"http://e.org\")", Attention,
		},
		"a record": {with(append(applied(0, nil), gone), exit(3)), "1 record without a row needs a person: 1 failed", Attention},
		"not verified": {
			with(applied(3, func(l *Line) { l.Verified = nil }), exit(3)), "3 changes applied, 3 could not be checked afterwards", Attention,
		},
		"pending": {
			with(applied(3, func(l *Line) { l.Effective = ptr("pending") }), exit(3)), "3 changes applied, 3 not yet effective at the provider", Attention,
		},
		"not effective": {
			with(applied(3, func(l *Line) { l.Effective = ptr("failed"); l.Verified = ptr(l.Line > 0) }), exit(3)),
			"3 of 5 rows need a person: 1 different when read back, 2 not effective", Attention,
		},
		"sync silent": {
			with(applied(3, nil), func(r *Report) { r.ExitCode, r.Sync.AnsweredAt = 3, nil }),
			"3 changes applied, but the provider has not confirmed that they reached the doors", Attention,
		},
		"sync silent, of earlier changes": {
			with(applied(0, nil), func(r *Report) { r.ExitCode, r.Sync = 3, Sync{Needed: true} }),
			"Nothing to change, but the provider has not confirmed that earlier changes reached the doors", Attention,
		},
		"plan": {
			with(applied(3, dry), plan),
			"3 changes would be made (3 updates), 2 already correct; nothing was written", Notice,
		},
		"plan, nothing": {
			with(applied(0, nil), plan), "Everything matches the roster: nothing to change, 2 already correct", Notice,
		},
		"plan, person": {
			with(append(applied(1, dry), stays(row(5), reconcile.Ambiguous, reconcile.Blocked, "")), plan),
			"1 of 4 rows needs a person: 1 blocked; 1 change would be made (1 update)", Attention,
		},
		"plan, a part not read": {
			with(applied(0, nil), func(r *Report) { plan(r); r.Unread = []string{"b.xlsx, lines 31 to 34"} }),
			"Part of the roster was not read: b.xlsx, lines 31 to 34; nothing would change", Attention,
		},
		"parts not read": {
			with(applied(3, nil), func(r *Report) { r.ExitCode, r.Unread = 3, []string{"b.xlsx, lines 31 to 34", "c.csv, lines 5 to 9"} }),
			"2 parts of the roster were not read; the first: b.xlsx, lines 31 to 34", Attention,
		},
		"interrupted": {
			with(append(applied(2, nil), applied(3, later)...), exit(130)),
			"Interrupted: 2 changes applied, 3 not attempted; the run can be resumed", Alarm,
		},
		"interrupted before the first write": {with(nil, exit(130)), "Interrupted; nothing was written", Alarm},
		"interrupted after the last write": {
			with(applied(3, nil), exit(130)), "Interrupted after 3 changes; 0 not attempted", Alarm,
		},
		"refused": {with(applied(3, later), exit(4)), "Refused by a safety rule; nothing was written", Alarm},
		"roster": {
			with(append(applied(3, later), stays(row(5), reconcile.Invalid, reconcile.InvalidRow, "")), exit(5)),
			"Nothing was sent because of problems in the roster: 1 of 6 rows cannot be used", Alarm,
		},
		"login": {
			with(append(applied(1, nil), applied(3, later)...), exit(6)),
			"Stopped: the login failed or lacks a permission after 1 change; 3 not attempted", Alarm,
		},
		"usage, before a plan": {with(nil, exit(64)), "Stopped: the command line or the configuration is wrong; nothing was written", Alarm},
		"usage, after a plan": {
			with(applied(3, dry), exit(64)), "Stopped: the command line or the configuration is wrong; nothing was written", Alarm,
		},
		"another code":   {with(applied(2, nil), exit(99)), "Stopped with exit code 99 after 2 changes; 0 not attempted", Alarm},
		"nothing at all": {with(nil, nil), "Nothing to compare: no row and no record", Notice},
		"not proved": {
			with(applied(0, nil), exit(3)),
			"The run finished, but the account is not proved to match the roster", Attention,
		},
		"locked": {with(nil, exit(7)), "Not started: another run holds the account's lock", Alarm},
		"error":  {with(nil, exit(1)), "Stopped by an error; nothing was written", Alarm},
		"in no row": {
			with(noRow(many, 2, 2), nil),
			"Everything in the roster matches; 4 credentials of 2 people are in no row: " +
				"Leaver 0, Leaver 1. Nothing to change, 1,202 already correct", Noted,
		},
		"one in no row": {
			with(noRow(applied(1, nil), 1, 1), nil),
			"Everything in the roster matches; 1 credential of 1 person is in no row: " +
				"Leaver 0. 1 change applied and verified, 2 already correct", Noted,
		},
		"a first night": {
			with(noRow(nil, 212, 2), nil),
			"Everything in the roster matches; 424 credentials of 212 people are in no row: " +
				"Leaver 0, Leaver 1, Leaver 2, Leaver 3, Leaver 4, " +
				"Leaver 5, Leaver 6, Leaver 7, Leaver 8, Leaver 9 and 202 more. Nothing to change, 0 already correct", Noted,
		},
		"in no row, held by nobody": {
			with(unheld(noRow(many, 1, 1), 2), nil),
			"Everything in the roster matches; 1 credential of 1 person and 2 of nobody are in no row: " +
				"Leaver 0, Card n0, Card n1. Nothing to change, 1,202 already correct", Noted,
		},
		"types in no row": {
			with(unheld(many, 2), func(r *Report) { r.Unlisted.Noun = "credential type" }),
			"Everything in the roster matches; 2 credential types are in no row: Card n0, Card n1. " +
				"Nothing to change, 1,202 already correct", Noted,
		},
		"in no row, ignored": {
			with(noRow(many, 1, 2), func(r *Report) { r.Unlisted.Policy = UnlistedIgnore }),
			"Everything in the roster matches: nothing to change, 1,202 already correct", Good,
		},
		"in no row, needs a person": {
			with(attend(noRow(many, 1, 2)), func(r *Report) { r.Unlisted.Policy, r.ExitCode = UnlistedNeeds, 3 }),
			"2 records without a row need a person: 2 in no row; 2 credentials of 1 person are in no row: Leaver 0", Attention,
		},
		"in no row, refused": {
			with(noRow(applied(1, later), 1, 1), exit(4)),
			"Refused by a safety rule; nothing was written; 1 credential of 1 person is in no row: Leaver 0", Alarm,
		},
		"in no row, planned": {
			with(noRow(applied(1, dry), 1, 1), plan),
			"1 change would be made (1 update), 2 already correct; nothing was written; " +
				"1 credential of 1 person is in no row: Leaver 0", Notice,
		},
		"of some people": {
			with(noRow(applied(1, nil), 1, 1), func(r *Report) { r.Holders, r.Summary.RowsOutOfScope = []string{"501", "502"}, 5 }),
			"Everything in the roster for the 2 people asked for matches; 1 credential of 1 person " +
				"is in no row: Leaver 0. 1 change applied and verified, 2 already correct", Noted,
		},
		"of somebody without anything": {
			with(nil, func(r *Report) { r.Holders = []string{"501"} }),
			"Nothing to compare: no row and no record of the person asked for", Notice,
		},
		"rows out of scope": {
			with(applied(1, nil), func(r *Report) { r.Summary.RowsOutOfScope = 5 }),
			"Everything in the roster matches: 1 change applied and verified, 2 already correct", Good,
		},
		"moved": {
			with(applied(1, nil), func(r *Report) { r.Command, r.Migration = "migrate", &Migration{Records: 3} }),
			"Everything to be moved is in place: 1 change applied and verified, 2 already correct", Good,
		},
		"moved in part": {
			with(applied(1, nil), func(r *Report) { r.Command, r.Migration = "migrate", &Migration{Records: 5, Lost: 2} }),
			"Everything that can move is in place, 2 of 5 records cannot: " +
				"1 change applied and verified, 2 already correct", Good,
		},
		"lead and facts": {
			with(applied(1, nil), func(r *Report) {
				r.Lead, r.Facts = []string{"Person Two is left on a temporary value"}, []string{"first run here"}
			}),
			"Person Two is left on a temporary value; Everything matches the roster: " +
				"1 change applied and verified, 2 already correct; first run here", Attention,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got, tone := verdict(c.r); got != c.want || tone != c.tone {
				t.Errorf("got  %s (tone %d)\nwant %s (tone %d)", got, tone, c.want, c.tone)
			}
		})
	}
}

// TestAllIsWellOnlyWithAPlanAndExitZero compares the verdict with the exit code: someone who reads
// only the headline must not be told that all is well by a run that says otherwise, whatever codes
// later versions add.
func TestAllIsWellOnlyWithAPlanAndExitZero(t *testing.T) {
	plan := change(row(2), reconcile.Planned, "8220934417", "8220934418")
	for code := range 256 {
		for name, lines := range map[string][]Line{
			"no plan": nil, "in sync": {row(1)}, "applied": {row(1), changed(2)}, "planned": {row(1), plan},
		} {
			for _, command := range []string{"plan", "apply", "resume", "migrate"} {
				r := report(lines)
				r.Command, r.ExitCode = command, code
				text, tone := verdict(r)
				well := code == 0 && lines != nil
				if !well && (tone == Good || strings.Contains(text, "Everything is")) {
					t.Errorf("%s of %s, exit %d: tone %d, %s", command, name, code, tone, text)
				}
			}
		}
	}
}

// noRow adds the credentials of people whom no row names.
func noRow(lines []Line, people, each int) []Line {
	lines = lines[:len(lines):len(lines)]
	for i := range people {
		for range each {
			l := stays(row(len(lines)), reconcile.Unlisted, reconcile.LeftUnlisted, "")
			l.Source, l.HolderID, l.HolderName = nil, fmt.Sprintf("gone %d", i), fmt.Sprintf("Leaver %d", i)
			lines = append(lines, l)
		}
	}
	return lines
}

// unheld adds records in no row that have no holder.
func unheld(lines []Line, n int) []Line {
	lines = lines[:len(lines):len(lines)]
	for i := range n {
		l := stays(row(len(lines)), reconcile.Unlisted, reconcile.LeftUnlisted, "")
		l.Source, l.HolderID, l.HolderName, l.HolderEmail, l.CredentialID = nil, "", "", "", fmt.Sprintf("n%d", i)
		lines = append(lines, l)
	}
	return lines
}

// attend marks the records in no row as needing attention.
func attend(lines []Line) []Line {
	for i := range lines {
		lines[i].Attend = lines[i].Outcome == reconcile.LeftUnlisted
	}
	return lines
}

// TestNamelessVerdictNamesNobody: chat services and watchdogs are told the result of a run, and not
// whom it is about.
func TestNamelessVerdictNamesNobody(t *testing.T) {
	r := report(noRow([]Line{stays(row(1), reconcile.Invalid, reconcile.InvalidRow, "")}, 30, 1))
	r.Lead = []string{"Person Two is left on a temporary value"}
	var out strings.Builder
	if err := WriteSummary(&out, r, SummaryOptions{Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	nameless, _ := verdictOf(r, nameNobody)
	for _, text := range []string{nameless, out.String()} {
		if strings.Contains(text, "Leaver") || strings.Contains(text, "Holder") || strings.Contains(text, "Person Two") {
			t.Errorf("names somebody: %s", text)
		}
		if !strings.Contains(text, "30 credentials of 30 people are in no row") {
			t.Errorf("does not count them: %s", text)
		}
	}
}

func TestFreshUnlisted(t *testing.T) {
	known := func(key string) bool { return key != UnlistedKey("gone 1", "") }
	for name, c := range map[string]struct {
		policy string
		known  func(string) bool
		want   string
	}{
		"one is new": {"", known, "hq: 2 credentials of 1 person are in no row, new since the last good run: Leaver 1\n"},
		"all are new": {
			"", func(string) bool { return false },
			"hq: 6 credentials of 3 people are in no row, new since the last good run: " +
				"Leaver 0, Leaver 1, Leaver 2\n",
		},
		"none is new":  {"", func(string) bool { return true }, ""},
		"ignored":      {UnlistedIgnore, known, ""},
		"nobody asked": {"", nil, ""},
	} {
		r := report(noRow(nil, 3, 2))
		r.Unlisted.Policy, r.NamedBefore = c.policy, c.known
		if got, err := FreshUnlisted(r); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func changed(n int) Line { return change(row(n), reconcile.Applied, "8220934417", "8220934418") }

func TestTheMostUrgentComeFirst(t *testing.T) {
	var lines []Line
	for i := range 30 {
		lines = append(lines, stays(row(i), reconcile.Invalid, reconcile.InvalidRow, ""))
	}
	for i := 30; i < 35; i++ {
		lines = append(lines, change(row(i), reconcile.Unknown, "8220934417", "8220934418"))
	}
	r := report(lines)
	if err := r.Tally(); err != nil {
		t.Fatal(err)
	}
	first := r.settled.first
	if len(first) != firstMax {
		t.Fatalf("%d lines, want %d", len(first), firstMax)
	}
	for i, want := range []int{30, 31, 32, 33, 34, 0, 1, 2} {
		if first[i].Line != want {
			t.Errorf("place %d has line %d, want %d", i, first[i].Line, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}
