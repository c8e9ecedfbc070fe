package annotation

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/annotateio"
	"keyroster/io/atomicio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Problems writes the copy with a comment and a colour on each bad cell, and logs what it contains.
func (c *Copy) Problems(log zerolog.Logger, problems []reconcile.Problem) error {
	if c == nil {
		return nil
	}
	_, err := c.write(log, annotateio.Options{Marks: c.marks(problems)})
	return err
}

// Outcomes writes the copy with its problems and, beside each row, the outcome from the report.
// keep stores the same bytes among the files of the run, under the name [Copy.Name], so that
// the run records what was handed out; its error is returned.
func (c *Copy) Outcomes(
	log zerolog.Logger,
	report *reportio.Report,
	problems []reconcile.Problem,
	keep func(name string, data []byte) error,
) error {
	if c == nil {
		return nil
	}
	columns, marks, err := c.outcomes(report)
	if err != nil {
		return err
	}
	copied, err := c.write(log, annotateio.Options{Marks: append(c.marks(problems), marks...), Columns: columns})
	if err != nil {
		return err
	}
	return keep(c.Name(), copied)
}

// Name is the copy's name among a run's files; empty for none.
func (c *Copy) Name() string {
	if c == nil {
		return ""
	}
	return store.AnnotatedFile + strings.ToLower(filepath.Ext(c.out))
}

// write makes the copy and puts it at the requested path, readable by its owner alone: it holds
// the roster's values.
func (c *Copy) write(log zerolog.Logger, o annotateio.Options) ([]byte, error) {
	copied, err := c.book.Annotate(o)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	put := func(w io.Writer) error { _, err := w.Write(copied.Data); return err }
	if err := atomicio.WriteFile(c.out, 0o600, put); err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	note, words := log.Info(), "wrote an annotated copy"
	if copied.Listed > 0 {
		note = log.Warn().Int("listed", copied.Listed).Str("sheet", copied.ListSheet)
		words = fmt.Sprintf(
			"wrote an annotated copy; some cells cannot take a comment: %s coloured and listed on the sheet %q instead",
			remarks(copied.Listed), copied.ListSheet,
		)
	}
	note.Str("file", c.out).Int("comments", copied.Comments).Msg(words)
	return copied.Data, nil
}

// remarks returns their number and a verb.
func remarks(n int) string {
	if n == 1 {
		return "1 remark is"
	}
	return fmt.Sprintf("%d remarks are", n)
}
