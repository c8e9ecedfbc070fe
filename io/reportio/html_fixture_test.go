package reportio

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"keyroster/reconcile"
)

// readPage returns the page's data by column, and its orders by name.
func readPage(t *testing.T, page string) (columns map[string][]any, orders map[string][]int) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	columns, orders = map[string][]any{}, map[string][]int{}
	for n := range elements(doc) {
		if n.Data != "script" || attribute(n, "type") == "" {
			continue
		}
		id, text := attribute(n, "id"), []byte(n.FirstChild.Data)
		switch {
		case attribute(n, "class") == "lines":
			var block htmlBlockData
			if err := json.Unmarshal(text, &block); err != nil {
				t.Fatal(err)
			}
			readBlock(columns, &block)
		case strings.HasPrefix(id, "by-"):
			var order []int
			if err := json.Unmarshal(text, &order); err != nil {
				t.Fatal(err)
			}
			orders[strings.TrimPrefix(id, "by-")] = order
		}
	}
	return columns, orders
}

// readBlock does what blockAt and lineAt in data.js do.
func readBlock(columns map[string][]any, block *htmlBlockData) {
	words := strings.Split(block.Words, wordBreak)
	for _, line := range strings.Split(block.Text, string(lineBreak)) {
		parts := strings.Split(line, string(textBreak))
		for i, name := range htmlTexts {
			columns[name] = append(columns[name], parts[i])
		}
		folded := ""
		if len(parts) > len(htmlTexts) {
			folded = parts[len(htmlTexts)]
		}
		columns["folded"] = append(columns["folded"], folded)
	}
	names := slices.Concat(htmlWords[:], htmlNumbers[:])
	for i, name := range append(names, "fields", "warnings", "sources") {
		for _, value := range unpack(block.Columns[i], block.N) {
			switch v := value.(type) {
			case []any:
				value = wordsIn(v, words)
			case float64:
				if i < len(htmlWords) {
					value = words[int(v)]
				}
			}
			columns[name] = append(columns[name], value)
		}
	}
}

func wordsIn(list []any, words []string) (out []string) {
	for _, value := range list {
		if inner, ok := value.([]any); ok {
			out = append(out, wordsIn(inner, words)...)
			continue
		}
		out = append(out, words[int(value.(float64))])
	}
	return out
}

// unpack does what unpack in data.js does.
func unpack(packed any, n int) []any {
	out := slices.Repeat([]any{0.0}, n)
	switch p := packed.(type) {
	case nil:
		return out
	case []any:
		return p
	case map[string]any:
		sum := 0.0
		if p["s"] != nil {
			for i, step := range p["s"].([]any) {
				sum += step.(float64)
				out[i] = sum
			}
			return out
		}
		for i, step := range p["at"].([]any) {
			sum += step.(float64)
			out[int(sum)] = p["v"].([]any)[i]
		}
		return out
	}
	return slices.Repeat([]any{packed}, n)
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// siteRow returns a row such as a large site has.
func siteRow(i int) Line {
	l := row(i)
	l.CredentialID = fmt.Sprintf("c%07x", i*7919%(1<<28))
	l.HolderName, l.HolderEmail = fmt.Sprintf("Example Holder %06d", i), fmt.Sprintf("example.holder.%06d@example.com", i)
	return l
}

// eachLine returns a report of n lines that are made one by one.
func eachLine(n int, make func(i int, l Line) Line) *Report {
	r := report(nil)
	r.Summary = reconcile.Summary{Rows: n, Records: n, Matched: n}
	for i := range n {
		switch make(i, siteRow(i)).Outcome {
		case reconcile.Applied:
			r.Summary.Applied++
		case reconcile.Blocked:
			r.Summary.Blocked++
		case reconcile.Failed:
			r.Summary.Failed++
		default:
			r.Summary.Unchanged++
		}
	}
	r.Lines = func(yield func(*Line, error) bool) {
		var l Line
		for i := range n {
			l = make(i, siteRow(i))
			if !yield(&l, nil) {
				return
			}
		}
	}
	return r
}

// siteReport returns a run of n lines as on a large site: most are unchanged, one in five was
// changed, and a few need a person.
func siteReport(n int) *Report {
	return eachLine(n, func(i int, l Line) Line {
		switch {
		case i%5 == 0:
			l = change(l, reconcile.Applied, "8220934417", fmt.Sprint(8220900000+i))
			l.RequestID = fmt.Sprintf("%08x-0000-4000-8000-%012x", i*2654435761%(1<<32), i)
		case i%97 == 0:
			l = stays(l, reconcile.Ambiguous, reconcile.Blocked, "two records fit this row; add credential_id to say which")
		case i%1009 == 0:
			l = change(l, reconcile.Failed, "8220934417", "5550001234567")
			l.Reason = "the provider answered 422: value is already in use by another person"
		}
		return l
	})
}
