package rosterio

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/sheetio"
	"keyroster/reconcile"
)

// readWorkbook reads the sheets that are meant.
func (in input) readWorkbook(
	ctx context.Context, f *os.File, before os.FileInfo, part *reconcile.Roster, options Options,
) error {
	sum, err := digest(io.NewSectionReader(f, 0, before.Size()))
	if err != nil {
		return in.fault(cellio.KindMissingFile, "the file cannot be read", "check the disk or the network share")
	}
	book, err := sheetio.OpenReader(f, before.Size(), in.path)
	if err != nil {
		return err
	}
	defer book.Close()
	options.budget.feed(before.Size())
	part.Files = append(part.Files, reconcile.File{Name: in.path, SHA256: sum})
	w := workbookReader{in: in, book: book, part: part, options: options}
	if err := w.readDetails(); err != nil {
		return err
	}
	if err := w.read(ctx); err != nil {
		return err
	}
	for _, details := range w.details {
		details.reportUnused(part)
	}
	for _, p := range book.Warnings() {
		part.Report(-1, p)
	}
	return in.unchanged(f, before, "close it in other programs and run again")
}

type workbookReader struct {
	in      input
	book    *sheetio.Workbook
	part    *reconcile.Roster
	options Options
	// details are the sheets that hold columns of the rosters.
	details []*details
}

// readDetails reads the detail sheets that the workbook has. A hidden one is only
// reported: a person who opens the workbook would not see what is written.
func (w *workbookReader) readDetails() error {
	for _, s := range w.book.Sheets() {
		detail := w.detail(s)
		if detail == nil {
			w.warnHidden(s)
			continue
		}
		table, err := w.book.Table(s.Name)
		if err != nil {
			return err
		}
		details, err := readDetails(table, *detail, w.part, w.in.path, s.Name, w.options.budget)
		table.Close()
		if err != nil {
			return err
		}
		w.details = append(w.details, details)
	}
	return nil
}

// warnHidden warns that a sheet with a column of the rosters is left out because it is hidden.
func (w *workbookReader) warnHidden(s cellio.Sheet) {
	shown := s
	shown.Visible = true
	detail := w.detail(shown)
	if s.Visible || detail == nil {
		return
	}
	w.part.Report(-1, reconcile.Problem{
		Source: reconcile.Source{File: w.in.path, Sheet: s.Name},
		Column: detail.Column, Kind: cellio.KindSheet, Severity: reconcile.SeverityWarning,
		Message: "the sheet would hold " + detail.Column + ", is hidden, and is not read",
		Remedy:  "unhide it if it belongs to the roster; otherwise rename or delete it",
	})
}

