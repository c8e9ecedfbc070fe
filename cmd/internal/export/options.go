package export

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/exportio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// Stdout means standard output in place of a file name.
const Stdout = "-"

// Options say what to export, and how.
type Options struct {
	// Out is the file to write, [Stdout] for standard output; Format is one of
	// [exportio.Formats], empty to follow the extension of Out.
	Out, Format string
	Filters     exportio.Filters
	// Reveal writes values unmasked; EncryptTo are the public keys to encrypt the file to.
	Reveal    bool
	EncryptTo []string
	// NoNames skips holders and the number of issued cards. With are columns that take one call
	// for each record.
	NoNames bool
	With    []string
}

// Checked are options that passed [Options.Check].
type Checked struct {
	Options
	Format exportio.Format
	To     exportio.Recipients
}

// Check refuses options that contradict each other, before anything is read.
func (o Options) Check() (Checked, error) {
	to, err := exportio.ParseRecipients(o.EncryptTo)
	if err != nil {
		return Checked{}, failure.Wrap(failure.Usage, err)
	}
	format := exportio.Format(strings.ToLower(o.Format))
	if format == "" {
		format = exportio.FormatOf(o.Out)
	}
	stdout := o.Out == Stdout
	switch {
	case o.Out == "":
		err = failure.New(failure.Usage, "for example --out badges.xlsx", "export needs --out FILE")
	case format == "" && stdout:
		err = failure.New(failure.Usage, "for example --format csv", "--out - needs --format")
	case !slices.Contains(exportio.Formats, format):
		name := string(format)
		if name == "" {
			name = filepath.Ext(o.Out)
		}
		err = failure.New(
			failure.Usage, "name one with --format: csv, xlsx, json or ndjson", "unknown format %q",
			name,
		)
	case stdout && o.Reveal && to.None():
		err = failure.New(
			failure.Usage, "name a file with --out, which is created with mode 0600, or a key with --encrypt-to",
			"--reveal cannot write to standard output",
		)
	case stdout && format == exportio.XLSX:
		err = failure.New(failure.Usage, "name a file with --out", "a workbook cannot be written to standard output")
	case !slices.ContainsFunc(all.Specs(), o.knows) && len(o.With) > 0:
		err = failure.New(
			failure.Usage, "only Seam supports it, as --with entrances", "column %s cannot be added to an export",
			strings.Join(o.With, ", "),
		)
	case !stdout:
		if e := atomicio.CheckName(o.Out); e != nil {
			err = failure.Wrap(failure.Usage, e)
		} else if info, e := os.Stat(filepath.Dir(o.Out)); e != nil || !info.IsDir() {
			err = failure.New(failure.Usage, "", "write %s: there is no folder %s", o.Out, filepath.Dir(o.Out))
		}
	}
	return Checked{Options: o, Format: format, To: to}, err
}

// knows reports whether a provider has all columns named by With.
func (o Options) knows(spec *providers.Spec) bool {
	return !slices.ContainsFunc(o.With, func(name string) bool { return !readApart(spec.Schema, name) })
}

// readApart reports whether a column takes a call for each record.
func readApart(schema *reconcile.Schema, name string) bool {
	n := schema.Index(name)
	return n >= 0 && schema.Columns[n].Can&reconcile.ReadApart != 0
}
