package reportio

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// Tone is how a verdict should look.
type Tone uint8

// Good is as the roster says; Noted too, but with records that the roster does not name; Notice is
// a plan, which changes nothing; Attention needs a person; Alarm is a run that did not do its work.
const (
	Good Tone = iota
	Noted
	Notice
	Attention
	Alarm
)

// Verdict is the report in one headline, in plain words.
func Verdict(r *Report) string {
	text, _ := verdict(r)
	return text
}

func verdict(r *Report) (string, Tone) { return verdictOf(r, nameAll) }

// naming says whom a verdict names.
type naming uint8

// nameOthers leaves out the people in no row, for a text that names them above.
const (
	nameNobody naming = iota
	nameOthers
	nameAll
)

// verdictOf is the verdict with the sentences before and after it, with or without
// the names of people. A sentence about the result never claims more than was
// compared, so each mentions the records in no row.
func verdictOf(r *Report, names naming) (string, Tone) {
	if r.Tally() != nil {
		return "This report does not add up: its lines and totals differ", Alarm
	}
	named, unlisted := names != nameNobody, r.Unlisted.sentence(names == nameAll)
	text, tone := rowsVerdict(r)
	switch {
	case text == "":
		text = wellVerdict(r, unlisted)
		if tone == Good && !r.Unlisted.silent() {
			tone = Noted
		}
	default:
		text = JoinFilled("; ", text, unlisted)
	}
	text = JoinFilled("; ", text, r.KeptOut.keptOut(named))
	if tone == Good && (len(r.Facts) > 0 || r.KeptOut.Credentials > 0) {
		tone = Noted
	}
	if len(r.Lead) > 0 {
		tone = max(tone, Attention)
		if named {
			text = strings.Join(r.Lead, "; ") + "; " + text
		}
	}
	return JoinFilled("; ", text, strings.Join(r.Facts, "; ")), tone
}

// rowsVerdict is the verdict on the rows; the text is empty where all is well.
func rowsVerdict(r *Report) (string, Tone) {
	if text := stoppedVerdict(r); text != "" {
		return text, Alarm
	}
	if needs := needsVerdict(r); needs != "" {
		if r.DryRun() {
			return needs + plannedToo(r), Attention
		}
		if r.Undoes != "" {
			needs = "Not all of run " + r.Undoes + " is undone: " + needs
		}
		return needs + uncertain(r), Attention
	}
	if r.Summary.Planned > 0 {
		return fmt.Sprintf(
			"%s, %s already correct; nothing was written", wouldBe(r), Thousands(r.Summary.Unchanged),
		), Notice
	}
	if doubt := doubtVerdict(r); doubt != "" {
		return doubt, Attention
	}
	if r.settled.lines == 0 {
		if len(r.Holders) > 0 {
			return "Nothing to compare: no row and no record of " + limitedPeople(r), Notice
		}
		return "Nothing to compare: no row and no record", Notice
	}
	if r.DryRun() {
		return "", Notice
	}
	return "", Good
}

// limitedPeople names the people to whom the run was limited.
func limitedPeople(r *Report) string {
	if len(r.Holders) == 1 {
		return "the person asked for"
	}
	return "the " + people(len(r.Holders)) + " asked for"
}

// DryRun reports whether the report shows what would be done: it has planned
// lines, or comes from a command that never writes.
func (r *Report) DryRun() bool { return r.Summary.Planned > 0 || r.Command == "plan" }

// stoppedVerdict is the verdict on a run that did not come to its end.
func stoppedVerdict(r *Report) string {
	s := &r.Summary
	written := "; nothing was written"
	if done := s.Applied + s.Unknown; done > 0 {
		written = fmt.Sprintf(" after %s; %s not attempted", Count(done, "change"), Thousands(s.NotAttempted))
	}
	switch r.ExitCode {
	case 0, 2, 3: // came to its end; the lines decide the verdict
		return ""
	case 1:
		return "Stopped by an error" + written
	case 4:
		return "Refused by a safety rule" + written
	case 5:
		if s.Invalid == 0 {
			return "Nothing was sent because of the roster"
		}
		return fmt.Sprintf(
			"Nothing was sent because of problems in the roster: %s of %s cannot be used", Thousands(s.Invalid),
			Count(s.Rows, "row"),
		)
	case 6:
		return "Stopped: the login failed or lacks a permission" + written
	case 7:
		return "Not started: another run holds the account's lock"
	case 130:
		if s.NotAttempted == 0 {
			return "Interrupted" + written // the run is closed
		}
		return fmt.Sprintf(
			"Interrupted: %s applied, %s not attempted; the run can be resumed",
			Count(s.Applied, "change"), Thousands(s.NotAttempted),
		)
	case 64:
		return "Stopped: the command line or the configuration is wrong" + written
	}
	return fmt.Sprintf("Stopped with exit code %d", r.ExitCode) + written
}

