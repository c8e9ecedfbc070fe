package annotateio

import (
	"fmt"
	"path"
	"strings"

	"keyroster/io/xlsxio"
)

// The namespaces of relations, in packages, and in transitional and strict
// workbooks.
const (
	nsPackage      = "http://schemas.openxmlformats.org/package/2006/relationships"
	nsTransitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsStrict       = "http://purl.oclc.org/ooxml/officeDocument/relationships"

	nsMain       = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsMainStrict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// relations are the relations of one part.
type relations struct {
	of   string
	doc  *document
	all  []relation
	used map[string]bool
	// fresh: there was no such part.
	fresh, changed bool
}

type relation struct{ id, kind, target string }

// relations reads the relations of a part, none when it has none.
func (c *container) relations(of string) (*relations, error) {
	r := &relations{of: of, used: map[string]bool{}}
	name := xlsxio.RelationsPart(of)
	if !c.has(name) {
		r.fresh = true
		var err error
		r.doc, err = parseDocument([]byte(declaration+`<Relationships xmlns="`+nsPackage+`"></Relationships>`), 2)
		return r, err
	}
	var err error
	if r.doc, err = c.document(name, 2); err != nil {
		return nil, err
	}
	for _, n := range r.doc.root.all("Relationship") {
		r.used[n.attr("Id")] = true
		if n.attr("TargetMode") == "External" {
			continue
		}
		kind := n.attr("Type")
		r.all = append(
			r.all,
			relation{
				n.attr("Id"),
				kind[strings.LastIndexByte(kind, '/')+1:],
				xlsxio.ResolvePart(of, n.attr("Target"), c.has),
			},
		)
	}
	return r, nil
}

// first is the part that the first relation of a kind leads to, empty for none.
func (r *relations) first(kind string) string {
	for _, rel := range r.all {
		if rel.kind == kind {
			return rel.target
		}
	}
	return ""
}

// target is the part that a relation leads to, empty for none.
func (r *relations) target(id string) string {
	for _, rel := range r.all {
		if rel.id == id {
			return rel.target
		}
	}
	return ""
}

// add relates the part to another, by a type of the given namespace, and
// returns the relation's id.
func (r *relations) add(namespace, kind, target string) string {
	id := ""
	for n := len(r.all) + 1; id == "" || r.used[id]; n++ {
		id = fmt.Sprint("rId", n)
	}
	r.used[id] = true
	r.all = append(r.all, relation{id, kind, target})
	r.doc.add(
		r.doc.root,
		fmt.Sprintf(
			`<%sRelationship Id="%s" Type="%s/%s" Target="%s"/>`,
			r.doc.root.tagged(),
			id,
			namespace,
			kind,
			relative(r.of, target),
		),
	)
	r.changed = true
	return id
}

// save puts the relations into the copy if any was added.
func (r *relations) save(c *container) error {
	if !r.changed {
		return nil
	}
	return c.put(xlsxio.RelationsPart(r.of), r.doc.bytes())
}

// relative is the way from a part to another.
func relative(from, to string) string {
	up := ""
	for folder := path.Dir(from); ; folder = path.Dir(folder) {
		if folder == "." {
			return up + to
		}
		if rest, below := strings.CutPrefix(to, folder+"/"); below {
			return up + rest
		}
		up += "../"
	}
}