// detail says which detail sheet a sheet is, nil for any other.
func (w *workbookReader) detail(s cellio.Sheet) *reconcile.Detail {
	all := w.options.Schema.Details
	i := slices.IndexFunc(all, func(d reconcile.Detail) bool { return s.Visible && strings.EqualFold(d.Sheet, s.Name) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func (w *workbookReader) read(ctx context.Context) error {
	pattern := w.in.sheet
	if pattern == "" {
		pattern = w.options.Sheet
	}
	if pattern == "" {
		return w.readDefault(ctx)
	}
	sheets, err := w.book.Find(pattern)
	if err != nil {
		return err
	}
	if len(sheets) > 1 {
		return w.readPattern(ctx, pattern, sheets)
	}
	only, err := w.open(sheets[0])
	if err != nil {
		return err
	}
	return w.decode(ctx, only)
}

// readPattern reads the sheets of a pattern: those that a person sees, and that
// have something in them.
func (w *workbookReader) readPattern(ctx context.Context, pattern string, sheets []cellio.Sheet) error {
	read := 0
	others := w.hidden(sheets, showSheets)
	for found, err := range w.filled(sheets) {
		if err != nil {
			return err
		}
		if read == 0 {
			w.options.others = others
		}
		if err := w.decode(ctx, found); err != nil {
			return err
		}
		read++
	}
	if read == 0 {
		return w.in.fault(
			cellio.KindEmptyFile, "no visible sheet that "+pattern+" matches has any content",
			"there are "+sheetList(w.book.Sheets()),
		)
	}
	return nil
}

// mayHoldRows reports whether a sheet is neither a detail sheet nor a list of remarks.
func (w *workbookReader) mayHoldRows(s cellio.Sheet) bool {
	return w.detail(s) == nil && !strings.HasPrefix(s.Name, cellio.NotesSheet)
}

// readDefault reads the first visible sheet that has a known header, and warns of others that have
// one. A single sheet is always read: the problems of its header say more than that it has none.
func (w *workbookReader) readDefault(ctx context.Context) error {
	var known, visible []*opened
	var first *opened
	for found, err := range w.filled(w.book.Sheets()) {
		if err != nil {
			return err
		}
		if visible = append(visible, found); len(visible) == 1 || len(known) == 0 && found.header.likelier(first.header) {
			first = found
			defer found.table.Close()
		} else {
			found.table.Close()
		}
		if found.header.Known {
			known = append(known, found)
		}
	}
	switch {
	case len(visible) == 0:
		return w.in.fault(
			cellio.KindEmptyFile, "no visible sheet has any content",
			"name the sheet with FILE#SHEET; there are "+sheetList(w.book.Sheets()),
		)
	case len(known) == 0 && len(visible) > 1 && !first.header.suggested():
		return w.in.fault(
			cellio.KindSheet, "no visible sheet has a header with a known column",
			"name the sheet with FILE#SHEET; there are "+sheetList(w.book.Sheets()),
		)
	case len(known) > 0:
		for _, found := range visible {
			if found != first {
				w.options.others = append(w.options.others, otherSheet{found.sheet, found.header, nameSheets})
			}
		}
		w.options.others = append(w.options.others, w.hidden(w.book.Sheets(), nameSheets)...)
	}
	return w.decode(ctx, first)
}

// opened is a sheet that is read up to its header.
type opened struct {
	sheet  cellio.Sheet
	table  sheetio.Table
	header *Header
}

func (w *workbookReader) open(s cellio.Sheet) (*opened, error) {
	table, err := w.book.Table(s.Name)
	if err != nil {
		return nil, err
	}
	header, err := Bind(
		table, w.options.Schema,
		BindOptions{
			File: w.in.path, Sheet: s.Name, Columns: w.options.Columns, FillDown: w.options.FillDown, Types: w.options.Types,
		},
	)
	if err != nil {
		table.Close()
		return nil, err
	}
	table.KnowMerges(header.Line, header.filled())
	return &opened{s, table, header}, nil
}

// filled opens, one after the other, the visible sheets that may hold rows and are
// not empty; an error ends the sequence.
func (w *workbookReader) filled(sheets []cellio.Sheet) iter.Seq2[*opened, error] {
	return func(yield func(*opened, error) bool) {
		for _, s := range sheets {
			if !s.Visible || !w.mayHoldRows(s) {
				continue
			}
			found, err := w.openFilled(s)
			if (found != nil || err != nil) && !yield(found, err) || err != nil {
				return
			}
		}
	}
}

// openFilled is open; nil for a sheet without content.
func (w *workbookReader) openFilled(s cellio.Sheet) (*opened, error) {
	found, err := w.open(s)
	if e, ok := errors.AsType[*cellio.InputError](err); ok && e.Kind == cellio.KindEmptyFile {
		return nil, nil
	}
	return found, err
}

// decode reads the rows of a sheet, and closes it.
func (w *workbookReader) decode(ctx context.Context, of *opened) error {
	defer of.table.Close()
	file := &w.part.Files[0]
	file.Sheets = append(file.Sheets, of.sheet.Name)
	options := w.options
	options.details, w.options.others = w.details, nil
	first := w.part.Rows.Len()
	if err := Decode(ctx, of.header, w.part, options); err != nil {
		return err
	}
	w.refuseCovered(of, first)
	return nil
}
