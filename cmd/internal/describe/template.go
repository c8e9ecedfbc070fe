package describe

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/templateio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// WriteTemplate writes an empty roster.
type WriteTemplate func(io.Writer, *reconcile.Schema, templateio.Options) error

// TemplateWriter picks the format by the name of the file, - for standard output. The
// file must be new: it may be the last template, filled in.
func TemplateWriter(out string) (WriteTemplate, error) {
	var write WriteTemplate
	switch strings.ToLower(filepath.Ext(out)) {
	case ".xlsx":
		write = templateio.WriteXLSX
	case ".csv":
		write = templateio.WriteCSV
	default:
		if out != "-" {
			return nil, failure.New(failure.Usage, "for example --out roster.xlsx",
				"template needs --out FILE.xlsx, --out FILE.csv or --out -")
		}
		return templateio.WriteCSV, nil
	}
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		return nil, failure.New(failure.Usage, "it may be a roster that was filled in; name another file",
			"%s exists already", out)
	}
	return write, nil
}

// Choices reads what an account offers for the lists of its template; nil where its
// provider offers none.
func Choices(
	ctx context.Context, opener *account.Opener, config *configio.Account, spec *providers.Spec,
) (map[string][]reconcile.Choice, error) {
	acc, err := opener.Open(ctx, config, spec, account.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer acc.Close()
	if acc.Choices == nil {
		return nil, nil
	}
	found, err := acc.Choices(ctx)
	if err != nil {
		return nil, failure.Of(err)
	}
	return found, nil
}
