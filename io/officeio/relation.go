package officeio

import (
	"bytes"
	"encoding/xml"
	"path"
	"strings"

	"keyroster/io/cellio"
)

// The namespaces of packages and their relations, and of workbooks and theirs:
// transitional and strict.
const (
	PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships"
	Relations        = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	StrictRelations  = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	Main             = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	StrictMain       = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// SmallPart bounds the parts that are held in memory as a whole.
const SmallPart = 16 << 20

// Relation leads from one part to another.
type Relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// Is compares the last word of a relation's type: the part before it differs
// between transitional and strict workbooks. A link out of the package has no kind.
func (r Relation) Is(kind string) bool {
	return strings.HasSuffix(r.Type, "/"+kind) && r.Mode != "External"
}

// RelationsOf reads the relations of a part, or of the package for "". There must be
// some: see [Package.Has] and [RelationsPart].
func (p *Package) RelationsOf(part string) ([]Relation, error) {
	var rels struct {
		List []Relation `xml:"Relationship"`
	}
	err := p.Decode(RelationsPart(part), &rels)
	return rels.List, err
}

// TypesPart is the part with the content types.
const TypesPart = "[Content_Types].xml"

// ContentTypes say of what kind each part is.
type ContentTypes struct {
	Overrides []Override `xml:"Override"`
	Defaults  []Default  `xml:"Default"`
}

// Override is the type of a part.
type Override struct {
	Part string `xml:"PartName,attr"`
	Type string `xml:"ContentType,attr"`
}

// Default is the type of the parts of an extension.
type Default struct {
	Extension string `xml:"Extension,attr"`
	Type      string `xml:"ContentType,attr"`
}

// ContentTypes reads the list of content types.
func (p *Package) ContentTypes() (ContentTypes, error) {
	var types ContentTypes
	err := p.Decode(TypesPart, &types)
	return types, err
}

// Of returns the type of a part, or empty. An override comes before the default
// of the part's extension; a default says nothing about the file if no part has its
// extension, since some writers declare all that they know.
func (c *ContentTypes) Of(part string) string {
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

// Decode reads a small part into a struct, after it was proved well-formed.
func (p *Package) Decode(part string, into any) error {
	data, err := p.WellFormed(part)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return p.Fault(cellio.KindDamaged, "part "+part+" is not in the form that spreadsheet programs write", RemedySave)
	}
	return nil
}

// WellFormed reads a small part and proves it well-formed to its end.
func (p *Package) WellFormed(part string) ([]byte, error) {
	data, err := p.Read(part, SmallPart)
	if err != nil {
		return nil, err
	}
	s := NewScanner(bytes.NewReader(data))
	for {
		switch tok, err := s.Next(); {
		case err != nil:
			return nil, p.PartFault(part, err)
		case tok == EOF:
			return data, nil
		}
	}
}
