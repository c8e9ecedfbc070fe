package run

import (
	"io"
	"strings"

	"keyroster/cmd/internal/history"
	"keyroster/io/exportio"
	"keyroster/reconcile"
)

// Secrecy says how values stand in the files of a run that holds them without a
// roster of the user's: it is the command's, for each of its files. The zero value
// writes them as they are, as a run on a roster does.
type Secrecy struct {
	// To are the public keys that files with values are encrypted to.
	To []string
	// Masked: values are masked, since they were not asked for.
	Masked bool
}

// SecrecyOf is what --encrypt-to and --reveal ask for.
func SecrecyOf(encryptTo []string, reveal bool) Secrecy {
	return Secrecy{To: encryptTo, Masked: !reveal && len(encryptTo) == 0}
}

// save puts it into a snapshot's Meta.
func (y Secrecy) save(meta map[string]string) {
	if len(y.To) > 0 {
		meta[history.MetaEncryptTo] = strings.Join(y.To, "\n")
	}
	if !y.Masked {
		meta[history.MetaReveal] = "true"
	}
}

// loadSecrecy reads it from the Meta of a transfer's snapshot. A run of a version
// that did not keep it reveals nothing.
func loadSecrecy(meta map[string]string) Secrecy {
	var to []string
	if keys := meta[history.MetaEncryptTo]; keys != "" {
		to = strings.Split(keys, "\n")
	}
	return SecrecyOf(to, meta[history.MetaReveal] != "")
}

// name is the name of a file with values.
func (y Secrecy) name(file string) string {
	if len(y.To) > 0 {
		return file + ".age"
	}
	return file
}

// seal writes a file with values, encrypted where that was asked for.
func (y Secrecy) seal(w io.Writer, write func(io.Writer) error) error {
	to, err := exportio.ParseRecipients(y.To)
	if err != nil {
		return err
	}
	return to.Seal(w, write)
}

// text is a cell of a row as it may be written.
func (y Secrecy) text(mask reconcile.Masker, row reconcile.Record, col int, text string) string {
	if !y.Masked || text == "" || !row.Schema().Columns[col].Secret() {
		return text
	}
	return mask.Value(row, col)
}
