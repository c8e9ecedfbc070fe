package console

import (
	"context"
	"fmt"
	"strings"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/reportio"
)

// CanAsk refuses a command that would ask where there is no terminal to ask on; what
// names the command.
func (c *Console) CanAsk(what, hint string) error {
	if terminal.CanAsk(c.Stdin, c.Stderr) {
		return nil
	}
	return failure.New(failure.Usage, hint, "refusing to %s without --yes: not a terminal", what)
}

// Confirm asks a question on the terminal. Only yes goes on; any other answer is no, which
// the command ends with, and with the hint.
func (c *Console) Confirm(ctx context.Context, question, hint string) error {
	yes, err := terminal.Confirm(ctx, c.Stdin, c.Stderr, question)
	switch {
	case err != nil:
		return failure.Of(err)
	case !yes:
		return failure.Declined(hint)
	}
	return nil
}

// Ask asks a question on the terminal, for one word. Its lines are folded where they are too long.
func (c *Console) Ask(ctx context.Context, question string) (string, error) {
	lines := strings.Split(question, "\n")
	for i, line := range lines {
		lines[i] = reportio.Sentence(line, terminal.WrapWidth(c.Stderr))
	}
	text, err := terminal.Ask(ctx, c.Stdin, c.Stderr, strings.Join(lines, "\n"))
	if err != nil {
		return "", failure.Of(err)
	}
	return text, nil
}

// ConfirmPlan shows a plan and its tenant, and wants a yes. With JSON the plan goes to
// standard error: the document of standard output is the run's.
func (c *Console) ConfirmPlan(ctx context.Context, report *reportio.Report, d *draft.Draft) error {
	shown := *c
	if c.JSON {
		shown.JSON, shown.Stdout = false, c.Stderr
	}
	if err := shown.ShowPlan(report, d); err != nil {
		return err
	}
	acc := d.Account
	question := fmt.Sprintf("Apply this to %s %s (%s)?", acc.Spec.Title, acc.Tenant.ID, acc.Tenant.Name)
	return c.Confirm(ctx, question, "")
}
