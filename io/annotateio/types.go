package annotateio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/io/officeio"
)

// Content types of the parts that are made here.
const (
	typeComments  = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeStyles    = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeWorksheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeDrawing   = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	typeRelations = "application/vnd.openxmlformats-package.relationships+xml"
)

// types is the list of the parts' content types, and what the copy adds to it.
type types struct {
	known, added officeio.ContentTypes
}

func (c *container) types() (*types, error) {
	known, err := c.original.ContentTypes()
	return &types{known: known}, err
}

// add records the type of a new part.
func (t *types) add(part, kind string) {
	t.added.Overrides = append(t.added.Overrides, officeio.Override{Part: part, Type: kind})
}

// extension records the type of all parts with an extension, unless it has one.
func (t *types) extension(name, kind string) {
	for _, d := range slices.Concat(t.known.Defaults, t.added.Defaults) {
		if strings.EqualFold(d.Extension, name) {
			return
		}
	}
	t.added.Defaults = append(t.added.Defaults, officeio.Default{Extension: name, Type: kind})
}

func (t *types) save(c *container) error {
	if len(t.added.Overrides)+len(t.added.Defaults) == 0 {
		return nil
	}
	doc, err := c.document(officeio.TypesPart, 2)
	if err != nil {
		return err
	}
	prefix := doc.root.prefixColon()
	for _, d := range t.added.Defaults {
		text := fmt.Sprintf(`<%sDefault Extension="%s" ContentType="%s"/>`, prefix, d.Extension, d.Type)
		if len(doc.root.children) > 0 {
			doc.insert(doc.root.children[0].from, text)
		} else {
			doc.add(doc.root, text)
		}
	}
	for _, o := range t.added.Overrides {
		doc.add(doc.root, fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, o.Part, o.Type))
	}
	return c.put(officeio.TypesPart, doc.bytes())
}
