// Package rosterio reads rosters: it opens files of any accepted kind, which it
// detects by content, and turns their tables of cells into rows. It owns all
// knowledge about headers, damage and rows.
//
// The steps are: [cellio.Table] (cells with true positions) → [Bind] (header:
// aliases, duplicates, unknown and misspelt columns) → [Decode] (gocsv, row by row,
// into the provider's row struct; its rules; packed rows with their places).
//
// # Invariants
//
//   - A file is used whole or not at all: of a damaged one, no row remains.
//   - The digest of a file is that of the bytes that were read.
//   - Standard input is read once, and only when it is named.
//   - A cell names files of the roster's own folder only, and their digests are
//     part of the roster.
package rosterio

import (
	"context"
	"errors"
	"io"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// Stdin is the input that means standard input.
const Stdin = "-"

// Options say what the rows of a roster are and how to find them.
type Options struct {
	// Schema of the rows, and a zero row struct of the provider, from which the
	// schema was derived.
	Schema *reconcile.Schema
	Row    any
	// Check checks a filled row struct, which it gets as a pointer; nil checks nothing. It is
	// not called for rows below a header with errors, nor for ragged rows, and its findings
	// about a cell that was already refused are dropped. The row must not be kept: it is reused.
	Check func(row any, report func(reconcile.Finding))
	// Columns maps the customer's own headers to columns, and FillDown are headers whose
	// blank cells take the cell above, as in BindOptions.
	Columns  map[string]string
	FillDown []string
	// Types are the names of types that the account is known to have, for suggestions,
	// which use the first that is a word for a card and the first for a PIN.
	Types func() []string
	// Repair are the repairs that the configuration asks for. They come before every check.
	Repair Repair
	// CheckValues checks the values themselves, for a check without records to compare
	// them with: those that cannot be a number or code are errors.
	CheckValues bool
	// Sheet is the sheet, or the pattern of sheets, to read of workbooks whose
	// input does not name one. Empty: the first visible sheet whose header
	// is known.
	Sheet string
	// Encoding is that of CSV files, by a name that csvio.LookupEncoding knows;
	// empty: it is detected.
	Encoding string
	// Stdin is what the input - reads; nil when there is none.
	Stdin io.Reader

	// budget bounds the text of all inputs together; nil is unlimited.
	budget *budget
	// side reads the files that cells of the current input name, before Check; nil
	// leaves such cells as they are.
	side *sideFiles
	// doubt returns why the letters of a text are uncertain, where the encoding of
	// the current file is a guess; it may be nil, or return nil.
	doubt func(text string) *reconcile.Finding
	// details are the sheets that hold columns of the current table, read before it.
	details []*details
	// others are the sheets of the workbook that are not read, reported with the current table.
	others []otherSheet
}

// Read reads the inputs in order into one roster. An input is the path of a CSV
// file or a workbook, a path with a sheet (badges.xlsx#Doors, where Doors may be
// a pattern such as * or Site-?), or - for CSV from standard input.
//
// The roster holds all that can be used, and every problem of it. The error
// holds a [*cellio.InputError] for each file that cannot be used at all
// (missing, empty, damaged, of another kind), joined when there are several: none
// of their content is in the roster, which must not be applied then. [Problems]
// turns them into problems. An error of another type is ctx's, or a bug.
func Read(ctx context.Context, inputs []string, options Options) (*reconcile.Roster, error) {
	roster := reconcile.NewRoster(options.Schema)
	if len(inputs) == 0 {
		return roster, &cellio.InputError{
			Kind:    cellio.KindMissingFile,
			Message: "no roster is given",
			Remedy:  "name a CSV, XLSX or ODS file",
		}
	}
	options.budget = &budget{}
	var unusable []error
	seen := map[input]bool{}
	for _, name := range inputs {
		in := parseInput(name)
		part := reconcile.NewRoster(options.Schema)
		err := seenTwice(in, seen)
		if err == nil {
			options.side = newSideFiles(in)
			err = in.read(ctx, part, options)
			options.side.close(part)
		}
		switch _, bad := errors.AsType[*cellio.InputError](err); {
		case bad:
			unusable = append(unusable, err)
		case err != nil:
			return nil, err
		case len(roster.Files) == 0 && len(roster.Problems) == 0:
			roster = part
		case !roster.Rows.FitsAll(part.Rows):
			unusable = append(
				unusable,
				in.fault(
					cellio.KindTooLarge,
					"the rosters together hold too much text", "split them",
				),
			)
		default:
			roster.Append(part)
		}
	}
	Review(roster)
	if options.CheckValues {
		reviewRows(roster)
	}
	return roster, errors.Join(unusable...)
}

// seenTwice refuses an input that was already read: each of its rows would be there twice.
func seenTwice(in input, seen map[input]bool) error {
	if seen[in] {
		return &cellio.InputError{
			File:    in.path,
			Sheet:   in.sheet,
			Kind:    cellio.KindDuplicateInput,
			Message: "the roster is named twice",
			Remedy:  "name it once",
		}
	}
	seen[in] = true
	return nil
}

// Problems are the problems of all the unusable files in an error of [Read], in
// order. Other errors have none.
func Problems(err error) []reconcile.Problem {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []reconcile.Problem
		for _, e := range joined.Unwrap() {
			all = append(all, Problems(e)...)
		}
		return all
	}
	if e, ok := errors.AsType[*cellio.InputError](err); ok {
		return []reconcile.Problem{e.Problem()}
	}
	return nil
}
