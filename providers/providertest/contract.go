package providertest

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"keyroster/providers/sandbox"
)

// SpecsVariable names the folder with the vendors' OpenAPI documents.
const SpecsVariable = "KEYROSTER_SPECS"

// Contract checks both sides of an API against its vendor's document: every request that
// the client sends, and every answer that the sandbox gives. It belongs to one [Suite].
type Contract struct {
	// File is the document, in the folder that [SpecsVariable] names.
	File string
	// Deviations are the places where the document is known to be wrong or silent.
	Deviations []Deviation
	// Examples is a folder with our own sample exchanges, as JSON files: each must occur
	// while the laws are proved. They check the wire formats where the documents are not
	// available.
	Examples string

	tape tape
}

// Deviation is a known difference from a vendor's document.
type Deviation struct {
	// Call is the method and the document's path ("PUT /doors/{id}"). If the document has
	// no such call, {names} match any segment.
	Call string
	// Status is that of the deviating answer, 0 for the request.
	Status int
	// Says is part of the validator's complaint. Numbers in paths of members are written as
	// n ("body /items/n/color").
	Says string
	// Why gives the reason, with the section of the provider's fact sheet.
	Why string
}

// record wraps the API so that every exchange is recorded. A nil contract records nothing.
func (c *Contract) record(api sandbox.API) sandbox.API {
	if c == nil {
		return api
	}
	return recorded{API: api, tape: &c.tape}
}

// verify checks the recorded exchanges against the document and the examples. all: every
// law was proved, so that a deviation that did not occur is out of date.
func (c *Contract) verify(t prover, all bool) {
	t.Run("examples", func(t prover) { c.examples(t, all) })
	t.Run("document", func(t prover) {
		folder := os.Getenv(SpecsVariable)
		if folder == "" {
			t.Logf("not held against %s: %s names no folder", c.File, SpecsVariable)
			return
		}
		doc, err := readDocument(filepath.Join(folder, c.File))
		if err != nil {
			t.Fatal(err)
		}
		c.compare(t, doc, all)
	})
}

// compare reports violations that are not listed as deviations, and deviations that no longer
// occur.
func (c *Contract) compare(t prover, doc *document, all bool) {
	counts := map[violation]int{}
	for _, e := range c.tape.exchanges {
		for _, v := range doc.check(e) {
			v.says = withoutNumbers(v.says)
			counts[v]++
		}
	}
	used := make([]bool, len(c.Deviations))
	for _, v := range sortedViolations(counts) {
		known := false
		for i, d := range c.Deviations {
			if d.covers(v) {
				known, used[i] = true, true
			}
		}
		if !known {
			t.Errorf("%s (%d times)", v, counts[v])
		}
	}
	for i, d := range c.Deviations {
		switch {
		case d.Why == "":
			t.Errorf("the deviation of %s gives no reason", d.Call)
		case all && !used[i]:
			t.Errorf("the deviation of %s (%d, %q) is none any more: take it off the list", d.Call, d.Status, d.Says)
		}
	}
	t.Logf("held %d exchanges against %s", len(c.tape.exchanges), c.File)
}

func (d *Deviation) covers(v violation) bool {
	if d.Status != v.status || !strings.Contains(v.says, d.Says) {
		return false
	}
	_, fits := match(d.Call, v.call)
	return fits || d.Call == v.call
}

var itemNumber = regexp.MustCompile(`/[0-9]+\b`)

// withoutNumbers replaces the numbers of list items with n.
func withoutNumbers(says string) string { return itemNumber.ReplaceAllString(says, "/n") }

func sortedViolations(counts map[violation]int) []violation {
	var out []violation
	for v := range counts {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b violation) int {
		return cmp.Or(strings.Compare(a.call, b.call), cmp.Compare(a.status, b.status), strings.Compare(a.says, b.says))
	})
	return out
}
