package export

import (
	"io"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/exportio"
)

// Write fills an export and writes it where the options say; stdout is used for [Stdout], and
// begun reports whether anything was written to it. Unmasked values are mentioned in the log.
func (j *Job) Write(e *exportio.Export, stdout io.Writer, log zerolog.Logger) (begun bool, err error) {
	if err := j.fill(e); err != nil {
		return false, err
	}
	j.Warn(log)
	if j.Out == Stdout {
		write := func(w io.Writer) error { return exportio.Write(w, j.Format, e) }
		if err := j.To.Seal(stdout, write); err != nil {
			return true, failure.New(failure.Stopped, "", "write the export: %v", err)
		}
		return true, nil
	}
	if err := exportio.Save(j.Out, j.Format, e, j.To); err != nil {
		return false, failure.Wrap(failure.Stopped, err)
	}
	if plain, sealed := strings.CutSuffix(j.Out, ".age"); sealed && !j.To.None() {
		if _, err := os.Stat(plain); err == nil {
			log.Warn().Str("file", plain).
				Msg("an unencrypted file of this name is next to the encrypted one: if it is an earlier export, delete it " +
					"when you no longer need it")
		}
	}
	return false, nil
}

// Warn logs that a file will hold unmasked values.
func (j *Job) Warn(log zerolog.Logger) {
	if j.Reveal {
		log.Warn().Str("file", j.Out).Bool("encrypted", !j.To.None()).
			Msg("the file holds card numbers and PINs: store it where only you can read it, and delete it when you no " +
				"longer need it")
	}
}
