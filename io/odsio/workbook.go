package odsio

import (
	"errors"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile"
)

// The parts of a document.
const (
	mimePart     = "mimetype"
	manifestPart = "META-INF/manifest.xml"
	contentPart  = "content.xml"
	stylesPart   = "styles.xml"
)

// Workbook is an open spreadsheet. It is not safe for concurrent use.
type Workbook struct {
	file    string
	zip     *officeio.Package
	sheets  []*sheet
	general []reconcile.Problem
	// found has the facts of each sheet that was read to its end.
	found map[string]*officeio.Facts
}

// Load reads all sheets of the spreadsheet in a package; name is what errors call it. For
// anything but a readable spreadsheet, the error is a [*cellio.InputError] that says what
// the file is and what to do.
func Load(name string, zip *officeio.Package) (*Workbook, error) {
	w := &Workbook{file: name, zip: zip, found: map[string]*officeio.Facts{}}
	if err := w.refuseKind(); err != nil {
		return nil, err
	}
	if err := w.refusePassword(); err != nil {
		return nil, err
	}
	styles, err := w.readStyles()
	if err != nil {
		return nil, err
	}
	if err := w.readContent(styles); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, s := range w.sheets {
		fold := strings.ToLower(s.name)
		if s.name == "" || seen[fold] {
			return nil, zip.Fault(
				cellio.KindDamaged, "the workbook has two sheets of the same name, or one without a name", officeio.RemedySave,
			)
		}
		seen[fold] = true
	}
	if len(w.sheets) == 0 {
		return nil, zip.Fault(cellio.KindSheet, "the workbook has no sheet", "check that it is the right file")
	}
	w.warnMacros()
	return w, nil
}

// readStyles reads the common styles, which have a part of their own.
func (w *Workbook) readStyles() (*styleBook, error) {
	styles := newStyleBook()
	if !w.zip.Has(stylesPart) {
		return styles, nil
	}
	data, err := w.zip.WellFormed(stylesPart)
	if err != nil {
		return nil, err
	}
	r := newReader(officeio.ScanBytes(data))
	if _, err = r.next(); err == nil && !r.is(office, "document-styles") {
		err = errRoot
	}
	if err == nil {
		err = r.each(func() error {
			if r.is(office, "styles") || r.is(office, "automatic-styles") {
				return styles.common.add(r)
			}
			return r.skip()
		})
	}
	if err != nil {
		return nil, w.fault(stylesPart, err)
	}
	return styles, nil
}

// readContent reads the sheets.
func (w *Workbook) readContent(styles *styleBook) error {
	part, err := w.zip.Open(contentPart)
	if err != nil {
		return err
	}
	defer part.Close()
	s, err := readContent(part, styles, max(keptFloor, keptRatio*part.Packed))
	if err != nil {
		fault := w.fault(contentPart, err)
		if syntax, ok := errors.AsType[officeio.SyntaxError](err); ok && s.sheet != nil {
			fault.Message = "the sheet " + syntax.Error()
			s.place(fault, syntax.Error())
		}
		return fault
	}
	part.Keep()
	w.sheets = s.sheets
	return nil
}

// fault turns an error from reading a part into one that says what to do.
func (w *Workbook) fault(part string, err error) *cellio.InputError {
	if fault, ok := errors.AsType[*sheetFault](err); ok {
		return w.zip.Fault(fault.kind, "part "+part+" "+fault.message, fault.remedy)
	}
	return w.zip.PartFault(part, err)
}

// Sheets are the sheets in the workbook's order.
func (w *Workbook) Sheets() []cellio.Sheet {
	all := make([]cellio.Sheet, len(w.sheets))
	for i, s := range w.sheets {
		all[i] = cellio.Sheet{Name: s.name, Visible: s.visible}
	}
	return all
}

// Find returns the sheets that a person means, as [cellio.FindSheets] does. If there is
// none, the error is a [*cellio.InputError] that lists the sheets.
func (w *Workbook) Find(pattern string) ([]cellio.Sheet, error) {
	if found := cellio.FindSheets(w.Sheets(), pattern); len(found) > 0 {
		return found, nil
	}
	return nil, w.zip.NoSheet(pattern, w.Sheets())
}

// Table starts reading the sheet of exactly that name. A table may be closed early, and a
// sheet may be read several times.
func (w *Workbook) Table(name string) (*Table, error) {
	at := slices.IndexFunc(w.sheets, func(s *sheet) bool { return s.name == name })
	if at < 0 {
		return nil, w.zip.NoSheet(name, w.Sheets())
	}
	return newTable(w, w.sheets[at]), nil
}

// Warnings are facts about the workbook and about every sheet that was read to its end, in
// the workbook's order: macros, hidden columns with content, merged cells among the rows.
// Hidden rows are reported by [cellio.Line], line by line.
func (w *Workbook) Warnings() []reconcile.Problem {
	all := slices.Clone(w.general)
	for _, s := range w.sheets {
		if facts := w.found[s.name]; facts != nil {
			all = append(all, facts.Warnings(w.file, s.name)...)
		}
	}
	return all
}
