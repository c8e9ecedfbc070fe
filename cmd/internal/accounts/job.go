package accounts

import (
	"bytes"
	"context"
	"io"

	"golang.org/x/sync/errgroup"
)

// Job is the work of a command on several accounts.
type Job struct {
	Form Form
	// Quiet: no closing line where all is well, and no head above what an account that is
	// well has to say.
	Quiet bool
	// Bare: what accounts print names them already.
	Bare bool
	// AtOnce bounds the accounts that are worked on side by side; each is held whole.
	AtOnce int
	// Work is that on one account, which prints to streams of its own; with a Form of JSON
	// its one document. It returns the exit code.
	Work func(ctx context.Context, t Target, stdout, stderr io.Writer) int
	// Last, if not nil, is done when all accounts have ended, and returns an exit code too.
	Last func() int
	// Worst is the one exit code of several.
	Worst func(codes []int) int
	// Verdicts say what exit codes mean, for the closing line; with others, told as
	// numbers, accounts are what Otherwise says, or stopped.
	Verdicts       map[int]string
	Otherwise      string
	Stdout, Stderr io.Writer
}

// Run does the work on all that were chosen and tells of each as it ends. It returns the
// exit code of all; the error is of standard output alone.
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
	_ = group.Wait() // how each ended is collected
	return told.close()
}
