package xlsxio

import (
	"fmt"
	"io"
	"path"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/ooxml"
	"keyroster/reconcile"
)

// defaultBytes is the default of [Options.MaxBytes].
const defaultBytes = 1 << 30

// Options bound the reading of a workbook. The zero value is the default.
type Options struct {
	// MaxBytes bounds the inflated bytes of all parts that are read
	// together; 0 means 1 GiB. The most is 1 TiB.
	MaxBytes int64
}

// Sheet is one worksheet of a workbook.
type Sheet struct {
	Name string
	// Visible is false for sheets that are hidden in any way.
	Visible bool

	part string
}

// Workbook is an open workbook. It is not safe for concurrent use.
type Workbook struct {
	file   string
	closer io.Closer
	zip    *ooxml.Package
	sheets []Sheet
	// partless are the names of listed sheets that have no part, and no rows.
	partless []string
	styles   *styleBook
	// textsPart is the part with the shared strings, empty when there is
	// none; texts are they, once a table was opened.
	textsPart string
	texts     *sharedTexts
	general   []reconcile.Problem
	// found has the warnings of each sheet that was read to its end.
	found map[string][]reconcile.Problem
}

// Open opens a workbook file. The error is a [*cellio.InputError] that says
// what the file is and what to do, for all that is not a readable workbook.
func Open(path string, opts Options) (*Workbook, error) {
	f, size, err := openFile(path)
	if err != nil {
		return nil, err
	}
	w, err := OpenReader(f, size, path, opts)
	if err != nil {
		f.Close()
		return nil, err
	}
	w.closer = f
	return w, nil
}

// OpenReader opens a workbook of the given size; name is how errors call it.
// src must stay readable and unchanged until the workbook is closed.
func OpenReader(src io.ReaderAt, size int64, name string, opts Options) (*Workbook, error) {
	if opts.MaxBytes <= 0 {
		opts.MaxBytes = defaultBytes
	}
	opts.MaxBytes = min(opts.MaxBytes, ooxml.MaxBytes)
	if err := sniff(name, src, size); err != nil {
		return nil, err
	}
	c, err := ooxml.Open(name, src, size, opts.MaxBytes)
	if err != nil {
		return nil, err
	}
	w := &Workbook{file: name, zip: c, found: map[string][]reconcile.Problem{}}
	if err := w.load(); err != nil {
		return nil, err
	}
	return w, nil
}

// Sheets are the worksheets in the workbook's order, without chart sheets.
func (w *Workbook) Sheets() []Sheet { return append([]Sheet(nil), w.sheets...) }

// Find returns the sheets that a person means: the one of that name, no matter
// the case, else those whose names match the pattern (as in [path.Match]). No
// such sheet is a [*cellio.InputError] that lists those there are.
func (w *Workbook) Find(pattern string) ([]Sheet, error) {
	var found []Sheet
	for _, s := range w.sheets {
		if s.Name == pattern {
			return []Sheet{s}, nil
		}
		if strings.EqualFold(s.Name, pattern) {
			found = append(found, s)
		}
	}
	if len(found) == 1 {
		return found, nil
	}
	found = nil
	for _, s := range w.sheets {
		if ok, err := path.Match(pattern, s.Name); err == nil && ok {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil, w.noSheet(pattern)
	}
	return found, nil
}

func (w *Workbook) noSheet(name string) error {
	for _, partless := range w.partless {
		if strings.EqualFold(partless, name) {
			return w.zip.Fault(
				cellio.KindSheet,
				fmt.Sprintf("the sheet %q has no part in the file, and no rows", partless),
				"name another sheet, or enter the rows in a new one",
			)
		}
	}
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		names[i] = fmt.Sprintf("%q", s.Name)
	}
	return w.zip.Fault(
		cellio.KindSheet, fmt.Sprintf("the workbook has no sheet %q", name),
		"it has "+strings.Join(names, ", "),
	)
}

// Table starts reading the sheet of exactly that name. The shared strings are
// read, and proved whole, on the first call. A table may be closed early, and
// a sheet may be read several times.
func (w *Workbook) Table(name string) (*Table, error) {
	for _, s := range w.sheets {
		if s.Name != name {
			continue
		}
		if err := w.loadTexts(); err != nil {
			return nil, err
		}
		src, err := w.zip.Open(s.part)
		if err != nil {
			return nil, err
		}
		return newTable(w, s, src), nil
	}
	return nil, w.noSheet(name)
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
// cells among the rows. Hidden rows are told by [cellio.Line], line by line.
func (w *Workbook) Warnings() []reconcile.Problem {
	all := append([]reconcile.Problem(nil), w.general...)
	for _, s := range w.sheets {
		all = append(all, w.found[s.Name]...)
	}
	return all
}

// Close releases the file.
func (w *Workbook) Close() error {
	if w.closer == nil {
		return nil
	}
	return w.closer.Close()
}
