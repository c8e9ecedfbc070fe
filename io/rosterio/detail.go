package rosterio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/sheetio"
	"keyroster/reconcile"
)

// details are the rows of a detail sheet, as JSON lists by the record that they
// belong to.
type details struct {
	schema *reconcile.Schema
	detail reconcile.Detail
	file   string
	sheet  string
	// column is the column of the main table, key and pair the columns that
	// name its records; pair is -1 when there is none.
	column, key, pair int
	byKey, byPair     map[string]*detailList
	// lists are all of them in reading order.
	lists []*detailList
}

// detailList is the list of one record.
type detailList struct {
	named string
	line  int
	json  bytes.Buffer
	used  bool
	// bad: a row of it was refused, so that the list is not whole.
	bad bool
}

// readDetails reads a detail sheet. Its problems go into the roster; records to which refused
// rows belong get a problem of their own instead of a list. The error is the table's.
func readDetails(
	table sheetio.Table, detail reconcile.Detail, roster *reconcile.Roster, file, sheet string,
	budget *budget,
) (*details, error) {
	schema := roster.Rows.Schema()
	d := &details{
		schema: schema, detail: detail, file: file, sheet: sheet, column: schema.Index(detail.Column), key: schema.Key(), pair: -1,
		byKey: map[string]*detailList{}, byPair: map[string]*detailList{},
	}
	if pairs := schema.Pairs(); len(pairs) > 0 {
		d.pair = pairs[0]
	}
	r := &detailReader{details: d, table: table, roster: roster, filled: map[[2]int]bool{}}
	for {
		line, err := table.Next()
		switch {
		case errors.Is(err, io.EOF):
			if r.header == nil {
				r.report(
					0, -1, "there is no header whose first column is "+r.firstColumns(),
					"begin the sheet with a header line",
				)
			}
			r.reportCovered(table.TallMerges())
			return d, nil
		case err != nil:
			return nil, err
		case wholeBlank(line):
		case r.header == nil:
			r.bind(line)
		default:
			if text, at := lineText(line); !budget.take(text) {
				return nil, budget.tooMuch(table, file, sheet, line.Number, at)
			}
			r.note(line)
			r.row(line)
		}
	}
}

// lineText is the size of a line's texts, and the column of the longest.
func lineText(line *cellio.Line) (bytes, longest int) {
	for i := range line.Cells {
		bytes += len(line.Cells[i].Text)
		if len(line.Cells[i].Text) > len(line.Cells[longest].Text) {
			longest = i
		}
	}
	return bytes, longest
}

type detailReader struct {
	*details
	table  cellio.Table
	roster *reconcile.Roster
	// header has the member for each column, or nil; into are the lists by the
	// first column's texts.
	header []*reconcile.DetailMember
	into   map[string]*detailList
	// filled are the cells of members with content, by line and column.
	filled map[[2]int]bool
}

func (r *detailReader) report(line, at int, message, remedy string) {
	p := reconcile.Problem{
		Source: reconcile.Source{File: r.file, Sheet: r.sheet, Line: line},
		Column: r.detail.Column, Kind: KindDetail, Message: message, Remedy: remedy,
	}
	if at >= 0 {
		p.Cell = r.table.CellName(line, at)
	}
	r.roster.Report(-1, p)
}

func (r *detailReader) firstColumns() string {
	name := r.schema.Columns[r.key].Name
	if r.pair >= 0 {
		name += " or " + r.schema.Columns[r.pair].Name
	}
	return name
}

// bind reads the header: the first column identifies the record, and the others are
// members, each of which may occur once.
func (r *detailReader) bind(line *cellio.Line) {
	switch first := headerKey(line.Cells[0].Text); {
	case first == headerKey(r.schema.Columns[r.key].Name):
		r.into = r.byKey
	case r.pair >= 0 && first == headerKey(r.schema.Columns[r.pair].Name):
		r.into = r.byPair
	default:
		return // a title line
	}
	r.header = make([]*reconcile.DetailMember, len(line.Cells))
	seen := map[string]bool{}
	for i := 1; i < len(line.Cells); i++ {
		title := line.Cells[i].Text
		if line.Cells[i].Kind == cellio.Broken {
			continue
		}
		for m := range r.detail.Members {
			if headerKey(r.detail.Members[m].Header) == headerKey(title) {
				r.header[i] = &r.detail.Members[m]
			}
		}
		switch {
		case trimInvisible(title) == "":
		case r.header[i] == nil:
			r.report(
				line.Number, i,
				fmt.Sprintf("the header %q is not a column of the sheet %s", strings.Clone(title), r.sheet),
				"name one of "+r.headers(),
			)
		case seen[r.header[i].Member]:
			r.report(line.Number, i, fmt.Sprintf("the column %s appears twice", r.header[i].Header), "keep one of them")
		default:
			seen[r.header[i].Member] = true
		}
	}
}

