package annotateio

import (
	"fmt"
	"slices"

	"keyroster/io/officeio"
)

const bareRelations = declaration + `<Relationships xmlns="` + officeio.PackageRelations + `"></Relationships>`

// relations are the relations of one part.
type relations struct {
	of    string
	zip   *container
	all   []officeio.Relation
	used  map[string]bool
	added []officeio.Relation
}

// relations reads the relations of a part, none when it has none.
func (c *container) relations(of string) (*relations, error) {
	r := &relations{of: of, zip: c, used: map[string]bool{}}
	if !c.original.Has(officeio.RelationsPart(of)) {
		return r, nil
	}
	var err error
	if r.all, err = c.original.RelationsOf(of); err != nil {
		return nil, &UnsafeError{Reason: "the part " + officeio.RelationsPart(of) + " is not well-formed"}
	}
	for _, rel := range r.all {
		r.used[rel.ID] = true
	}
	return r, nil
}

// first is the part that the first relation of a kind leads to, empty for none.
func (r *relations) first(kind string) string {
	return r.find(func(rel officeio.Relation) bool { return rel.Is(kind) })
}

// target is the part that a relation leads to, empty for none.
func (r *relations) target(id string) string {
	return r.find(func(rel officeio.Relation) bool { return rel.ID == id && rel.Mode != "External" })
}

func (r *relations) find(wanted func(officeio.Relation) bool) string {
	if i := slices.IndexFunc(r.all, wanted); i >= 0 {
		return r.zip.original.Resolve(r.of, r.all[i].Target)
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
	made := officeio.Relation{ID: id, Type: namespace + "/" + kind, Target: officeio.Relative(r.of, target)}
	r.all, r.added = append(r.all, made), append(r.added, made)
	return id
}

// save puts the relations into the copy if any was added.
func (r *relations) save(c *container) error {
	if len(r.added) == 0 {
		return nil
	}
	name := officeio.RelationsPart(r.of)
	doc, _, err := c.documentOr(name, bareRelations, 1)
	if err != nil {
		return err
	}
	for _, rel := range r.added {
		doc.add(doc.root, fmt.Sprintf(
			`<%sRelationship Id="%s" Type="%s" Target="%s"/>`, doc.root.prefixColon(), rel.ID, rel.Type, rel.Target,
		))
	}
	return c.put(name, doc.bytes())
}
