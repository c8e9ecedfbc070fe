package draft

import (
	"fmt"
	"slices"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// Saved is a reviewed and saved plan that limits what a run may change. nil means none, and all
// methods accept it.
type Saved struct{ *history.SavedPlan }

// OpenSaved opens the plan at path for reading its lines; nil for an empty path. It refuses a
// plan of another account, and one older than maxAge.
func OpenSaved(path, account string, maxAge time.Duration) (*Saved, error) {
	if path == "" {
		return nil, nil
	}
	file, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return nil, failure.New(failure.Usage, "", "read the saved plan: %v", err)
	}
	plan, err := history.ReadPlan(file)
	if err != nil {
		return nil, failure.New(failure.Unsafe, "save it again with keyroster plan --out", "%v", err)
	}
	s := &Saved{plan}
	if err := s.check(account, maxAge, time.Now()); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close closes the plan's file.
func (s *Saved) Close() {
	if s != nil {
		s.SavedPlan.Close()
	}
}

// check refuses a plan of another account, and one that is too old.
func (s *Saved) check(account string, maxAge time.Duration, now time.Time) error {
	if s.Account != account {
		return failure.New(failure.Unsafe, "", "the saved plan is for account %s, not %s", s.Account, account)
	}
	switch age := now.Sub(s.CreatedAt); {
	case age < -clockSkew:
		return failure.New(failure.Unsafe, "set the clocks of both machines, and save the plan again",
			"the saved plan is from %s, which is in the future", s.CreatedAt.Format(time.RFC3339))
	case age > maxAge:
		return failure.New(failure.Unsafe, "save it again, or allow it with --max-age",
			"the saved plan is %s old; the maximum is %s", failure.DurationText(age), failure.DurationText(maxAge))
	}
	return nil
}

// SameTenant refuses a plan made for another tenant than the account's.
func (s *Saved) SameTenant(acc *account.Account) error {
	if s == nil || s.Tenant == "" || s.Tenant == acc.Tenant.ID {
		return nil
	}
	return failure.New(failure.Unsafe, "save it again with keyroster plan --out",
		"the saved plan is for tenant %s, but account %s opens %s", s.Tenant, acc.Config.Name, acc.Tenant.ID)
}

// Rosters returns the plan's roster files, for an apply that names none. The plan may have been
// written by another person.
func (s *Saved) Rosters() []string {
	if s == nil {
		return nil
	}
	var names []string
	for _, f := range s.Roster {
		names = append(names, f.File)
	}
	return names
}

// SameRoster refuses rosters that differ from the plan's by a byte, and wide tables that are
// mapped differently.
func (s *Saved) SameRoster(roster *reconcile.Roster) error {
	if s == nil {
		return nil
	}
	if n := len(roster.Files); n != len(s.Roster) {
		given := "1 is"
		if n != 1 {
			given = fmt.Sprintf("%d are", n)
		}
		return failure.New(failure.Unsafe, "", "the saved plan is for %s, and %s given",
			failure.Plural(len(s.Roster), "roster file"), given)
	}
	for n, f := range roster.Files {
		if f.SHA256 != s.Roster[n].SHA256 {
			return failure.New(failure.Unsafe, "save the plan again with keyroster plan --out",
				"%s differs from the file that the saved plan was made from", f.Name)
		}
		if !slices.Equal(wideOf(f), s.Roster[n].Wide) {
			return failure.New(failure.Unsafe, "map its columns as before, or save the plan again with keyroster plan --out",
				"the saved plan reads different columns of %s as values", f.Name)
		}
	}
	return nil
}

// Accepting returns the options with the shapes that were accepted in the plan.
func (s *Saved) Accepting(o Options) Options {
	if s == nil {
		return o
	}
	o.Shapes = slices.Clone(o.Shapes)
	for _, lifted := range s.Overrides {
		if lifted.Name == overrideShape && !slices.Contains(o.Shapes, lifted.Value) {
			o.Shapes = append(o.Shapes, lifted.Value)
		}
	}
	return o
}

// RestrictTo withdraws every change that is not in the saved plan, or whose record has changed
// since, and checks the rest against the limits again.
func (d *Draft) RestrictTo(saved *Saved) error {
	if saved == nil {
		return nil
	}
	marks := d.Known.Marks
	if saved.KeyID != marks.KeyID() {
		return failure.New(failure.Unsafe, "give both the same fingerprint_key in the configuration",
			"the saved plan was made with another fingerprint key, so its values cannot be compared")
	}
	approved := map[string]bool{}
	for line, err := range saved.Lines {
		if err != nil {
			return failure.New(failure.Unsafe, "", "%v", err)
		}
		if line.Outcome == reconcile.Planned {
			approved[history.Approval(line)] = true
		}
	}
	var here []string
	for line, err := range reportio.PlanLinesOf(d.Plan, d.Roster, marks) {
		if err != nil {
			return failure.New(failure.Stopped, "", "%v", err)
		}
		here = append(here, history.Approval(line))
	}
	d.Plan.Withhold(d.Account.Config.Park, func(line int) string {
		if approved[here[line]] {
			return ""
		}
		return "this change is not in the saved plan: the record changed since"
	})
	d.checkSafety()
	return nil
}
