package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/failure"
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
		Args:    oneRun,
		RunE:    func(_ *cobra.Command, args []string) error { return a.verify(args[0]) },
	}
}

func (a *app) verify(ref string) error {
	kept, err := a.kept.StoreOf(ref)
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
