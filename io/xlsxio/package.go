package xlsxio

import (
	"bytes"
	"encoding/xml"
	"net/url"
	"path"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// contentTypes is [Content_Types].xml.
type contentTypes struct {
	Overrides []struct {
		Part string `xml:"PartName,attr"`
		Type string `xml:"ContentType,attr"`
	} `xml:"Override"`
	Defaults []struct {
		Extension string `xml:"Extension,attr"`
		Type      string `xml:"ContentType,attr"`
	} `xml:"Default"`
}

// of returns the type of a part, or empty. An override comes before the default
// of the part's extension; a default says nothing about the file where no part
// has its extension, and some writers declare all that they know.
func (c *contentTypes) of(part string) string {
	for _, o := range c.Overrides {
		if strings.EqualFold(strings.TrimPrefix(o.Part, "/"), part) {
			return o.Type
		}
	}
	for _, d := range c.Defaults {
		if strings.EqualFold("."+d.Extension, path.Ext(part)) {
			return d.Type
		}
	}
	return ""
}

// relations is a .rels part.
type relations struct {
	List []relation `xml:"Relationship"`
}

type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// is compares the last word of a relation's type: the part before it differs
// between transitional and strict workbooks.
func (r relation) is(kind string) bool {
	return strings.HasSuffix(r.Type, "/"+kind) && r.Mode != "External"
}

// load finds the parts of the workbook and reads all but its sheets and texts.
func (w *Workbook) load() error {
	root, err := w.findWorkbook()
	if err != nil {
		return err
	}
	rels, err := w.relationsOf(root)
	if err != nil {
		return err
	}
	parts := metaParts{workbook: root}
	sheetParts := map[string]string{}
	for _, r := range rels.List {
		if _, double := sheetParts[r.ID]; double {
			return fault(w.file, cellio.KindDamaged, "the workbook has two relations of one id", remedySave)
		}
		sheetParts[r.ID] = ""
		switch {
		case r.is("worksheet"):
			sheetParts[r.ID] = w.resolve(root, r.Target)
		case r.is("styles"):
			err = w.only(&parts.styles, w.resolve(root, r.Target))
		case r.is("sharedStrings"):
			// A relation to nothing says that there are none: cells that refer to
			// one are refused.
			if texts := w.resolve(root, r.Target); w.zip.has(texts) {
				err = w.only(&w.textsPart, texts)
			}
		case r.is("vbaProject"):
			w.general = append(w.general, reconcile.Problem{
				Source: reconcile.Source{File: w.file}, Kind: KindMacros, Severity: reconcile.SeverityWarning,
				Message: "the workbook carries macros, which are not run", Remedy: "save it as .xlsx if they are not needed",
			})
		}
		if err != nil {
			return err
		}
	}
	return w.loadMeta(parts, sheetParts)
}

// only sets a part that a workbook has once.
func (w *Workbook) only(part *string, name string) error {
	if *part != "" && *part != name {
		return fault(w.file, cellio.KindDamaged, "the workbook names two parts for its styles or its texts", remedySave)
	}
	*part = name
	return nil
}

// findWorkbook returns the name of the workbook's main part and refuses other
// kinds of documents by name.
func (w *Workbook) findWorkbook() (string, error) {
	const types = "[Content_Types].xml"
	if w.zip.has("mimetype") {
		if mime, err := w.zip.small("mimetype"); err == nil && strings.Contains(string(mime), "opendocument") {
			return "", fault(w.file, cellio.KindFileType, "is an OpenDocument file (.ods)", "save it as .xlsx")
		}
	}
	if !w.zip.has(types) {
		return "", notWorkbook(w.file)
	}
	var content contentTypes
	if err := w.decode(types, &content); err != nil {
		return "", err
	}
	if !w.zip.has("_rels/.rels") {
		return "", notWorkbook(w.file)
	}
	rels, err := w.relationsOf("")
	if err != nil {
		return "", err
	}
	for _, r := range rels.List {
		if r.is("officeDocument") {
			root := w.resolve("", r.Target)
			if !w.zip.has(root) {
				return "", notWorkbook(w.file)
			}
			return root, w.refuseKind(content.of(root))
		}
	}
	return "", notWorkbook(w.file)
}

// refuseKind refuses documents of other kinds by the type of their main part.
func (w *Workbook) refuseKind(kind string) error {
	switch {
	case strings.Contains(kind, "sheet.binary.macroEnabled.main"):
		return fault(w.file, cellio.KindFileType, "is a binary workbook (.xlsb)", "save it as .xlsx")
	case strings.Contains(kind, "wordprocessingml.") && strings.Contains(kind, ".main"),
		strings.Contains(kind, "presentationml.") && strings.Contains(kind, ".main"):
		return fault(
			w.file, cellio.KindFileType, "is a text document or a presentation, not a workbook",
			"save the roster as .xlsx",
		)
	}
	return nil
}

// relationsOf reads the relations of a part, or of the package for "".
func (w *Workbook) relationsOf(part string) (relations, error) {
	var rels relations
	err := w.decode(RelationsPart(part), &rels)
	return rels, err
}

// resolve returns the part that a relation of another part leads to.
func (w *Workbook) resolve(from, target string) string {
	return ResolvePart(from, target, w.zip.has)
}

// RelationsPart is the name of the part with the relations of a part, or of the
// package for "".
func RelationsPart(part string) string {
	folder, base := path.Split(part)
	return folder + "_rels/" + base + ".rels"
}

// ResolvePart is the name of the part that a relation of a part leads to; has
// reports whether there is a part of a name. Targets are relative to that part's
// folder, or absolute; some writers escape them.
func ResolvePart(from, target string, has func(name string) bool) string {
	target = strings.ReplaceAll(target, `\`, "/")
	join := func(target string) string {
		if strings.HasPrefix(target, "/") {
			return strings.TrimPrefix(path.Clean(target), "/")
		}
		return path.Join(path.Dir(from), target)
	}
	name := join(target)
	if !has(name) {
		if plain, err := url.PathUnescape(target); err == nil {
			return join(plain)
		}
	}
	return name
}

// decode reads a small part into a struct, after it was proved well-formed.
func (w *Workbook) decode(part string, into any) error {
	data, err := w.wellFormed(part)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return fault(w.file, cellio.KindDamaged, "part "+part+" is not as spreadsheet programs write it", remedySave)
	}
	return nil
}

// wellFormed reads a small part and proves it well-formed to its end.
func (w *Workbook) wellFormed(part string) ([]byte, error) {
	data, err := w.zip.small(part)
	if err != nil {
		return nil, err
	}
	l := newLexer(bytes.NewReader(data))
	for {
		switch tok, err := l.next(); {
		case err != nil:
			return nil, partFault(w.file, part, err)
		case tok == tokEOF:
			return data, nil
		}
	}
}
