package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/failure"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify RUN",
		Short: "Check a run's files and recompute its totals",
		Long: `verify reads only a run folder and recomputes the hash of every file, the hash chain of the journal, the
digest of the plan and the totals of the report, and checks that report, plan and journal agree on every
line. Input files that still exist must be unchanged. It detects damage and careless edits, but is not a
signature. It exits 1 if anything does not match, and says where.`,
		Example: "  keyroster verify runs/20260131T020001Z-hq-1a2b3c",
		Args:    oneRun,
		RunE:    func(_ *cobra.Command, args []string) error { return a.verify(args[0]) },
	}
}

func (a *app) verify(ref string) error {
	kept, err := a.storage.StoreOf(ref)
	if err != nil {
		return err
	}
	doc, err := audit.Verify(kept, ref, a.Log)
	if err != nil {
		return err
	}
	err = a.Print(doc, doc.WriteText, doc.OK)
	if err == nil && !doc.OK {
		err = failure.Shown(failure.Stopped)
	}
	return err
}
