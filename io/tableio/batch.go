package tableio

import (
	"fmt"
	"reflect"

	"github.com/gocarina/gocsv"

	"keyroster/reconcile"
)

// batchRows is how many rows go through gocsv at a time: it sets up its header
// once a call, and one call for all rows would hold them all.
const batchRows = 1024

// batchText is the size in bytes at which a batch of fewer rows is full: cells
// that name files may be long.
const batchText = 16 << 20

// batch is a block of rows on its way through gocsv. It is a gocsv.Decoder whose
// header has canonical names and whose rows are all as long: whatever gocsv does
// wrong without a word (unknown, missing and doubled columns, rows of another
// length) was settled before.
type batch struct {
	header []string
	// text has the cells one after the other, ends where each of them ends.
	text []byte
	ends []int
	rows []batchRow
	// late are problems found while the batch was filled, in reading order.
	late []lateProblem
	// table is what gocsv gets; out is a pointer to the slice of row structs
	// that it fills, both used again for each batch.
	table [][]string
	cells []string
	out   reflect.Value
}

type batchRow struct {
	line int
	// bad are the columns whose cells were refused. A ragged row has none
	// that could be read.
	bad    reconcile.Columns
	ragged bool
	// refused are the texts of the cells that were not taken.
	refused []refusedCell
}

type refusedCell struct {
	column int
	text   reconcile.Secret
}

// lateProblem waits for the number of its row, row being the index in the batch
// or -1 for a problem of no row.
type lateProblem struct {
	row     int
	problem reconcile.Problem
}

// newBatch checks that gocsv will put each of the columns where the schema says,
// which is a question of the program's own structs.
func newBatch(schema *reconcile.Schema, columns []int, row any) (*batch, error) {
	rowType := reflect.TypeOf(row)
	if rowType.Kind() == reflect.Pointer {
		rowType = rowType.Elem()
	}
	b := &batch{header: make([]string, len(columns)), out: reflect.New(reflect.SliceOf(rowType))}
	for i, col := range columns {
		b.header[i] = schema.Columns[col].Name
		for other := range col {
			for _, alias := range schema.Columns[other].Aliases {
				if alias == b.header[i] {
					return nil, fmt.Errorf("bind columns of %s: %q is both a column and an alias of %s", schema.Provider, alias, schema.Columns[other].Name)
				}
			}
		}
	}
	b.out.Elem().Set(reflect.MakeSlice(reflect.SliceOf(rowType), batchRows, batchRows))
	b.cells = make([]string, batchRows*len(columns))
	b.table = make([][]string, 1, batchRows+1)
	b.table[0] = b.header
	return b, nil
}

// GetCSVRows implements gocsv.Decoder.
func (b *batch) GetCSVRows() ([][]string, error) { return b.table, nil }

// add appends a cell to the row that is being filled.
func (b *batch) add(text string) {
	b.text = append(b.text, text...)
	b.ends = append(b.ends, len(b.text))
}

// addRow ends a row; its cells were added, or are blank.
func (b *batch) addRow(row batchRow) {
	b.rows = append(b.rows, row)
	for len(b.ends) < len(b.rows)*len(b.header) {
		b.ends = append(b.ends, len(b.text))
	}
}

func (b *batch) full() bool { return len(b.rows) == batchRows || len(b.text) > batchText }

// decode runs the rows through gocsv and returns the filled structs, one for
// each row. One string holds the text of the whole batch, since the cells of a
// table are valid only until its next line is read.
func (b *batch) decode() (reflect.Value, error) {
	all := string(b.text)
	width, start := len(b.header), 0
	for i, end := range b.ends {
		b.cells[i] = all[start:end]
		start = end
	}
	b.table = b.table[:1]
	for i := range b.rows {
		b.table = append(b.table, b.cells[i*width:(i+1)*width])
	}
	if err := gocsv.UnmarshalDecoder(b, b.out.Interface()); err != nil {
		// gocsv's own words may hold a cell.
		return reflect.Value{}, fmt.Errorf("decode rows from line %d on: gocsv refuses them", b.rows[0].line)
	}
	return b.out.Elem(), nil
}

// reset makes room for the next rows.
func (b *batch) reset() {
	b.text, b.ends, b.rows, b.late = b.text[:0], b.ends[:0], b.rows[:0], b.late[:0]
}
