package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/terminal"
)

// Report runs all checks and prints them, as a JSON document or as text; quiet prints nothing
// if all is well. Its error carries the exit code.
func (e *Examination) Report(ctx context.Context, out io.Writer, asJSON, quiet bool) error {
	e.Local(ctx)
	told := 0
	if !quiet && !asJSON {
		// Print what is known before waiting for a host that may not answer.
		told = e.WriteText(out, told, terminal.WrapWidth(out))
	}
	if err := e.Host(ctx); err != nil {
		return err
	}
	codes := []int{exit.OK}
	for _, c := range e.checks {
		codes = append(codes, c.Code)
	}
	code := exit.Worst(codes)
	var err error
	switch {
	case asJSON:
		to := json.NewEncoder(out)
		to.SetIndent("", "  ")
		err = to.Encode(map[string]any{
			"schema": "keyroster/doctor/1", "account": e.Config.Name, "provider": e.Config.Provider,
			"exit_code": code, "summary": e.Counts(), "checks": e.Checks(),
		})
	case quiet && code == exit.OK:
	default:
		e.WriteText(out, told, terminal.WrapWidth(out))
		n := e.Counts()
		_, err = fmt.Fprintf(out, "%s: %d ok, %s, %d that would stop a run\n",
			failure.Plural(len(e.checks), "check"), n[OK], failure.Plural(n[Warn], "warning"), n[Fail])
	}
	if err != nil {
		return exit.OutputFailure(err)
	}
	return exit.Shown(code)
}
