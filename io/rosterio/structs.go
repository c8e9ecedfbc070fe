package rosterio

import (
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/gocarina/gocsv"

	"keyroster/reconcile"
)

// structs runs the rows of a table through gocsv into the provider's row structs, with
// the columns bound once. It is a gocsv.SimpleDecoder with canonical names as its
// header and rows of one length, since gocsv would silently mishandle others (unknown,
// missing and doubled columns, rows of another length).
//
// gocsv sends each struct into a channel with room for one, and then asks for the
// next row, so one goroutine does it all.
type structs struct {
	header []string
	// next returns the texts of a row, or io.EOF; add gets the struct made of them,
	// which shares their memory.
	next func() ([]string, error)
	add  func(filled reflect.Value)
	// out is the channel; sent: it contains, or will contain, a struct.
	out         reflect.Value
	begun, sent bool
	err         error
}

// newStructs checks that gocsv will put each column where the schema says; a
// failure is a bug in the program's structs.
func newStructs(schema *reconcile.Schema, columns []int, row any) (*structs, error) {
	rowType := reflect.TypeOf(row)
	if rowType.Kind() == reflect.Pointer {
		rowType = rowType.Elem()
	}
	s := &structs{
		header: make([]string, len(columns)),
		out:    reflect.MakeChan(reflect.ChanOf(reflect.BothDir, reflect.PointerTo(rowType)), 1),
	}
	for i, col := range columns {
		s.header[i] = schema.Columns[col].Name
		for other := range col {
			for _, alias := range schema.Columns[other].Aliases {
				if alias == s.header[i] {
					return nil, fmt.Errorf(
						"bind columns of %s: %q is both a column and an alias of %s",
						schema.Provider, alias, schema.Columns[other].Name,
					)
				}
			}
		}
	}
	return s, nil
}

// run makes structs of all rows.
func (s *structs) run() error {
	err := gocsv.UnmarshalDecoderToChan(s, s.out.Interface())
	if err != nil && s.err == nil {
		return errors.New("decode rows: gocsv refuses them") // gocsv's error may quote a cell
	}
	return s.err
}

// GetCSVRow implements gocsv.SimpleDecoder.
func (s *structs) GetCSVRow() ([]string, error) {
	if !s.begun {
		s.begun = true
		return s.header, nil
	}
	if s.sent {
		filled, _ := s.out.Recv()
		s.add(filled.Elem())
	}
	texts, err := s.next()
	if s.sent = err == nil; !s.sent && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return texts, err
}

// GetCSVRows implements gocsv.SimpleDecoder.
func (s *structs) GetCSVRows() ([][]string, error) { return nil, errors.ErrUnsupported }
