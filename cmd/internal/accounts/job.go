package accounts

import (
	"bytes"
	"context"
	"io"

	"golang.org/x/sync/errgroup"
)

// Job runs a command on several accounts.
type Job struct {
	Form Form
	// Quiet omits the closing line if all is well, and the heading above the output of an
	// account that is well.
	Quiet bool
	// Bare: the accounts' output already names them.
	Bare bool
	// AtOnce bounds how many accounts are worked on in parallel; each is held in memory.
	AtOnce int
	// Work works on one account and prints to its own streams; with a JSON Form, exactly one
	// document. It returns the exit code.
	Work func(ctx context.Context, t Target, stdout, stderr io.Writer) int
	// Last, if not nil, runs after all accounts have ended, and returns an exit code too.
	Last func() int
	// Worst picks the overall exit code.
	Worst func(codes []int) int
	// Verdicts describe exit codes in the closing line. Other codes are shown as numbers, with
	// Otherwise, or "stopped", as the description.
	Verdicts       map[int]string
	Otherwise      string
	Stdout, Stderr io.Writer
}

// Run works on all chosen accounts and reports each as it ends. It returns the overall exit
// code; the error concerns standard output only.
func (j *Job) Run(ctx context.Context, chosen *Chosen) (int, error) {
	told := &reporter{Job: j, chosen: chosen, endings: make([]accountResult, len(chosen.Targets))}
	told.reportDisabled()
	var group errgroup.Group
	group.SetLimit(j.AtOnce)
	for n, t := range chosen.Targets {
		group.Go(func() error {
			var stdout, stderr bytes.Buffer
			code := j.Work(ctx, t, &stdout, &stderr)
			told.end(n, code, stdout.Bytes(), stderr.Bytes())
			return nil
		})
	}
	_ = group.Wait() // results are collected per account
	return told.close()
}
