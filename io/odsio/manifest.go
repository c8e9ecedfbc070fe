package odsio

import (
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile"
)

// mediaType begins the types of all OpenDocument documents.
const mediaType = "application/vnd.oasis.opendocument."

// manifest lists the parts of a package.
type manifest struct {
	Entries []struct {
		Path      string    `xml:"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 full-path,attr"`
		Type      string    `xml:"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 media-type,attr"`
		Encrypted *struct{} `xml:"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 encryption-data"`
	} `xml:"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 file-entry"`
}

// Is reports whether a package is an OpenDocument document, of whatever kind: by what it
// declares itself to be, or by its list of parts.
func Is(zip *officeio.Package) bool {
	return zip.Has(manifestPart) && !zip.Has(officeio.TypesPart) || strings.HasPrefix(declared(zip), mediaType)
}

// declared is the type that the package declares itself to be, empty for none.
func declared(zip *officeio.Package) string {
	if !zip.Has(mimePart) {
		return ""
	}
	text, err := zip.Read(mimePart, 1<<10)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// refuseKind refuses documents of other kinds.
func (w *Workbook) refuseKind() error {
	kind := declared(w.zip)
	if kind == "" {
		list, err := w.manifest()
		if err != nil {
			return err
		}
		for _, e := range list.Entries {
			if e.Path == "/" {
				kind = e.Type
			}
		}
	}
	of, isDocument := strings.CutPrefix(kind, mediaType)
	switch {
	case of == "spreadsheet" || of == "spreadsheet-template":
		return nil
	case isDocument:
		return w.zip.Fault(
			cellio.KindFileType, "is an OpenDocument file, but not a spreadsheet", "save the roster as .ods or .xlsx",
		)
	}
	return officeio.NotWorkbook(w.file)
}

// refusePassword refuses documents whose parts are encrypted.
func (w *Workbook) refusePassword() error {
	if !w.zip.Has(manifestPart) {
		return nil
	}
	list, err := w.manifest()
	if err != nil {
		return err
	}
	for _, e := range list.Entries {
		if e.Encrypted != nil {
			return w.zip.Fault(
				cellio.KindPassword, "the workbook is protected by a password",
				"save it again without the password (File, Save As in the spreadsheet program)",
			)
		}
	}
	return nil
}

func (w *Workbook) manifest() (manifest, error) {
	var list manifest
	err := w.zip.Decode(manifestPart, &list)
	return list, err
}

// warnMacros says that the workbook carries macros.
func (w *Workbook) warnMacros() {
	for _, e := range w.zip.Entries {
		folder, rest, _ := strings.Cut(e.Name, "/")
		if rest != "" && (folder == "Basic" || folder == "Scripts") {
			w.general = append(w.general, reconcile.Problem{
				Source: reconcile.Source{File: w.file}, Kind: officeio.KindMacros, Severity: reconcile.SeverityWarning,
				Message: "the workbook carries macros, which are not run", Remedy: "remove them if they are not needed",
			})
			return
		}
	}
}
