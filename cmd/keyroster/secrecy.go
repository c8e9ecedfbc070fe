package main

import (
	"io"
	"strings"

	"keyroster/io/exportio"
	"keyroster/reconcile"
)

// secrecy says how values stand in the files of a run that holds them without a
// roster of the user's: it is the command's, for each of its files. The zero value
// writes them as they are, as a run on a roster does.
type secrecy struct {
	// to are the public keys that files with values are encrypted to.
	to []string
	// masked: values are masked, since nobody asked for them.
	masked bool
}

// secrecyOf is what the flags --encrypt-to and --reveal ask for.
func secrecyOf(encryptTo []string, reveal bool) secrecy {
	return secrecy{to: encryptTo, masked: !reveal && len(encryptTo) == 0}
}

// The members of a snapshot's Meta that keep it for a resumed run.
const (
	metaEncryptTo = "encrypt_to"
	metaReveal    = "reveal"
)

// remember puts it into a snapshot's Meta.
func (y secrecy) remember(meta map[string]string) {
	if len(y.to) > 0 {
		meta[metaEncryptTo] = strings.Join(y.to, "\n")
	}
	if !y.masked {
		meta[metaReveal] = "true"
	}
}

// recall reads it from the Meta of a migration's snapshot. A run of a version
// that did not keep it reveals nothing.
func recall(meta map[string]string) secrecy {
	var to []string
	if keys := meta[metaEncryptTo]; keys != "" {
		to = strings.Split(keys, "\n")
	}
	return secrecyOf(to, meta[metaReveal] != "")
}

// name is the name of a file with values.
func (y secrecy) name(file string) string {
	if len(y.to) > 0 {
		return file + ".age"
	}
	return file
}

// seal writes a file with values, encrypted where that was asked for.
func (y secrecy) seal(w io.Writer, write func(io.Writer) error) error {
	to, err := exportio.ParseRecipients(y.to)
	if err != nil {
		return err
	}
	return to.Seal(w, write)
}

// text is a cell of a row as it may be written.
func (y secrecy) text(s *session, row reconcile.Record, col int, text string) string {
	if !y.masked || text == "" || !row.Schema().Columns[col].Secret() {
		return text
	}
	return s.acc.mask.Value(row, col)
}
