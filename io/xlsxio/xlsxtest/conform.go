package xlsxtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	typesPart     = "[Content_Types].xml"
	relationsOf   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relationsName = ".rels"
)

// Faults are the places where a workbook violates ECMA-376 in ways that spreadsheets reject,
// sorted by part: every part must have a content type and be reached by relationships, every
// relationship must lead to a part and every r:id to a relationship, and elements, rows and
// cells must be in order. nil means that there is none.
func Faults(data []byte) []string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return []string{err.Error()}
	}
	p := &parts{text: map[string][]byte{}, relations: map[string]map[string]string{}}
	for _, f := range z.File {
		p.load(f)
	}
	for _, name := range p.names {
		p.readRelations(name)
	}
	p.checkTypes()
	p.checkReached()
	for _, name := range p.names {
		p.checkElements(name)
	}
	slices.Sort(p.faults)
	return p.faults
}

// parts are the parts of a package.
type parts struct {
	names []string
	text  map[string][]byte
	// relations are the targets within the package by part and id; those
	// outside it are empty. The package itself is the part "".
	relations map[string]map[string]string
	faults    []string
}

func (p *parts) fault(part, format string, args ...any) {
	p.faults = append(p.faults, part+": "+fmt.Sprintf(format, args...))
}

func (p *parts) load(f *zip.File) {
	if slices.ContainsFunc(p.names, func(n string) bool { return strings.EqualFold(n, f.Name) }) {
		p.fault(f.Name, "the part is there twice")
	}
	r, err := f.Open()
	if err != nil {
		p.fault(f.Name, "%v", err)
		return
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(r)
	if err != nil {
		p.fault(f.Name, "%v", err)
	}
	p.names = append(p.names, f.Name)
	p.text[f.Name] = text
}

// readRelations reads a .rels part.
func (p *parts) readRelations(name string) {
	if !strings.HasSuffix(name, relationsName) {
		return
	}
	folder, file := path.Split(name)
	base := strings.TrimSuffix(folder, "_rels/")
	source := base + strings.TrimSuffix(file, relationsName)
	if _, known := p.text[source]; !known && source != "" {
		p.fault(name, "there is no part %s", source)
	}
	var list struct {
		Relationship []struct {
			ID         string `xml:"Id,attr"`
			Target     string `xml:"Target,attr"`
			TargetMode string `xml:"TargetMode,attr"`
		}
	}
	if err := xml.Unmarshal(p.text[name], &list); err != nil {
		p.fault(name, "%v", err)
	}
	ids := map[string]string{}
	for _, r := range list.Relationship {
		if _, twice := ids[r.ID]; twice {
			p.fault(name, "the id %s is there twice", r.ID)
		}
		ids[r.ID] = ""
		if r.TargetMode == "External" {
			continue
		}
		target := path.Join(base, r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = r.Target[1:]
		}
		if _, known := p.text[target]; !known {
			p.fault(name, "%s leads to %s, which is not there", r.ID, target)
		}
		ids[r.ID] = target
	}
	p.relations[source] = ids
}

// checkTypes compares the parts with their list of content types.
func (p *parts) checkTypes() {
	var types struct {
		Default []struct {
			Extension string `xml:"Extension,attr"`
		}
		Override []struct {
			PartName string `xml:"PartName,attr"`
		}
	}
	if err := xml.Unmarshal(p.text[typesPart], &types); err != nil {
		p.fault(typesPart, "%v", err)
		return
	}
	typed := map[string]bool{}
	for _, d := range types.Default {
		if typed["."+d.Extension] {
			p.fault(typesPart, "the extension %s is there twice", d.Extension)
		}
		typed["."+d.Extension] = true
	}
	for _, o := range types.Override {
		name := strings.TrimPrefix(o.PartName, "/")
		if typed[name] {
			p.fault(typesPart, "%s is there twice", name)
		}
		if typed[name] = true; p.text[name] == nil {
			p.fault(typesPart, "there is no part %s", name)
		}
	}
	for _, name := range p.names {
		if name != typesPart && !typed[name] && !typed[path.Ext(name)] {
			p.fault(name, "the part has no content type")
		}
	}
}

// checkReached finds parts to which no relationship leads.
func (p *parts) checkReached() {
	reached := map[string]bool{"": true}
	for queue := []string{""}; len(queue) > 0; queue = queue[1:] {
		for _, target := range p.relations[queue[0]] {
			if !reached[target] {
				reached[target] = true
				queue = append(queue, target)
			}
		}
	}
	for _, name := range p.names {
		if name != typesPart && !strings.HasSuffix(name, relationsName) && !reached[name] {
			p.fault(name, "nothing leads to the part")
		}
	}
}

// checkElements reads a part as XML.
func (p *parts) checkElements(name string) {
	if e := path.Ext(name); e != ".xml" && e != relationsName && e != ".vml" {
		return
	}
	w := &walk{parts: p, part: name, open: []level{{}}}
	for dec := xml.NewDecoder(bytes.NewReader(p.text[name])); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			p.fault(name, "%v", err)
			return
		}
		switch e := token.(type) {
		case xml.EndElement:
			w.open = w.open[:len(w.open)-1]
		case xml.StartElement:
			w.enter(e)
		}
	}
}

// level is an open element: the position of its last child in the required order, and the
// number of its last row or cell.
type level struct {
	name         string
	order        []string
	last, number int
}

// walk reads one part.
type walk struct {
	parts *parts
	part  string
	open  []level
}

func (w *walk) enter(e xml.StartElement) {
	parent, name := &w.open[len(w.open)-1], e.Name.Local
	if parent.order != nil {
		switch at := slices.Index(parent.order, name); {
		case at < 0:
			w.parts.fault(w.part, "%s has no place in %s", name, parent.name)
		case at < parent.last:
			w.parts.fault(w.part, "%s stands in %s after %s", name, parent.name, parent.order[parent.last])
		default:
			parent.last = at
		}
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Space == relationsOf && a.Value != "":
			if _, known := w.parts.relations[w.part][a.Value]; !known {
				w.parts.fault(w.part, "%s names %s, which is no relationship of the part", name, a.Value)
			}
		case a.Name.Local == "r" && (name == "row" || name == "c"):
			n := ordinal(a.Value, name)
			if n <= parent.number {
				w.parts.fault(w.part, "%s %s is out of order", name, a.Value)
			}
			parent.number = n
		}
	}
	next := level{name: name}
	if !elsewhere[parent.name+"/"+name] {
		next.order = order[name]
	}
	w.open = append(w.open, next)
}

// ordinal is the number of a row, or of the column of a cell.
func ordinal(reference, element string) int {
	n := 0
	for _, c := range reference {
		switch {
		case element == "c" && c >= 'A' && c <= 'Z':
			n = n*26 + int(c-'A') + 1
		case element == "row" && c >= '0' && c <= '9':
			n = n*10 + int(c-'0')
		}
	}
	return n
}
