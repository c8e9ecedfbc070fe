// Package templates writes rosters for people to fill in: empty ones, or with an account's
// present credentials.
//
// Invariants:
//
//   - No existing file is written to: it may be an earlier template, filled in.
//   - Files belong to the user alone, since they will hold card numbers and PINs, and appear
//     whole or not at all.
//   - A template filled from an account, if left unchanged, plans no changes.
package templates

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/templateio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// Options come from the command line. Provider, Account or both are set.
type Options struct {
	// Out is the file to write, [Stdout] for standard output.
	Out, Provider, Account string
	// Filled: start with the account's credentials. Reveal includes their values.
	Filled, Reveal bool
}

// Stdout means standard output in place of a file name.
const Stdout = "-"

// OfAccount reports whether an account is read; the only one if none is named.
func (o *Options) OfAccount() bool { return o.Account != "" || o.Filled }

// Check refuses contradictory options, before anything is read.
func (o *Options) Check() error {
	if _, err := o.format(); err != nil {
		return err
	}
	switch {
	case o.Provider != "" && all.Lookup(o.Provider) == nil:
		return account.UnknownProvider(o.Provider)
	case o.Provider == "" && !o.OfAccount():
		return account.NoProvider("template needs a provider or --account")
	case o.Filled && o.Out == Stdout:
		return failure.New(failure.Usage, "name a file with --out", "--from-account cannot write to standard output")
	case o.Reveal && !o.Filled:
		return failure.New(failure.Usage, "add --from-account", "a template without credentials has nothing to reveal")
	}
	return nil
}

// write writes a template in a format.
type write func(io.Writer, *reconcile.Schema, templateio.Options) error

// format picks the format by the extension of the file, which must not exist.
func (o *Options) format() (write, error) {
	var format write
	switch strings.ToLower(filepath.Ext(o.Out)) {
	case ".xlsx":
		format = templateio.WriteXLSX
	case ".csv":
		format = templateio.WriteCSV
	default:
		if o.Out != Stdout {
			return nil, failure.New(failure.Usage, "for example --out roster.xlsx",
				"template needs --out FILE.xlsx, --out FILE.csv or --out -")
		}
		return templateio.WriteCSV, nil
	}
	if err := atomicio.CheckName(o.Out); err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	if _, err := os.Lstat(o.Out); !errors.Is(err, fs.ErrNotExist) {
		return nil, failure.New(failure.Usage, "it may be a roster that someone filled in; name another file",
			"%s exists already", o.Out)
	}
	return format, nil
}

// provider is the chosen provider; of is the account's, nil without an account.
func (o *Options) provider(of *providers.Spec, name string) (*providers.Spec, error) {
	named := all.Lookup(o.Provider)
	switch {
	case of == nil:
		return named, nil
	case named != nil && named != of:
		return nil, failure.New(failure.Usage, "leave the provider out",
			"account %s is a %s account, not %s", name, of.Name, named.Name)
	}
	return of, nil
}
