package main

import (
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"keyroster/io/journalio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/reconcile"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify RUN",
		Short: "Prove from its files alone that a run's report is whole",
		Long: `verify reads a run folder, and nothing else, and computes again what it claims: the hash of every
file, the chain of the journal, the digest of the plan, the totals of the report, and that report,
plan and journal say the same of every line. Inputs that still stand where the run read them must be
the same bytes. It finds accidents and careless edits; it is no signature.
It exits 1 when anything does not fit, and says where.`,
		Example: "  keyroster verify runs/20260131T020001Z-hq-1a2b3c",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.verify(args[0]) },
	}
}

// runCheck is one thing that was computed again.
type runCheck struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Detail is what was found, or where and how it does not fit.
	Detail string `json:"detail"`
}

// verifyDocument is what verify --json prints.
type verifyDocument struct {
	Schema string     `json:"schema"`
	RunID  string     `json:"run_id"`
	OK     bool       `json:"ok"`
	Checks []runCheck `json:"checks"`
	// Standing is how the run stands (open, closed, …), and Next the next step for
	// one that is not closed.
	Standing rundir.Standing `json:"standing"`
	Next     string          `json:"next"`
}

func (a *app) verify(path string) error {
	files, err := a.openRunFiles(path)
	if err != nil {
		return &failure{code: exitUsage, err: err}
	}
	defer files.close()
	doc := verifyDocument{Schema: "keyroster/verify/1", RunID: files.id, OK: true, Checks: files.checks(), Standing: files.stands.Standing}
	if files.stands.Standing != rundir.StandsClosed {
		doc.Next = files.stands.next()
	}
	for _, c := range doc.Checks {
		doc.OK = doc.OK && c.OK
	}
	if err := a.showVerify(&doc); err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	if !doc.OK {
		return &failure{code: exitError, shown: true}
	}
	return nil
}

func (a *app) showVerify(doc *verifyDocument) error {
	if a.json {
		a.printed = true
		out := json.NewEncoder(a.stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(doc)
	}
	if a.quiet && doc.OK {
		return nil
	}
	failed := 0
	for _, c := range doc.Checks {
		word := "ok"
		if !c.OK {
			word = "FAILED"
			failed++
		}
		if _, err := fmt.Fprintf(a.stdout, "%-7s %-9s %s\n", word, c.Name, c.Detail); err != nil {
			return err
		}
	}
	verdict := fmt.Sprintf("all %d checks passed", len(doc.Checks))
	if failed > 0 {
		verdict = fmt.Sprintf("%d of %d checks failed", failed, len(doc.Checks))
	}
	_, err := fmt.Fprintf(a.stdout, "run %s: %s\n", doc.RunID, verdict)
	return err
}

// runFiles are the files of a run as far as they can be read, each with the
// error of reading it.
type runFiles struct {
	path, id string
	// stands is how a run stands that has no manifest.
	stands standing

	against     *rundir.Verification
	manifestErr error
	journal     *journalio.Replay
	journalErr  error
	plan        *reportio.PlanFile
	planErr     error
	report      *reportio.Report
	reportErr   error

	opened []*os.File
}

// openRunFiles reads what there is of a run, and how it stands. The error is that
// the path is no run.
func (a *app) openRunFiles(path string) (*runFiles, error) {
	r, err := openRun(path)
	if err != nil {
		return nil, err
	}
	if _, r.stands, err = a.runOf(path); err != nil {
		// A manifest that cannot be read, in a folder that is called otherwise.
		r.stands = standing{id: r.id, path: path}
		r.stands.damaged(rundir.FlawManifest, err)
	}
	return r, nil
}

// openRun reads what there is of a run. The error is that the path is no run.
func openRun(path string) (*runFiles, error) {
	r := &runFiles{path: path}
	dir, err := rundir.Open(path)
	switch _, statErr := os.Stat(filepath.Join(path, rundir.ManifestFile)); {
	case err == nil:
		r.id = dir.ID
	case statErr == nil: // a manifest that cannot be read is a finding
		r.id = filepath.Base(path)
	default:
		return nil, err
	}
	r.against, r.manifestErr = rundir.Verify(path)
	r.journal, r.journalErr = journalio.ReadAt(filepath.Join(path, rundir.JournalFile))
	if f, err := r.open(rundir.PlanFile); err != nil {
		r.planErr = err
	} else {
		r.plan, r.planErr = reportio.ReadPlan(f)
	}
	if f, err := r.open(rundir.ReportJSONFile); err != nil {
		r.reportErr = err
	} else {
		r.report, r.reportErr = reportio.ReadUnsettled(f)
		if r.reportErr == nil {
			r.reportErr = r.report.Settle()
		}
	}
	return r, nil
}

func (r *runFiles) open(name string) (*os.File, error) {
	f, err := plainfile.Open(filepath.Join(r.path, name), plainfile.Unlimited)
	if err == nil {
		r.opened = append(r.opened, f)
	}
	return f, err
}

func (r *runFiles) close() {
	for _, f := range r.opened {
		_ = f.Close()
	}
}

func (r *runFiles) manifest() *rundir.Manifest {
	if r.against == nil {
		return nil
	}
	return r.against.Manifest
}

// applied is the number of lines that the report says were applied.
func (r *runFiles) applied() int {
	if r.report == nil {
		return 0
	}
	return r.report.Summary.Of(reconcile.Applied)
}

func (r *runFiles) manifestHas(name string) bool {
	m := r.manifest()
	return m != nil && slices.ContainsFunc(m.Files, func(f rundir.File) bool { return f.Name == name })
}

// planLines reads the lines of the plan one after the other.
func (r *runFiles) planLines() (next func() (*reportio.PlanLine, bool), stop func()) {
	if r.plan == nil {
		return func() (*reportio.PlanLine, bool) { return nil, false }, func() {}
	}
	pull, stop := iter.Pull2(r.plan.Lines)
	return func() (*reportio.PlanLine, bool) {
		line, err, ok := pull()
		return line, ok && err == nil // reading the plan has met the error before
	}, stop
}
