package annotateio

import (
	"fmt"
	"strconv"
	"strings"

	"keyroster/io/officeio"
)

// author is the name on our comments.
const author = "keyroster"

// comments are the notes of one sheet.
type comments struct {
	part string
	doc  *document
	list *node
	// byCell are the existing comments, threaded those that belong to a thread:
	// spreadsheet programs show the thread and not their text.
	byCell   map[string]*node
	threaded map[string]bool
	authorID int
	fresh    bool
	added    bool
}

const bareComments = declaration + `<comments xmlns="%s"><authors></authors><commentList></commentList></comments>`

// openComments reads the notes of a sheet; part is empty when it has none.
func (c *container) openComments(part, namespace string) (*comments, error) {
	n := &comments{part: part, byCell: map[string]*node{}, threaded: map[string]bool{}}
	var err error
	if n.doc, n.fresh, err = c.documentOr(part, fmt.Sprintf(bareComments, namespace), 5); err != nil {
		return nil, err
	}
	root := n.doc.root
	authors := root.child("authors")
	if n.list = root.child("commentList"); n.list == nil || authors == nil {
		return nil, &UnsafeError{Reason: "its comments use a form that keyroster cannot extend"}
	}
	var threads []bool
	n.authorID = -1
	for i, a := range authors.all("author") {
		name := string(n.doc.data[a.inner:a.outer])
		threads = append(threads, strings.HasPrefix(name, "tc="))
		if name == author {
			n.authorID = i
		}
	}
	for _, comment := range n.list.all("comment") {
		cell := comment.attr("ref")
		n.byCell[cell] = comment
		if id, err := strconv.Atoi(comment.attr("authorId")); err == nil && id < len(threads) && id >= 0 {
			n.threaded[cell] = threads[id]
		}
	}
	if n.authorID >= 0 {
		return n, nil
	}
	n.authorID = len(threads)
	n.doc.add(authors, fmt.Sprintf("<%[1]sauthor>%[2]s</%[1]sauthor>", root.prefixColon(), author))
	return n, nil
}

// add puts a text on a cell, below any that is there. drawn reports whether the
// cell needs a box to show it in.
func (n *comments) add(cell, text string) (drawn bool) {
	p := n.doc.root.prefixColon()
	text = fitting(text)
	run := func(text string) string {
		return fmt.Sprintf(
			`<%[1]sr><%[1]srPr><%[1]ssz val="10"/><%[1]srFont val="Calibri"/></%[1]srPr><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sr>`,
			p,
			cellText(text),
		)
	}
	n.added = true
	own := n.byCell[cell]
	if own == nil {
		n.doc.add(
			n.list,
			fmt.Sprintf(
				`<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`,
				p,
				cell,
				n.authorID,
				run(text),
			),
		)
		return true
	}
	if strings.Contains(commentText(n.doc.data[own.from:own.to]), text) {
		return false
	}
	run2 := run("\n\n" + text)
	body := own.child("text")
	if body == nil {
		n.doc.add(own, fmt.Sprintf(`<%[1]stext>%[2]s</%[1]stext>`, p, run2))
		return false
	}
	if plain := body.child("t"); plain != nil {
		n.doc.insert(plain.from, "<"+p+"r>")
		n.doc.insert(plain.to, "</"+p+"r>")
	}
	for _, c := range body.children {
		if c.name.local == "rPh" || c.name.local == "phoneticPr" {
			n.doc.insert(c.from, run2)
			return false
		}
	}
	n.doc.add(body, run2)
	return false
}

// commentText is the text of a comment's element.
func commentText(element []byte) string {
	var b strings.Builder
	in := officeio.ScanBytes(element)
	inText := false
	for {
		token, err := in.Next()
		if err != nil || token == officeio.EOF {
			return b.String()
		}
		switch {
		case token != officeio.Text:
			inText = token == officeio.Start && string(in.Local) == "t"
		case inText:
			b.Write(in.Text)
		}
	}
}

// save puts the notes into the copy if any was added.
func (n *comments) save(c *container) error {
	if !n.added {
		return nil
	}
	return c.put(n.part, n.doc.bytes())
}
