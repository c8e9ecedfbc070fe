package annotateio

import (
	"fmt"
	"strings"
)

const typesPart = "[Content_Types].xml"

// Content types of the parts that are made here.
const (
	typeComments  = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeStyles    = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeWorksheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeDrawing   = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	typeRelations = "application/vnd.openxmlformats-package.relationships+xml"
)

// types is the list of the parts' content types.
type types struct {
	doc     *document
	changed bool
}

func (c *container) types() (*types, error) {
	doc, err := c.document(typesPart, 2)
	if err != nil {
		return nil, err
	}
	return &types{doc: doc}, nil
}

// add says the type of a new part.
func (t *types) add(part, kind string) {
	t.changed = true
	t.doc.add(t.doc.root, fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, t.doc.root.tagged(), part, kind))
}

// extension says the type of all parts of an extension, if nothing does yet.
func (t *types) extension(name, kind string) {
	for _, d := range t.doc.root.all("Default") {
		if strings.EqualFold(d.attr("Extension"), name) {
			return
		}
	}
	t.changed = true
	p := t.doc.root.tagged()
	text := fmt.Sprintf(`<%sDefault Extension="%s" ContentType="%s"/>`, p, name, kind)
	if len(t.doc.root.children) > 0 {
		t.doc.insert(t.doc.root.children[0].from, text)
		return
	}
	t.doc.add(t.doc.root, text)
}

func (t *types) save(c *container) error {
	if !t.changed {
		return nil
	}
	return c.put(typesPart, t.doc.bytes())
}
