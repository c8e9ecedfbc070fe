package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// savedFlags hold an apply to a plan that somebody has seen.
type savedFlags struct {
	plan   string
	expect string
	maxAge time.Duration
}

func (f *savedFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.plan, "plan", "", "apply only what this saved plan `FILE` says; records that moved since end in conflict")
	flags.StringVar(&f.expect, "expect-plan", "", "refuse any plan but the one with this `DIGEST` (sha256:…), as plan prints it last")
	flags.DurationVar(&f.maxAge, "max-age", 24*time.Hour, "the greatest `AGE` of a saved plan")
}

// savedPlan is a saved plan, open for its lines to be read.
type savedPlan struct {
	*reportio.PlanFile
	file *os.File
}

// openPlan reads the plan that --plan names, or nothing.
func (f *savedFlags) openPlan(account string) (*savedPlan, error) {
	if f.plan == "" {
		return nil, nil
	}
	file, err := plainfile.Open(f.plan, plainfile.Unlimited)
	if err != nil {
		return nil, fail(exitUsage, "", "read the saved plan: %v", err)
	}
	plan, err := reportio.ReadPlan(file)
	if err != nil {
		_ = file.Close()
		return nil, fail(exitUnsafe, "make it anew with keyroster plan --out", "%v", err)
	}
	s := &savedPlan{plan, file}
	if err := s.check(account, f.maxAge); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *savedPlan) close() {
	if s != nil {
		_ = s.file.Close()
	}
}

// clockSkew is how far the clocks of two machines may be apart.
const clockSkew = 10 * time.Minute

// check refuses a plan of another account, and one that is too old.
func (s *savedPlan) check(account string, maxAge time.Duration) error {
	if s.Account != account {
		return fail(exitUnsafe, "", "the saved plan is for account %s, not %s", s.Account, account)
	}
	age := time.Since(s.CreatedAt)
	if age < -clockSkew {
		return fail(exitUnsafe, "set the clocks of both machines, and make it anew", "the saved plan is from %s, which is in the future", s.CreatedAt.Format(time.RFC3339))
	}
	if age > maxAge {
		return fail(exitUnsafe, "make it anew, or allow it with --max-age", "the saved plan is %s old, and may be %s", inWords(age), inWords(maxAge))
	}
	return nil
}

// sameTenant refuses a plan that was made for another tenant.
func (s *savedPlan) sameTenant(acc *account) error {
	if s == nil || s.Tenant == "" || s.Tenant == acc.tenant.ID {
		return nil
	}
	return fail(exitUnsafe, "make it anew with keyroster plan --out", "the saved plan is for tenant %s, and account %s opens %s", s.Tenant, acc.config.Name, acc.tenant.ID)
}

// rosterOfPlan is what to read where neither the command line nor the
// configuration names a roster: the files that the saved plan names, which
// somebody else may have written. It says so, and asks unless --yes was given.
func (s *session) rosterOfPlan(ctx context.Context) ([]string, error) {
	files := s.approved.rosters()
	s.app.log.Warn().Strs("roster", files).Msg("neither the command line nor the configuration names a roster: reading what the saved plan names")
	if s.yes {
		return files, nil
	}
	sure, err := s.app.confirm(ctx, fmt.Sprintf("Read %s, as the saved plan names it?", strings.Join(files, ", ")))
	if err != nil {
		return nil, classify(err)
	}
	if !sure {
		return nil, fail(exitInterrupted, "name the roster on the command line", "nothing was written: you said no")
	}
	return files, nil
}

// rosters are the files of the saved plan, for an apply that names none.
func (s *savedPlan) rosters() []string {
	var names []string
	for _, f := range s.Roster {
		names = append(names, f.File)
	}
	return names
}

// sameRoster refuses rosters whose bytes are not those of the plan.
func (s *savedPlan) sameRoster(roster *reconcile.Roster) error {
	if len(roster.Files) != len(s.Roster) {
		return fail(exitUnsafe, "", "the saved plan is for %s, and %s given", plural(len(s.Roster), "roster file"), isAre(len(roster.Files)))
	}
	for n, f := range roster.Files {
		if f.SHA256 != s.Roster[n].SHA256 {
			return fail(exitUnsafe, "make the plan anew with keyroster plan --out", "%s is not the file that the saved plan was made from", f.Name)
		}
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// holdTo takes back every change of a draft that the saved plan does not have,
// or has for a record that moved since.
func (d *draft) holdTo(saved *savedPlan, park bool, marks reportio.Fingerprinter) error {
	if saved.KeyID != marks.KeyID() {
		return fail(exitUnsafe, "give both the same fingerprint_key in the configuration", "the saved plan was made with another fingerprint key, so its values cannot be compared")
	}
	approved := map[string]bool{}
	for line, err := range saved.Lines {
		if err != nil {
			return fail(exitUnsafe, "", "%v", err)
		}
		if line.Outcome == reconcile.Planned {
			approved[approval(line)] = true
		}
	}
	var here []string
	for line, err := range reportio.PlanLinesOf(d.plan, d.roster, marks) {
		if err != nil {
			return fail(exitError, "", "%v", err)
		}
		here = append(here, approval(line))
	}
	d.plan.Withhold(park, func(line int) string {
		if approved[here[line]] {
			return ""
		}
		return "the saved plan does not have this change: the record moved since"
	})
	return nil
}

// approval is what makes a change the one that was approved: the row, the
// record, and the values before and after.
func approval(l *reportio.PlanLine) string {
	text := fmt.Sprintf("%s\x00%s\x00%s\x00%s", l.Action, l.CredentialID, l.HolderID, l.Type)
	if l.Source != nil {
		text += fmt.Sprintf("\x00%s\x00%d", l.Source.Sheet, l.Source.Line)
	}
	for _, f := range l.Fields {
		text += fmt.Sprintf("\x00%s=%s>%s", f.Name, f.FingerprintBefore, f.FingerprintAfter)
	}
	return text
}
