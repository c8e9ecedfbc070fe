package exportio

import (
	"iter"
	"path/filepath"
	"strings"
)

// Rows are the credentials as rows of a roster that will be at path: texts by the number of
// their column in the schema, valid until the next row. A value that is not revealed is
// blank, and so says nothing. Texts that no cell can hold go to files in the folder
// path.files; forget removes those of this call, for a roster that was not written.
func (a *Account) Rows(path string) (rows iter.Seq2[[]string, error], forget func()) {
	s := &saver{path: path}
	from := newRows(a, s.sideFile())
	from.sheet = strings.EqualFold(filepath.Ext(path), ".xlsx")
	return func(yield func([]string, error) bool) {
		texts := make([]string, len(a.Records.Schema().Columns))
		for n := range a.Records.Len() {
			row, err := from.at(n)
			if err != nil {
				yield(nil, err)
				return
			}
			for i, col := range a.columns {
				if texts[col] = row[i]; from.columns[i].Secret() && !a.Revealed {
					texts[col] = ""
				}
			}
			if !yield(texts, nil) {
				return
			}
		}
	}, s.discard
}
