package xlsxio

import (
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile"
)

// load finds the parts of the workbook and reads all except its sheets and texts.
func (w *Workbook) load() error {
	root, err := w.findWorkbook()
	if err != nil {
		return err
	}
	rels, err := w.zip.RelationsOf(root)
	if err != nil {
		return err
	}
	parts := metaParts{workbook: root}
	sheetParts := map[string]string{}
	for _, r := range rels {
		if _, double := sheetParts[r.ID]; double {
			return w.zip.Fault(cellio.KindDamaged, "the workbook has two relations of one id", officeio.RemedySave)
		}
		sheetParts[r.ID] = ""
		switch {
		case r.Is("worksheet"):
			sheetParts[r.ID] = w.zip.Resolve(root, r.Target)
		case r.Is("styles"):
			err = w.only(&parts.styles, w.zip.Resolve(root, r.Target))
		case r.Is("sharedStrings"):
			// A relation to nothing means that there are none: cells that refer to one are refused.
			if texts := w.zip.Resolve(root, r.Target); w.zip.Has(texts) {
				err = w.only(&w.textsPart, texts)
			}
		case r.Is("vbaProject"):
			w.general = append(w.general, reconcile.Problem{
				Source: reconcile.Source{File: w.file}, Kind: officeio.KindMacros, Severity: reconcile.SeverityWarning,
				Message: "the workbook carries macros, which are not run", Remedy: "save it as .xlsx if they are not needed",
			})
		}
		if err != nil {
			return err
		}
	}
	return w.loadMeta(parts, sheetParts)
}

// only sets a part that a workbook may have once.
func (w *Workbook) only(part *string, name string) error {
	if *part != "" && *part != name {
		return w.zip.Fault(cellio.KindDamaged,
			"the workbook names two parts for its styles or its texts", officeio.RemedySave)
	}
	*part = name
	return nil
}

// findWorkbook returns the name of the workbook's main part and refuses other
// kinds of documents by name.
func (w *Workbook) findWorkbook() (string, error) {
	if !w.zip.Has(officeio.TypesPart) {
		return "", officeio.NotWorkbook(w.file)
	}
	content, err := w.zip.ContentTypes()
	if err != nil {
		return "", err
	}
	if !w.zip.Has(officeio.RelationsPart("")) {
		return "", officeio.NotWorkbook(w.file)
	}
	rels, err := w.zip.RelationsOf("")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.Is("officeDocument") {
			root := w.zip.Resolve("", r.Target)
			if !w.zip.Has(root) {
				return "", officeio.NotWorkbook(w.file)
			}
			return root, w.refuseKind(content.Of(root))
		}
	}
	return "", officeio.NotWorkbook(w.file)
}

// refuseKind refuses documents of other kinds by the type of their main part.
func (w *Workbook) refuseKind(kind string) error {
	switch {
	case strings.Contains(kind, "sheet.binary.macroEnabled.main"):
		return w.zip.Fault(cellio.KindFileType, "is a binary workbook (.xlsb)", "save it as .xlsx")
	case strings.Contains(kind, "wordprocessingml.") && strings.Contains(kind, ".main"),
		strings.Contains(kind, "presentationml.") && strings.Contains(kind, ".main"):
		return w.zip.Fault(
			cellio.KindFileType, "is a text document or a presentation, not a workbook",
			"save the roster as .xlsx",
		)
	}
	return nil
}
