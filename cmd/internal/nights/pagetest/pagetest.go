// Package pagetest checks that pages are usable with a keyboard, a screen reader, a phone or in
// dark mode. It is for tests only.
package pagetest

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// reference matches a link from one part of a page to another.
var reference = regexp.MustCompile(`(?:aria-labelledby="?|href="?#)([a-z][a-z0-9-]*)[ ">]`)

// WellBuilt checks that a page is usable with a keyboard or a screen reader.
func WellBuilt(t *testing.T, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, headings := map[string]bool{}, 0
	for n := range doc.Descendants() {
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
		}
		if id := attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %s", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "h1", "h2", "h3":
			level := int(n.Data[1] - '0')
			if level > headings+1 {
				t.Errorf("%s follows a heading of level %d", n.Data, headings)
			}
			headings = level
		case "th":
			if attrs["scope"] == "" {
				t.Error("a heading of a table without scope")
			}
		case "a":
			if n.FirstChild == nil {
				t.Error("a link without a text")
			}
		case "script":
			if attrs["type"] != "application/json" {
				t.Error("a script")
			}
		case "img", "iframe", "object", "form":
			t.Errorf("an element %s", n.Data)
		}
	}
	for _, ref := range reference.FindAllStringSubmatch(page, -1) {
		if !ids[ref[1]] {
			t.Errorf("nothing has the id %s", ref[1])
		}
	}
}
