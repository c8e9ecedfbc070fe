package run

import (
	"io"
	"strings"

	"keyroster/cmd/internal/history"
	"keyroster/io/exportio"
	"keyroster/reconcile"
)

// Secrecy is how values appear in the files of a run whose roster is not the user's own file; the
// command sets it for all files. The zero value writes them as they are, as for a user's roster.
type Secrecy struct {
	// To are the public keys to encrypt files with values to.
	To []string
	// Masked: values are masked, because the user did not ask for them.
	Masked bool
}

// SecrecyOf is the Secrecy for --encrypt-to and --reveal.
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

// loadSecrecy reads it from the Meta of a transfer's snapshot. A run of an older version, which
// did not store it, reveals nothing.
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

// seal writes a file with values, encrypted if requested.
func (y Secrecy) seal(w io.Writer, write func(io.Writer) error) error {
	to, err := exportio.ParseRecipients(y.To)
	if err != nil {
		return err
	}
	return to.Seal(w, write)
}

// text is a cell of a row, masked if necessary.
func (y Secrecy) text(mask reconcile.Masker, row reconcile.Record, col int, text string) string {
	if !y.Masked || text == "" || !row.Schema().Columns[col].Secret() {
		return text
	}
	return mask.Value(row, col)
}
