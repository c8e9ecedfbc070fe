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

// CanAsk refuses a command that would have to ask without a terminal; what names the command.
func (c *Console) CanAsk(what, hint string) error {
	if terminal.CanAsk(c.Stdin, c.Stderr) {
		return nil
	}
	return failure.New(failure.Usage, hint, "refusing to %s without --yes: not a terminal", what)
}

// Confirm asks a question on the terminal. Any answer but yes ends the command, with the hint.
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

// Ask asks a question on the terminal and returns the one-word answer. Long lines are folded.
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

// ConfirmPlan shows a plan and its tenant, and asks for a yes. With JSON the plan goes to
// standard error, because standard output is for the run's document.
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
