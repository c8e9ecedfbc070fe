package xlsxio

import (
	"bytes"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// metaParts names the parts with the list of sheets and the styles; styles may be
// empty.
type metaParts struct{ workbook, styles string }

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct{ name, id, state string }

// loadMeta reads sheets, visibility, date system and styles. sheetParts are the
// parts of the worksheets by relation id; other relations have an empty part.
func (w *Workbook) loadMeta(parts metaParts, sheetParts map[string]string) error {
	data, err := w.zip.WellFormed(parts.workbook)
	if err != nil {
		return err
	}
	sheets, date1904, err := readWorkbook(data)
	if err != nil {
		return w.zip.PartFault(parts.workbook, err)
	}
	if err := w.addSheets(sheets, sheetParts); err != nil {
		return err
	}
	w.styles = &styleBook{styles: []numberStyle{{}}, date1904: date1904}
	if parts.styles == "" {
		return nil // every cell has the general style
	}
	if data, err = w.zip.WellFormed(parts.styles); err != nil {
		return err
	}
	styles, err := readStyles(data)
	if err != nil {
		return w.zip.PartFault(parts.styles, err)
	}
	if len(styles) > 0 {
		strike(styles, data)
		w.styles.styles = styles
	}
	return nil
}

// addSheets finds the parts of the sheets that the workbook lists.
func (w *Workbook) addSheets(sheets []sheetEntry, sheetParts map[string]string) error {
	seen := map[string]bool{}
	for _, s := range sheets {
		if s.id == "" {
			// Excel lists old module sheets like that: without a part or rows.
			w.partless = append(w.partless, s.name)
			continue
		}
		part, known := sheetParts[s.id]
		if !known {
			return w.zip.Fault(cellio.KindDamaged, "the workbook lists a sheet that is missing", officeio.RemedyExport)
		}
		if part == "" { // a chart sheet
			continue
		}
		fold := strings.ToLower(s.name)
		if s.name == "" || seen[fold] {
			return w.zip.Fault(
				cellio.KindDamaged,
				"the workbook has two sheets of the same name, or one without a name", officeio.RemedySave,
			)
		}
		seen[fold] = true
		visible := s.state == "" || s.state == "visible"
		w.sheets, w.parts[s.name] = append(w.sheets, cellio.Sheet{Name: s.name, Visible: visible}), part
	}
	if len(w.sheets) == 0 {
		return w.zip.Fault(cellio.KindSheet, "the workbook has no worksheet", "check that it is the right file")
	}
	return nil
}

// metaReader reads the small parts that say what a workbook consists of.
type metaReader struct {
	textReader
	// ignorable are the prefixes of elements that a reader may skip.
	ignorable []string
}

const (
	errAlternatives = officeio.SyntaxError("offers alternatives that only another program can choose from")
	errHidden       = officeio.SyntaxError("holds misplaced content among its alternatives")
	errBadFormat    = officeio.SyntaxError("has a number format with an invalid number")
)

func newMetaReader(data []byte, root string) (*metaReader, error) {
	r := &metaReader{textReader: textReader{xml: officeio.ScanBytes(data)}}
	if err := r.root(root); err != nil {
		return nil, err
	}
	for i := range r.xml.Attrs {
		if a := &r.xml.Attrs[i]; local(a.Name) == "Ignorable" {
			r.ignorable = strings.Fields(string(a.Value))
		}
	}
	return r, nil
}

// local is a qualified name without its prefix.
func local(name []byte) string {
	return string(name[bytes.IndexByte(name, ':')+1:])
}

// members calls visit for each child of the root that has one of the names, which may occur
// once, and skips the others.
func (r *metaReader) members(names []string, visit func(name string) error) error {
	seen := map[string]bool{}
	err := r.each(func() error {
		name := string(r.xml.Local)
		switch {
		case !r.xml.Main || r.xml.Rebinds || !slices.Contains(names, name):
			return r.skipUnknown(names)
		case seen[name]:
			return errTwice
		}
		seen[name] = true
		return visit(name)
	})
	if err != nil {
		return err
	}
	return r.xml.Drain()
}

// skipUnknown skips an element, and refuses one of the names in it: one program
// would read it and another would not.
func (r *metaReader) skipUnknown(names []string) error {
	choice := string(r.xml.Local) == "AlternateContent"
	for depth := r.xml.Depth(); ; {
		tok, err := r.xml.Next()
		if err != nil {
			return err
		}
		if tok == officeio.Start && choice && slices.Contains(names, string(r.xml.Local)) {
			return errHidden
		}
		if r.xml.Depth() < depth {
			return nil
		}
	}
}

// list reads the children of an element. Where it offers alternatives (markup compatibility,
// ECMA-376 part 3), they must all give the same: each position in the list counts, and programs
// choose different alternatives.
func list[T comparable](r *metaReader, name string, item func() (T, error)) ([]T, error) {
	var all []T
	err := r.each(func() error {
		switch {
		case r.is(name):
			one, err := item()
			all = append(all, one)
			return err
		case !r.xml.Main && string(r.xml.Local) == "AlternateContent":
			agreed, err := alternatives(r, name, item)
			all = append(all, agreed...)
			return err
		case r.is("extLst"), r.mayIgnore():
			return r.xml.Skip()
		}
		return errUnknownElement
	})
	return all, err
}

// alternatives is the content that all alternatives of an element share.
func alternatives[T comparable](r *metaReader, name string, item func() (T, error)) ([]T, error) {
	var first []T
	n, fallback := 0, false
	err := r.each(func() error {
		if r.xml.Main || string(r.xml.Local) != "Choice" && string(r.xml.Local) != "Fallback" {
			return errUnknownElement
		}
		fallback = fallback || string(r.xml.Local) == "Fallback"
		found, err := list(r, name, item)
		if err != nil {
			return err
		}
		if n++; n == 1 {
			first = found
		} else if !slices.Equal(first, found) {
			return errAlternatives
		}
		return nil
	})
	// Without a fallback, a program may read nothing here.
	if err == nil && (n == 0 || !fallback && len(first) > 0) {
		err = errAlternatives
	}
	return first, err
}

// mayIgnore reports whether the current element is of a namespace that the part
// declares to be ignorable.
func (r *metaReader) mayIgnore() bool {
	prefix, _, found := bytes.Cut(r.xml.Name, []byte(":"))
	return found && slices.Contains(r.ignorable, string(prefix))
}

// attrs calls visit with the attributes of the current element, by their names
// without prefix, and skips what the element holds.
func (r *metaReader) attrs(visit func(a *officeio.Attr, text string)) error {
	for i := range r.xml.Attrs {
		text, err := r.xml.AttrText(&r.xml.Attrs[i])
		if err != nil {
			return err
		}
		visit(&r.xml.Attrs[i], text)
	}
	return r.xml.Skip()
}

// readWorkbook reads the main part: its sheets, and whether its days are counted
// from 1904.
func readWorkbook(data []byte) (sheets []sheetEntry, date1904 bool, err error) {
	r, err := newMetaReader(data, "workbook")
	if err != nil {
		return nil, false, err
	}
	err = r.members([]string{"workbookPr", "sheets"}, func(name string) error {
		if name == "workbookPr" {
			return r.attrs(func(a *officeio.Attr, text string) {
				date1904 = date1904 || string(a.Name) == "date1904" && officeio.Flag(text)
			})
		}
		var err error
		sheets, err = list(r, "sheet", r.sheet)
		return err
	})
	return sheets, date1904, err
}

// sheet reads an entry of the list of sheets.
func (r *metaReader) sheet() (sheetEntry, error) {
	var s sheetEntry
	err := r.attrs(func(a *officeio.Attr, text string) {
		switch {
		case string(a.Name) == "name":
			s.name = text
		case string(a.Name) == "state":
			s.state = text
		case local(a.Name) == "id" && bytes.IndexByte(a.Name, ':') > 0:
			s.id = text
		}
	})
	return s, err
}
