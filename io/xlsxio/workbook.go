package xlsxio

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile"
)

// Workbook is an open workbook. It is not safe for concurrent use.
type Workbook struct {
	file   string
	zip    *officeio.Package
	sheets []cellio.Sheet
	// parts are those of the sheets, by name.
	parts map[string]string
	// partless are the names of listed sheets that have no part, and no rows.
	partless []string
	styles   *styleBook
	// textsPart is the part with the shared strings, empty when there is none; texts are set
	// once a table was opened.
	textsPart string
	texts     *sharedTexts
	general   []reconcile.Problem
	// found has the facts of each sheet that was read to its end.
	found map[string]*officeio.Facts
}

// OpenReader opens a workbook of the given size; name is what errors call it. src must stay
// readable and unchanged as long as the workbook is used. For anything but a readable workbook,
// the error is a [*cellio.InputError] that says what the file is and what to do.
func OpenReader(src io.ReaderAt, size int64, name string) (*Workbook, error) {
	zip, err := officeio.Open(name, src, size, officeio.DefaultBytes)
	if err != nil {
		return nil, err
	}
	return Load(name, zip)
}

// Load opens the workbook in a package; name is what errors call it.
func Load(name string, zip *officeio.Package) (*Workbook, error) {
	w := &Workbook{file: name, zip: zip, parts: map[string]string{}, found: map[string]*officeio.Facts{}}
	if err := w.load(); err != nil {
		return nil, err
	}
	return w, nil
}

// Sheets are the worksheets in the workbook's order, without chart sheets.
func (w *Workbook) Sheets() []cellio.Sheet { return slices.Clone(w.sheets) }

// Find returns the sheets that a person means, as [cellio.FindSheets] does. If there is none,
// the error is a [*cellio.InputError] that lists the sheets.
func (w *Workbook) Find(pattern string) ([]cellio.Sheet, error) {
	if found := cellio.FindSheets(w.sheets, pattern); len(found) > 0 {
		return found, nil
	}
	return nil, w.noSheet(pattern)
}

func (w *Workbook) noSheet(name string) error {
	for _, partless := range w.partless {
		if strings.EqualFold(partless, name) {
			return w.zip.Fault(
				cellio.KindSheet,
				fmt.Sprintf("the sheet %q is missing from the file and has no rows", partless),
				"name another sheet, or enter the rows in a new one",
			)
		}
	}
	return w.zip.NoSheet(name, w.sheets)
}

// Table starts reading the sheet of exactly that name. The shared strings are
// read, and proved whole, on the first call. A table may be closed early, and
// a sheet may be read several times.
func (w *Workbook) Table(name string) (*Table, error) {
	part, known := w.parts[name]
	if !known {
		return nil, w.noSheet(name)
	}
	if err := w.loadTexts(); err != nil {
		return nil, err
	}
	src, err := w.zip.Open(part)
	if err != nil {
		return nil, err
	}
	return newTable(w, name, src), nil
}

// loadTexts reads the shared strings once.
func (w *Workbook) loadTexts() error {
	if w.texts != nil {
		return nil
	}
	if w.textsPart == "" {
		w.texts = &sharedTexts{}
		return nil
	}
	src, err := w.zip.Open(w.textsPart)
	if err != nil {
		return err
	}
	defer src.Close()
	src.Bound(max(textFloor, textRatio*src.Packed))
	most := int(max(minTexts, w.zip.Size()))
	texts, err := readSharedTexts(src, most)
	if err != nil {
		return w.zip.PartFault(w.textsPart, err)
	}
	w.texts = texts
	src.Keep()
	return nil
}

// Warnings are facts about the workbook and about every sheet that was read to
// its end, in the workbook's order: macros, hidden columns with content, merged
// cells among the rows. Hidden rows are reported by [cellio.Line], line by line.
func (w *Workbook) Warnings() []reconcile.Problem {
	all := append([]reconcile.Problem(nil), w.general...)
	for _, s := range w.sheets {
		if facts := w.found[s.Name]; facts != nil {
			all = append(all, facts.Warnings(w.file, s.Name)...)
		}
	}
	return all
}
