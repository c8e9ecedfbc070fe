package reportio

import (
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
		"nothing to do": {with(many, nil), "Everything is as the roster says: nothing to change, 1,202 already right", Good},
		"all applied":   {with(applied(7, nil), nil), "Everything is as the roster says: 7 changes applied and verified, 2 already right", Good},
		"one applied":   {with(applied(1, nil), nil), "Everything is as the roster says: 1 change applied and verified, 2 already right", Good},
		"one person": {
			with(append(applied(1, nil), stays(row(5), reconcile.Invalid, reconcile.InvalidRow, "")), exit(3)),
			"1 of 4 rows needs a person: 1 invalid", Attention,
		},
		"several": {
			with(append(everyOutcome(), row(50)), exit(3)),
			"10 of 14 rows need a person: 1 not as written when read again, 1 unknown, 1 failed, 1 in conflict, 4 blocked, 1 invalid, 1 not attempted", Attention,
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
			"3 of 5 rows need a person: 1 not as written when read again, 2 not effective", Attention,
		},
		"sync silent": {
			with(applied(3, nil), func(r *Report) { r.ExitCode, r.Sync.AnsweredAt = 3, nil }),
			"3 changes applied, but the provider has not confirmed that they reached the doors", Attention,
		},
		"sync silent, of earlier changes": {
			with(applied(0, nil), func(r *Report) { r.ExitCode, r.Sync = 3, Sync{Needed: true} }),
			"Nothing to change, but the provider has not confirmed that earlier changes reached the doors", Attention,
		},
		"plan": {with(applied(3, dry), plan), "3 changes would be made (3 updates), 2 already right; nothing was written", Notice},
		"plan, nothing": {
			with(applied(0, nil), plan), "Everything is as the roster says: nothing to change, 2 already right", Notice,
		},
		"plan, person": {
			with(append(applied(1, dry), stays(row(5), reconcile.Ambiguous, reconcile.Blocked, "")), plan),
			"1 of 4 rows needs a person: 1 blocked; 1 change would be made (1 update)", Attention,
		},
		"plan, a part not read": {
			with(applied(0, nil), func(r *Report) { plan(r); r.Unread = []string{"b.xlsx, lines 31 to 34"} }),
			"A part of the roster was not read: b.xlsx, lines 31 to 34; nothing would change", Attention,
		},
		"parts not read": {
			with(applied(3, nil), func(r *Report) { r.ExitCode, r.Unread = 3, []string{"b.xlsx, lines 31 to 34", "c.csv, lines 5 to 9"} }),
			"2 parts of the roster were not read, the first at b.xlsx, lines 31 to 34", Attention,
		},
		"interrupted": {with(append(applied(2, nil), applied(3, later)...), exit(130)), "Interrupted: 2 changes applied, 3 not attempted; the run can be resumed", Alarm},
		"refused":     {with(applied(3, later), exit(4)), "Refused by a safety rule; nothing was written", Alarm},
		"roster": {
			with(append(applied(3, later), stays(row(5), reconcile.Invalid, reconcile.InvalidRow, "")), exit(5)),
			"Nothing was sent because of the roster: 1 of 6 rows cannot be used", Alarm,
		},
		"login":                {with(append(applied(1, nil), applied(3, later)...), exit(6)), "Stopped: the login or its rights do not suffice after 1 change; 3 not attempted", Alarm},
		"usage, before a plan": {with(nil, exit(64)), "Stopped: the command line or the configuration is wrong; nothing was written", Alarm},
		"usage, after a plan": {
			with(applied(3, dry), exit(64)), "Stopped: the command line or the configuration is wrong; nothing was written", Alarm,
		},
		"another code":   {with(applied(2, nil), exit(99)), "Stopped with exit code 99 after 2 changes; 0 not attempted", Alarm},
		"nothing at all": {with(nil, nil), "There was nothing to compare: no row and no record", Notice},
		"not proved":     {with(applied(0, nil), exit(3)), "The run finished, but the account is not proved to be as the roster says", Attention},
		"locked":         {with(nil, exit(7)), "Not started: another run holds the account's lock", Alarm},
		"error":          {with(nil, exit(1)), "Stopped by an error; nothing was written", Alarm},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Verdict(c.r); got != c.want || ToneOf(c.r) != c.tone {
				t.Errorf("got  %s (tone %d)\nwant %s (tone %d)", got, ToneOf(c.r), c.want, c.tone)
			}
		})
	}
}

// TestAllIsWellOnlyWithAPlanAndExitZero holds the verdict to the exit code:
// whoever reads the headline alone must not be told that all is well by a run
// that says otherwise, whatever code a later version ends with.
func TestAllIsWellOnlyWithAPlanAndExitZero(t *testing.T) {
	plan := change(row(2), reconcile.Planned, "8220934417", "8220934418")
	for code := range 256 {
		for name, lines := range map[string][]Line{
			"no plan": nil, "in sync": {row(1)}, "applied": {row(1), changed(2)}, "planned": {row(1), plan},
		} {
			for _, command := range []string{"plan", "apply", "resume", "migrate"} {
				r := report(lines)
				r.Command, r.ExitCode = command, code
				text, tone := Verdict(r), ToneOf(r)
				well := code == 0 && lines != nil
				if !well && (tone == Good || strings.Contains(text, "Everything is")) {
					t.Errorf("%s of %s, exit %d: tone %d, %s", command, name, code, tone, text)
				}
			}
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
	if err := r.Settle(); err != nil {
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
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}