// needsVerdict is the verdict when lines or parts of the roster need a person, empty
// when none does.
func needsVerdict(r *Report) string {
	var parts []string
	for _, text := range []string{unread(r), needLines(r)} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// unread says which parts of the roster were not read, empty for none.
func unread(r *Report) string {
	switch len(r.Unread) {
	case 0:
		return ""
	case 1:
		return "Part of the roster was not read: " + r.Unread[0]
	}
	return fmt.Sprintf("%s of the roster were not read; the first: %s", Count(len(r.Unread), "part"), r.Unread[0])
}

// needLines is the verdict when lines need a person.
func needLines(r *Report) string {
	t := r.settled
	if t.needRows+t.needRecords == 0 {
		return ""
	}
	var who []string
	verb := "need"
	if t.needRows > 0 {
		who = append(who, fmt.Sprintf("%s of %s", Thousands(t.needRows), Count(r.Summary.Rows, "row")))
	}
	if t.needRecords > 0 {
		who = append(who, Count(t.needRecords, "record")+" without a row")
	}
	if t.needRows+t.needRecords == 1 {
		verb = "needs"
	}
	return strings.Join(who, " and ") + " " + verb + " a person: " + causes(r)
}

// causes counts the lines that need a person, most urgent first.
func causes(r *Report) string {
	s, p := &r.Summary, &r.Proof
	// A line found different may be ineffective too; it is counted once.
	ineffective := r.settled.needRows + r.settled.needRecords - r.settled.attended - p.Refuted - r.Standing.Pending -
		s.Unknown - s.Failed - s.Conflict - s.Blocked - s.Invalid - s.NotAttempted
	return amounts(
		amount{p.Refuted, "different when read back"},
		amount{ineffective, notEffective},
		amount{s.Unknown, "unknown"},
		amount{s.Failed, "failed"},
		amount{r.Standing.Pending, notYetEffective},
		amount{s.Conflict, "in conflict"},
		amount{s.Blocked, "blocked"},
		amount{s.Invalid, "invalid"},
		amount{s.NotAttempted, "not attempted"},
		amount{r.settled.attended, "in no row"},
	)
}

// uncertain is what is not yet certain, apart from the lines that need a person.
func uncertain(r *Report) string {
	if r.Proof.Pending == 0 {
		return ""
	}
	return "; " + Count(r.Proof.Pending, "change") + " " + notYetEffective
}

// doubtVerdict is the verdict when all was applied and something is not yet certain. It is
// never empty for an exit code other than 0.
func doubtVerdict(r *Report) string {
	p := &r.Proof
	switch {
	case p.Pending > 0:
		return fmt.Sprintf(
			"%s applied, %s not yet effective at the provider", Count(r.Summary.Applied, "change"),
			Thousands(p.Pending),
		)
	case r.Sync.Needed && r.Sync.AnsweredAt == nil && r.Summary.Applied == 0:
		return "Nothing to change, but the provider has not confirmed that earlier changes reached the doors"
	case r.Sync.Needed && r.Sync.AnsweredAt == nil:
		return fmt.Sprintf(
			"%s applied, but the provider has not confirmed that they reached the doors",
			Count(r.Summary.Applied, "change"),
		)
	case p.Unverified > 0:
		return fmt.Sprintf(
			"%s applied, %s could not be checked afterwards", Count(r.Summary.Applied, "change"),
			Thousands(p.Unverified),
		)
	case r.ExitCode != 0:
		return "The run finished, but the account is not proved to match the roster"
	}
	return ""
}

// wellVerdict is the verdict when nothing is wrong and nothing is left to do. It speaks
// of the account only where every record of it was compared with a row.
func wellVerdict(r *Report, unlisted string) string {
	s := &r.Summary
	what := "nothing to change"
	if s.Applied > 0 {
		what = Count(s.Applied, "change") + " applied and verified"
	}
	switch {
	case r.Undoes == "":
		what += ", " + Thousands(s.Unchanged) + " already correct"
	case s.Unchanged > 0:
		what += ", " + Thousands(s.Unchanged) + " already restored"
	}
	text := "Everything in the roster matches"
	switch {
	case r.Undoes != "":
		text = "Run " + r.Undoes + " is undone"
	case r.Migration != nil:
		text = movedVerdict(r)
	case len(r.Holders) > 0:
		text = "Everything in the roster for " + limitedPeople(r) + " matches"
	case s.Unlisted == 0 && s.RowsOutOfScope == 0:
		text = "Everything matches the roster"
	}
	if unlisted != "" {
		return text + "; " + unlisted + ". " + strings.ToUpper(what[:1]) + what[1:]
	}
	return text + ": " + what
}

// movedVerdict is the verdict on a migration whose rows are all right.
func movedVerdict(r *Report) string {
	m := r.Migration
	if m.Lost > 0 {
		return fmt.Sprintf(
			"Everything that can move is in place, %s of %s cannot", Thousands(m.Lost),
			Count(m.Records, "record"),
		) + partlyMoved(m)
	}
	if partly := partlyMoved(m); partly != "" {
		return "Everything that can move is in place" + partly
	}
	return "Everything to be moved is in place"
}

// partlyMoved counts the records that were moved without some of their content.
func partlyMoved(m *Migration) string {
	if m.Partial == 0 {
		return ""
	}
	return fmt.Sprintf(", %s only in part", Thousands(m.Partial))
}

// plannedToo is what a dry run would do, apart from the lines that need a person.
func plannedToo(r *Report) string {
	if r.Summary.Planned == 0 {
		return "; nothing would change"
	}
	return "; " + wouldBe(r)
}

func wouldBe(r *Report) string {
	return fmt.Sprintf("%s would be made (%s)", Count(r.Summary.Planned, "change"), changeWords(r.Changes))
}

func changeWords(c Changes) string {
	var words []string
	for _, part := range []struct {
		n    int
		noun string
	}{{c.Create, "creation"}, {c.Update, "update"}, {c.Replace, "replacement"}, {c.Delete, "deletion"}} {
		if part.n > 0 {
			words = append(words, Count(part.n, part.noun))
		}
	}
	return strings.Join(words, ", ")
}

// closing are both sides of the sum that proves the totals.
func closing(s *reconcile.Summary) (left, right string) {
	left = fmt.Sprintf(
		"%s + %s without a row = %s", Count(s.Rows, "row"), Count(s.Sum()-s.Rows, "record"),
		Thousands(s.Sum()),
	)
	return left, "sum of the outcomes = " + Thousands(s.Sum())
}