func (r *detailReader) headers() string {
	var names []string
	for _, m := range r.detail.Members {
		names = append(names, m.Header)
	}
	return sentence("or", names)
}

// row adds an entry to the list of its record.
func (r *detailReader) row(line *cellio.Line) {
	named, wrong := readCellText(classText, &r.schema.Columns[r.key], &line.Cells[0])
	if wrong != nil || named == "" {
		if wrong == nil {
			wrong = &fault{
				message: "the row does not say which " + r.schema.Noun + " it belongs to",
				remedy:  "fill the first column of each row",
			}
		}
		r.report(line.Number, 0, wrong.message, wrong.remedy)
		return
	}
	list := r.into[named]
	if list == nil {
		list = &detailList{named: strings.Clone(named), line: line.Number}
		r.into[list.named] = list
		r.lists = append(r.lists, list)
	}
	object := map[string]any{}
	for i := 1; i < min(len(line.Cells), len(r.header)); i++ {
		m := r.header[i]
		if m == nil {
			continue
		}
		class := classText
		if m.Truth {
			class = classBool
		}
		text, wrong := readCellText(class, &r.schema.Columns[r.column], &line.Cells[i])
		switch {
		case wrong != nil:
			list.bad = true
			r.report(line.Number, i, wrong.message, wrong.remedy)
		case text == reconcile.EmptyMarker:
			object[m.Member] = nil
		case m.Truth && strings.EqualFold(text, "true"), m.Truth && strings.EqualFold(text, "false"):
			object[m.Member] = strings.EqualFold(text, "true")
		case text != "":
			object[m.Member] = text
		}
	}
	list.add(object)
}

func (l *detailList) add(object map[string]any) {
	if l.json.Len() > 0 {
		l.json.WriteByte(',')
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(object) // texts and truth values can be encoded
	l.json.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// addDetails makes the decoder read a column that may occur only in a detail sheet.
func (d *decoder) addDetails(details *details) {
	for i := range d.fields {
		if d.fields[i].target == details.column {
			return
		}
	}
	d.detailed = append(
		d.detailed,
		field{at: -1, target: details.column, class: classJSON, column: &d.header.schema.Columns[details.column]},
	)
	d.file.Managed = d.file.Managed.With(details.column)
}

// fillDetails puts the lists of a row into it. A row may have its list in only one place.
func (d *decoder) fillDetails(filled reflect.Value, at *row) (wrong []reconcile.Problem) {
	for _, details := range d.options.details {
		column := &details.schema.Columns[details.column]
		cell := filled.Field(column.Field)
		if at.ragged {
			continue
		}
		lists := details.find(filled)
		complain := func(message, remedy string) {
			wrong = append(
				wrong,
				d.problem(at.line, -1, column, &fault{kind: KindDetail, message: message, remedy: remedy}),
			)
		}
		switch {
		case len(lists) == 0:
		case len(lists) > 1:
			complain(
				fmt.Sprintf("the sheet %s has rows for it by both ways of naming it", details.sheet),
				"name it in one way",
			)
		case lists[0].bad:
			complain(
				fmt.Sprintf("one of its rows on the sheet %s was refused", details.sheet),
				"correct that row",
			)
		case cell.String() != "":
			complain(
				fmt.Sprintf("the cell has content, but the sheet %s has rows for it too", details.sheet),
				"keep one of the two",
			)
		default:
			if d.spend(at.line, -1, lists[0].json.Len()); d.spent == nil {
				cell.SetString("[" + lists[0].json.String() + "]")
			}
		}
	}
	return wrong
}

// find is what the sheet holds for a row, and marks it as used.
func (d *details) find(row reflect.Value) []*detailList {
	var out []*detailList
	look := func(lists map[string]*detailList, column int) {
		if column < 0 {
			return
		}
		if list := lists[row.Field(d.schema.Columns[column].Field).String()]; list != nil {
			list.used = true
			out = append(out, list)
		}
	}
	look(d.byKey, d.key)
	look(d.byPair, d.pair)
	return out
}

// reportUnused reports rows that belong to no row of the decoded tables: their list
// would be lost silently.
func (d *details) reportUnused(roster *reconcile.Roster) {
	for _, list := range d.lists {
		if !list.used {
			roster.Report(-1, reconcile.Problem{
				Source: reconcile.Source{File: d.file, Sheet: d.sheet, Line: list.line},
				Column: d.detail.Column, Kind: KindDetail,
				Message: fmt.Sprintf("the rows of %q do not belong to any row of the roster", list.named),
				Remedy:  "add its row, or remove these",
			})
		}
	}
}
