package annotateio

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"keyroster/io/officeio"
)

// document is a small part of a workbook, and where its elements are in it. It is
// changed by splicing its text, so that everything else stays as it was.
type document struct {
	data  []byte
	root  *node
	edits []edit
}

// node is an element of a document: data[from:inner] is its start tag,
// data[outer:to] its end tag; both end where the element does when it is one
// tag.
type node struct {
	name  name
	attrs []attribute

	from, inner, outer, to int

	children []*node
	appended strings.Builder
}

// name is a qualified name; prefix is empty for none.
type name struct{ prefix, local string }

func newName(qualified []byte) name {
	if prefix, local, ok := strings.Cut(string(qualified), ":"); ok {
		return name{prefix, local}
	}
	return name{local: string(qualified)}
}

// attribute is an attribute with its value, decoded.
type attribute struct {
	name
	value string
}

// attributes are those of a scanner's current start tag.
func attributes(in *officeio.Scanner) ([]attribute, error) {
	all := make([]attribute, len(in.Attrs))
	for i := range in.Attrs {
		value, err := in.AttrText(&in.Attrs[i])
		if err != nil {
			return nil, err
		}
		all[i] = attribute{newName(in.Attrs[i].Name), value}
	}
	return all, nil
}

// edit replaces a range of a document.
type edit struct {
	from, to int
	text     string
}

var errDocument = errors.New("is not well-formed")

// parseDocument finds the elements of a part down to the given depth; the root
// has depth 1.
func parseDocument(data []byte, depth int) (*document, error) {
	d := &document{data: data}
	in := officeio.ScanBytes(data)
	var open []*node
	for {
		token, err := in.Next()
		if err != nil {
			return nil, errDocument
		}
		from, to := in.Offset()
		switch token {
		case officeio.EOF:
			return d, nil
		case officeio.Start:
			if in.Depth() > depth {
				continue
			}
			n := &node{name: newName(in.Name), from: from, inner: to}
			if n.attrs, err = attributes(in); err != nil {
				return nil, errDocument
			}
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.children = append(parent.children, n)
			} else {
				d.root = n
			}
			open = append(open, n)
		case officeio.End:
			if in.Depth() < depth {
				n := open[len(open)-1]
				open = open[:len(open)-1]
				n.outer, n.to = from, to
			}
		}
	}
}

// child is the first child of that name, with the prefix of its parent.
func (n *node) child(local string) *node {
	for _, c := range n.children {
		if c.name == (name{n.name.prefix, local}) {
			return c
		}
	}
	return nil
}

// all are the children of that name.
func (n *node) all(local string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == (name{n.name.prefix, local}) {
			found = append(found, c)
		}
	}
	return found
}

// attr is an attribute without a prefix, decoded.
func (n *node) attr(local string) string {
	for _, a := range n.attrs {
		if a.name == (name{local: local}) {
			return a.value
		}
	}
	return ""
}

// prefixColon is the prefix of an element's name with its colon, empty for none.
func (n *node) prefixColon() string {
	if n.name.prefix == "" {
		return ""
	}
	return n.name.prefix + ":"
}

// prefixOf is the prefix that the element binds to a namespace; not ok when it
// binds none.
func (n *node) prefixOf(namespace string) (string, bool) {
	for _, a := range n.attrs {
		if a.prefix == "xmlns" && a.value == namespace {
			return a.local, true
		}
	}
	return "", false
}

// add puts text after the last child of an element of the document.
func (d *document) add(n *node, text string) { n.appended.WriteString(text) }

// insert puts text at a place of the document.
func (d *document) insert(at int, text string) { d.edits = append(d.edits, edit{at, at, text}) }

// set sets an attribute of an element.
func (d *document) set(n *node, name, text string) {
	tag := d.data[n.from:n.inner]
	if from, to, ok := attr(tag, name); ok {
		d.edits = append(d.edits, edit{n.from + from, n.from + to, text})
		return
	}
	d.insert(n.from+1+len(tagName(tag)), " "+name+`="`+text+`"`)
}

// bytes is the document with all edits made.
func (d *document) bytes() []byte {
	edits := slices.Clone(d.edits)
	var gather func(n *node)
	gather = func(n *node) {
		if text := n.appended.String(); text != "" {
			if n.outer == n.inner && n.to == n.inner && d.data[n.to-2] == '/' {
				name := string(tagName(d.data[n.from:n.inner]))
				edits = append(edits, edit{n.to - 2, n.to, ">" + text + "</" + name + ">"})
			} else {
				edits = append(edits, edit{n.outer, n.outer, text})
			}
		}
		for _, c := range n.children {
			gather(c)
		}
	}
	gather(d.root)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(d.data[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(d.data[at:])
	return out.Bytes()
}
