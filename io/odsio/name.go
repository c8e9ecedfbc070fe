package odsio

import (
	"bytes"

	"keyroster/io/officeio"
)

// space is a namespace that this package knows.
type space uint8

const (
	foreign space = iota
	office
	table
	text
	style
	number
	drawing
	scene
	calcext
)

// The namespaces of OpenDocument 1.0 to 1.4, and LibreOffice's own for types of cells.
const namespaces = "urn:oasis:names:tc:opendocument:xmlns:"

var spaces = map[string]space{
	namespaces + "office:1.0": office, namespaces + "table:1.0": table, namespaces + "text:1.0": text,
	namespaces + "style:1.0": style, namespaces + "datastyle:1.0": number,
	namespaces + "drawing:1.0": drawing, namespaces + "dr3d:1.0": scene,
	"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": calcext,
}

// name is an element's or attribute's name: its namespace and local name.
type name struct {
	space space
	local string
}

// maxNames bounds how many qualified names are cached with their meaning.
const maxNames = 256

// reader reads elements with their namespaces. Its methods that read an element are
// called just after its start tag, and consume everything up to the matching end tag.
type reader struct {
	xml *officeio.Scanner
	// bound are the prefixes with their namespaces; shadowed are those that they
	// hide, in the order of declaration.
	bound    map[string]space
	shadowed []shadow
	// elements and attributes remember what qualified names mean.
	elements, attributes map[string]name
	// struckSpans are the styles of spans that cross text out.
	struckSpans map[string]bool
}

// shadow is what a prefix meant outside an element of some depth.
type shadow struct {
	prefix string
	before space
	depth  int
}

func newReader(xml *officeio.Scanner) *reader {
	return &reader{xml: xml, bound: map[string]space{}, elements: map[string]name{}, attributes: map[string]name{}}
}

// next is the next token, with the prefixes that it declares bound.
func (r *reader) next() (officeio.Token, error) {
	r.unbind()
	tok, err := r.xml.Next()
	if tok == officeio.Start && err == nil {
		err = r.bind()
	}
	return tok, err
}

// bind binds the prefixes that the current start tag declares.
func (r *reader) bind() error {
	for i := range r.xml.Attrs {
		a := &r.xml.Attrs[i]
		prefix, declares := bytes.CutPrefix(a.Name, []byte("xmlns"))
		if !declares || len(prefix) > 0 && prefix[0] != ':' {
			continue
		}
		uri, err := r.xml.AttrText(a)
		if err != nil {
			return err
		}
		if len(prefix) > 0 {
			prefix = prefix[1:]
		}
		means := spaces[uri]
		if before := r.bound[string(prefix)]; before != means {
			r.shadowed = append(r.shadowed, shadow{string(prefix), before, r.xml.Depth()})
			r.mean(string(prefix), means)
		}
	}
	return nil
}

// unbind undoes the declarations of elements that are closed.
func (r *reader) unbind() {
	for len(r.shadowed) > 0 {
		last := r.shadowed[len(r.shadowed)-1]
		if last.depth <= r.xml.Depth() {
			return
		}
		r.shadowed = r.shadowed[:len(r.shadowed)-1]
		r.mean(last.prefix, last.before)
	}
}

// mean gives a prefix a meaning, and drops cached names that may have had another.
func (r *reader) mean(prefix string, means space) {
	r.bound[prefix] = means
	clear(r.elements)
	clear(r.attributes)
}

// element is the name of the current start tag.
func (r *reader) element() name {
	if known, ok := r.elements[string(r.xml.Name)]; ok {
		return known
	}
	prefix, _, _ := bytes.Cut(r.xml.Name, []byte(":"))
	if len(prefix) == len(r.xml.Name) {
		prefix = nil // the default namespace
	}
	return remember(r.elements, r.xml.Name, name{r.bound[string(prefix)], string(r.xml.Local)})
}

// attribute is the name of an attribute; one without a prefix has no namespace.
func (r *reader) attribute(qualified []byte) name {
	if known, ok := r.attributes[string(qualified)]; ok {
		return known
	}
	prefix, local, prefixed := bytes.Cut(qualified, []byte(":"))
	if !prefixed {
		return remember(r.attributes, qualified, name{foreign, string(qualified)})
	}
	return remember(r.attributes, qualified, name{r.bound[string(prefix)], string(local)})
}

func remember(names map[string]name, qualified []byte, means name) name {
	if len(names) < maxNames {
		names[string(qualified)] = means
	}
	return means
}

// eachAttribute calls visit with the attributes of the current element and their values.
func (r *reader) eachAttribute(visit func(n name, value []byte)) error {
	for i := range r.xml.Attrs {
		a := &r.xml.Attrs[i]
		n := r.attribute(a.Name)
		if n.space == foreign {
			continue
		}
		value, err := r.xml.AttrBytes(a)
		if err != nil {
			return err
		}
		visit(n, value)
	}
	return nil
}

// valueOf is the value of one attribute of the current element, empty when it has none.
func (r *reader) valueOf(want name) (string, error) {
	var found string
	err := r.eachAttribute(func(n name, value []byte) {
		if n == want {
			found = string(value)
		}
	})
	return found, err
}

// is reports whether the current start tag has that name.
func (r *reader) is(of space, local string) bool { return r.element() == name{of, local} }

// child finds the next child; false at the end of the parent. White space may come
// between children.
func (r *reader) child() (bool, error) {
	for {
		tok, err := r.next()
		switch {
		case err != nil || tok != officeio.Text:
			return tok == officeio.Start, err
		case !officeio.Blank(r.xml.Text):
			return false, errStray
		}
	}
}

// each calls visit at the start tag of each child, which it must read to its end.
func (r *reader) each(visit func() error) error {
	for {
		more, err := r.child()
		if err != nil || !more {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
}

// skip reads to the end of the current element and ignores its content.
func (r *reader) skip() error { return r.xml.Skip() }

// leave reads until an element of that depth is closed.
func (r *reader) leave(depth int) error {
	for r.xml.Depth() >= depth {
		if _, err := r.xml.Next(); err != nil {
			return err
		}
	}
	return nil
}

// skipUnknown reads to the end of an unknown element, and refuses one that contains
// parts of sheets: one program would read them and another would not.
func (r *reader) skipUnknown() error {
	for depth := r.xml.Depth(); ; {
		if n := r.element(); n.space == table && (n.local == "table" || n.local == "table-row" || n.local == "table-cell") {
			return errWrapped
		}
		for {
			tok, err := r.next()
			if err != nil {
				return err
			}
			if r.xml.Depth() < depth {
				return nil
			}
			if tok == officeio.Start {
				break
			}
		}
	}
}
