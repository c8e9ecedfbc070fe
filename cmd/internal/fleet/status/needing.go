package status

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/io/reportio"
)

const (
	// needMax is how many accounts with the same outcome are listed before they are folded.
	needMax = 20
	// reasonMax is how many reasons are given for the folded ones.
	reasonMax = 5
)

// advice is what to do about the accounts with an outcome, in addition to the command shown for each.
var advice = map[Outcome]string{
	Stopped:     "no attempts left; fix the cause, then run the night again",
	Partial:     "report.html of the run says which rows, and why; failed.csv has them, to correct and apply again",
	Unsafe:      "review the plan; if it is intended, apply it with the override that it names",
	Roster:      "correct the roster, then run the night again",
	Denied:      "renew the login or its permissions, then run the night again",
	Locked:      "no attempts left; when the other run has ended, run the night again",
	Usage:       "correct the configuration on every worker, then run the night again",
	Interrupted: "no attempts left; run the night again",
	Missed:      "run the night now, or wait for the next",
}

// needing writes the accounts that need a person, by outcome: each with its reason and the next
// command. If there are many, the rest are folded by reason.
func (t *text) needing() {
	all := t.status.needing()
	for _, o := range outcomes {
		var some []*Account
		for i := range all {
			if all[i].Outcome == o {
				some = append(some, &all[i])
			}
		}
		if len(some) == 0 {
			continue
		}
		t.out.WriteByte('\n')
		title := o.word()
		t.sentence(strings.ToUpper(title[:1]) + title[1:] + ": " + advice[o])
		listed := len(some)
		if !t.Failed && listed > needMax {
			listed = needMax
		}
		for _, a := range some[:listed] {
			t.account(a)
		}
		t.writeRest(some[listed:])
	}
}

// account writes what one account needs.
func (t *text) account(a *Account) {
	says := a.Account + ": " + a.reasonText()
	if a.Night != t.status.newest {
		says = a.Account + ", night of " + a.Night + ": " + a.reasonText()
	}
	t.indented(says)
	fmt.Fprintf(&t.out, "    %s\n", a.Next)
}

// reasonText is why a person is needed, with the workers that lost the account.
func (a *Account) reasonText() string {
	var lost []string
	for _, some := range []struct {
		word  string
		names []string
	}{{"fenced: ", a.alive()}, {"gone: ", a.GoneWorkers}} {
		if len(some.names) > 0 {
			lost = append(lost, some.word+strings.Join(some.names, ", "))
		}
	}
	if len(lost) > 0 {
		return fmt.Sprintf("%s (%s)", a.Reason, strings.Join(lost, "; "))
	}
	return a.Reason
}

// alive returns the workers that lost the account and are still running.
func (a *Account) alive() (names []string) {
	for _, name := range a.FencedWorkers {
		if !slices.Contains(a.GoneWorkers, name) {
			names = append(names, name)
		}
	}
	return names
}

// cause is a reason that several accounts may share word for word.
type cause string

// writeRest writes how many more accounts there are, by reason.
func (t *text) writeRest(some []*Account) {
	if len(some) == 0 {
		return
	}
	counts := map[cause]int{}
	for _, a := range some {
		counts[cause(a.Reason)]++
	}
	causes := slices.SortedFunc(maps.Keys(counts), func(a, b cause) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
	fmt.Fprintf(&t.out, "  and %s, which keyroster fleet status --failed lists:\n",
		reportio.Count(len(some), "more account"))
	others := len(some)
	for _, c := range causes[:min(len(causes), reasonMax)] {
		others -= counts[c]
		fmt.Fprintf(&t.out, "  %7s  %s\n", reportio.Thousands(counts[c]), reportio.Beside(string(c), 11, t.Width))
	}
	if others > 0 {
		fmt.Fprintf(&t.out, "  %7s  for other reasons\n", reportio.Thousands(others))
	}
}
