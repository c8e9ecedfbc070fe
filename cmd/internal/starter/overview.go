package starter

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/termio"
)

// Overview is the user's situation when no command is given, and the one command to run next.
// Also is another useful one, empty for none.
type Overview struct{ Text, Next, Also string }

// NewOverview looks at the configuration and the kept runs. It does not open a fleet's database.
func NewOverview(kept *storage.Storage, loc *time.Location) Overview {
	s := &site{named: kept.Named(), loc: loc}
	config, err := kept.Configuration()
	none, wrong := errors.AsType[*configio.Error](err)
	switch {
	case wrong && none.Path == "":
		return Overview{Text: "nothing is configured yet: " + none.Problems[0].Message, Next: s.command("init")}
	case err != nil:
		return Overview{Text: "the configuration cannot be used: " + err.Error(), Next: s.command("config check")}
	case config.Fleet != nil:
		return Overview{Text: config.Path + " is that of a fleet", Next: s.command("fleet status")}
	}
	s.config, s.kept = config, kept.Folders()
	list, err := nights.Read(s.kept, nights.Filter{Known: config.Names()})
	if err != nil {
		list = &nights.List{} // doctor reports why no run can be read
	}
	s.runs = list.Runs
	return s.overview()
}

// site is a configuration and its kept runs, oldest first. named are the flags that the user
// gave for them, which the next command needs too.
type site struct {
	named  string
	config *configio.Config
	kept   store.Store
	runs   []nights.Entry
	loc    *time.Location
}

// overview reports what is most urgent: an open run, one that needs a person, or an account
// without runs.
func (s *site) overview() Overview {
	for i := len(s.runs) - 1; i >= 0; i-- {
		if run := &s.runs[i]; run.Status == store.RunOpen {
			return Overview{
				Text: "run " + run.RunID + " is open: it is running, or was interrupted",
				Next: s.command("resume " + s.place(run)),
				Also: s.command("verify "+s.place(run)) + " looks at it",
			}
		}
	}
	var troubled, good *nights.Entry
	var fresh []string
	for _, name := range s.config.Names() {
		if acc := s.config.Accounts[name]; acc != nil && acc.Disabled {
			continue
		}
		last := s.last(name)
		switch {
		case last == nil:
			fresh = append(fresh, name)
		case last.Verdict().Tone.Urgency() > nights.Good.Urgency():
			troubled = later(troubled, last)
		default:
			good = later(good, last)
		}
	}
	switch {
	case troubled != nil:
		return s.needsPerson(troubled)
	case len(fresh) > 0:
		return s.fresh(fresh)
	case good == nil:
		return Overview{Text: "all accounts of " + s.config.Path + " are disabled", Next: s.command("config check")}
	}
	return s.good(good)
}

// last is the last run of an account, nil for none.
func (s *site) last(name string) *nights.Entry {
	for i := len(s.runs) - 1; i >= 0; i-- {
		if run := &s.runs[i]; run.Account == name && run.Status != store.RunEmpty {
			return run
		}
	}
	return nil
}

// later returns the run that began later; the first may be nil.
func later(a, b *nights.Entry) *nights.Entry {
	if a == nil || nights.Order(a, b) < 0 {
		return b
	}
	return a
}

// needsPerson is the overview if a run needs a person; its report says why.
func (s *site) needsPerson(run *nights.Entry) Overview {
	out := Overview{
		Text: reportio.JoinFilled(": ", s.when("last", run), run.Problem),
		Next: s.command("runs show " + s.place(run)),
	}
	if kept, err := s.kept.Run(run.Name); err == nil && kept.Has(store.ReportHTMLFile) {
		out.Also = "its report is " + store.ReportHTMLFile + " in " + kept.Place()
	}
	return out
}

// fresh is the overview if accounts have no runs yet.
func (s *site) fresh(names []string) Overview {
	all := s.config.Names()
	says := fmt.Sprintf("%s has %s: %s", s.config.Path, failure.Plural(len(all), "account"), failure.List(all))
	switch {
	case len(names) < len(all):
		return Overview{
			Text: says + "; without a run until now: " + failure.List(names),
			Next: s.command("doctor --account " + termio.Quote(strings.Join(names, ","))),
		}
	case len(names) > 1:
		return Overview{Text: says, Next: s.command("doctor --all")}
	}
	return Overview{Text: says, Next: s.command("doctor")}
}

// good is the overview if all is well: the next plan can be looked at.
func (s *site) good(run *nights.Entry) Overview {
	next, name := "plan", run.Account
	if len(s.config.Names()) > 1 {
		next += " --account " + termio.Quote(name)
	}
	if len(s.config.Accounts[name].Roster) == 0 {
		next += " ROSTER"
	}
	return Overview{
		Text: s.when("last good", run), Next: s.command(next), Also: s.command("runs") + " lists what happened",
	}
}

// command is a keyroster command line for the same files.
func (s *site) command(rest string) string {
	return reportio.JoinFilled(" ", "keyroster", s.named, rest)
}

// when says which run of its account it is, when it began and how it ended.
func (s *site) when(which string, run *nights.Entry) string {
	return fmt.Sprintf("the %s run of %s, %s: %s",
		which, run.Account, run.Began().In(s.loc).Format("2006-01-02 15:04"), run.Result)
}

// place is the run's folder, quoted for a command line.
func (s *site) place(run *nights.Entry) string {
	if kept, err := s.kept.Run(run.Name); err == nil {
		return termio.Quote(kept.Place())
	}
	return run.Name
}

// WriteText writes the overview for a person.
func (s Overview) WriteText(w io.Writer) error {
	if s.Also != "" {
		s.Also = "        " + s.Also + "\n"
	}
	_, err := fmt.Fprintf(w, "%s\nnext    %s\n%s        keyroster --help lists all commands\n", s.Text, s.Next, s.Also)
	return err
}
