package csvio_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
)

// row is a line as the tests write it.
type row struct {
	line  int
	cells []string
}

func lines(rows ...any) []row {
	var out []row
	for i := 0; i < len(rows); i += 2 {
		out = append(out, row{rows[i].(int), strings.Split(rows[i+1].(string), "|")})
	}
	return out
}

// readAll reads a table to its end, and checks what holds for every table.
func readAll(t testing.TB, r io.Reader) (rows []row, table *csvio.Reader, err error) {
	t.Helper()
	table, err = csvio.Open(r, "roster.csv")
	if err != nil {
		return nil, nil, err
	}
	last := 0
	for {
		line, err := table.Next()
		if err != nil {
			if _, again := table.Next(); again != err {
				t.Errorf("after %v came %v", err, again)
			}
			if err == io.EOF {
				err = nil
			}
			return rows, table, err
		}
		if line.Number <= last {
			t.Fatalf("line %d follows line %d", line.Number, last)
		}
		last = line.Number
		rows = append(rows, row{line.Number, texts(t, line)})
	}
}

func texts(t testing.TB, line *cellio.Line) []string {
	t.Helper()
	var out []string
	for _, cell := range line.Cells {
		kind := cellio.Text
		if cell.Text == "" {
			kind = cellio.Blank
		}
		if want := (cellio.Cell{Kind: kind, Text: cell.Text}); cell != want {
			t.Errorf("cell %+v, want %+v", cell, want)
		}
		out = append(out, cell.Text)
	}
	return out
}

func TestDialects(t *testing.T) {
	tests := []struct {
		name, file string
		separator  rune
		want       []row
	}{
		{"commas", "id,value\n1,0012\n", ',', lines(1, "id|value", 2, "1|0012")},
		{"semicolons", "id;value\n1;0012\n", ';', lines(1, "id|value", 2, "1|0012")},
		{"tabs", "id\tvalue\n1\t0012\n", '\t', lines(1, "id|value", 2, "1|0012")},
		{"pipes", "id|value\n1|0012\n", '|', lines(1, "id|value", 2, "1|0012")},
		{"one column", "id\n1\n2\n", ',', lines(1, "id", 2, "1", 3, "2")},
		{"one cell", "id", ',', lines(1, "id")},
		{"empty", "", ',', nil},
		{"blank lines only", "\n\r\n\n", ',', nil},
		{"decimal commas", "id;weight;price\n1;1,5;2,5\n2;1,7;3,5\n", ';', lines(1, "id|weight|price", 2, "1|1,5|2,5", 3, "2|1,7|3,5")},
		{"commas in names", "Family, given;Badge\nRow, A;1\nRow, B;2\n", ';', lines(1, "Family, given|Badge", 2, "Row, A|1", 3, "Row, B|2")},
		{"separators in quotes", "a,b\n\"x;y;z\",1\n\"x;y;z\",2\n", ',', lines(1, "a|b", 2, "x;y;z|1", 3, "x;y;z|2")},
		{"title lines", "Badges, as of 2026\n\na;b;c\n1;2;3\n4;5;6\n", ';', lines(1, "Badges, as of 2026", 3, "a|b|c", 4, "1|2|3", 5, "4|5|6")},
		{"ragged rows", "a,b,c\n1\n1,2,3,4\n", ',', lines(1, "a|b|c", 2, "1", 3, "1|2|3|4")},
		{"declared", "sep=;\nid;value\n1;2,3\n", ';', lines(2, "id|value", 3, "1|2,3")},
		{"declared in CRLF", "SEP=|\r\nid|value\r\n", '|', lines(2, "id|value")},
		{"declared and rare", "sep=^\na^b,c\n", '^', lines(2, "a|b,c")},
		{"declared and alone", "sep=;", ';', nil},
		{"a header like a declaration", "sep=,x\n1,2\n", ',', lines(1, "sep=|x", 2, "1|2")},
		{"CRLF", "a,b\r\n1,2\r\n", ',', lines(1, "a|b", 2, "1|2")},
		{"lone CR", "a,b\r1,2\r\r3,4", ',', lines(1, "a|b", 2, "1|2", 4, "3|4")},
		{"lone CR at the end", "a,b\r1,2\r", ',', lines(1, "a|b", 2, "1|2")},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r5,6\n\r7,8", ',', lines(1, "a|b", 2, "1|2", 3, "3|4", 4, "5|6", 6, "7|8")},
		{"CR CR LF", "a,b\r\r\n1,2\r\r\n", ',', lines(1, "a|b", 3, "1|2")},
		{"no last line end", "a,b\n1,2", ',', lines(1, "a|b", 2, "1|2")},
		{"blank lines count", "\n\na,b\n\n,\n\"\",\"\"\n1,2\n", ',', lines(3, "a|b", 7, "1|2")},
		{"quoted LF", "a,b\n\"x\ny\",1\nz,2\n", ',', lines(1, "a|b", 2, "x\ny|1", 4, "z|2")},
		{"quoted CRLF", "a,b\r\n\"x\r\ny\",1\r\nz,2\r\n", ',', lines(1, "a|b", 2, "x\r\ny|1", 4, "z|2")},
		{"quoted CR", "a,b\n\"x\ry\",1\nz,2\n", ',', lines(1, "a|b", 2, "x\ry|1", 3, "z|2")},
		{"quoted CR before the quote", "a,b\n1,\"x\r\"\nz,2\n", ',', lines(1, "a|b", 2, "1|x\r", 3, "z|2")},
		{"old Mac, quoted CR", "a,b\r\"x\ry\",1\rz,2\r", ',', lines(1, "a|b", 2, "x\ry|1", 4, "z|2")},
		{"old Mac, quoted LF", "a,b\r\"x\ny\",1\rz,2\r", ',', lines(1, "a|b", 2, "x\ny|1", 4, "z|2")},
		{"old Mac, quoted CRLF", "a,b\r\"x\r\ny\",1\rz,2\r", ',', lines(1, "a|b", 2, "x\r\ny|1", 4, "z|2")},
		{"quotes doubled", "a\n\"say \"\"x\"\"\"\n\"\"\"\"\n", ',', lines(1, "a", 2, `say "x"`, 3, `"`)},
		{"nothing trimmed", "a, b \n 1 ,\t2\n", ',', lines(1, "a| b ", 2, " 1 |\t2")},
		{"apostrophes", "'a';'b'\n'x;y';'it''s \"2\"'\n1;'2'\n", ';', lines(1, "a|b", 2, `x;y|it's "2"`, 3, "1|2")},
		{"apostrophes over lines", "'a'\t'b'\r\n'x\r\ny'\t'0012'\r\n'z'\t''\r\n", '\t', lines(1, "a|b", 2, "x\r\ny|0012", 4, "z|")},
		{"apostrophes, declared", "sep=;\n'a';'b'\n'x;y';2\n", ';', lines(2, "a|b", 3, "x;y|2")},
		{"one header in apostrophes", "'a',b\n'1,2\n", ',', lines(1, "'a'|b", 2, "'1|2")},
		{"guards", "a,b\n'=1+1,''@x\n'text,'\n", ',', lines(1, "a|b", 2, "=1+1|'@x", 3, "'text|'")},
		{"guarded in quotes", "a\n\"'\rx\"\n\"'\tx\"\n", ',', lines(1, "a", 2, "\rx", 3, "\tx")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// The lines are the same however the bytes arrive.
			for how, r := range map[string]io.Reader{
				"whole":         strings.NewReader(test.file),
				"byte by byte":  iotest.OneByteReader(strings.NewReader(test.file)),
				"end with data": iotest.DataErrReader(strings.NewReader(test.file)),
			} {
				rows, table, err := readAll(t, r)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if diff := cmp.Diff(test.want, rows, cmp.AllowUnexported(row{})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
				if table.Separator() != test.separator || table.Encoding() != csvio.UTF8 {
					t.Errorf("%s: separator %q, encoding %s", how, table.Separator(), table.Encoding())
				}
			}
		})
	}
}

func TestCellsHaveNoNames(t *testing.T) {
	table, err := csvio.Open(strings.NewReader("a"), "x")
	if err != nil || table.CellName(1, 0) != "" {
		t.Errorf("name %q, %v", table.CellName(1, 0), err)
	}
}

// TestBordersOfBuffers: a line that crosses any border of the reader's buffers is read the same.
func TestBordersOfBuffers(t *testing.T) {
	for _, pad := range []int{4095, 4096, 32767, 32768, 65535, 65536, 200_000} {
		for shift := range 8 {
			long := strings.Repeat("x", pad-shift)
			file := "a,b\r\n" + long + ",\"é\r\n\"\"\r\"\r\n\r\n1,2"
			rows, _, err := readAll(t, strings.NewReader(file))
			want := []row{{1, []string{"a", "b"}}, {2, []string{long, "é\r\n\"\r"}}, {5, []string{"1", "2"}}}
			if err != nil || !cmp.Equal(want, rows, cmp.AllowUnexported(row{})) {
				t.Errorf("pad %d-%d: %d rows, last at %d, %v", pad, shift, len(rows), rows[len(rows)-1].line, err)
			}
		}
	}
}

// endless is a file of n bytes that is generated as it is read.
type endless struct {
	pattern string
	n, at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && n < e.n {
		c := copy(p[n:min(len(p), e.n)], e.pattern[e.at:])
		n += c
		e.at = (e.at + c) % len(e.pattern)
	}
	e.n -= n
	return n, nil
}

func TestRecordWithoutEnd(t *testing.T) {
	file := &endless{pattern: strings.Repeat("x", 1000) + "\"\"\n", n: 1 << 30}
	_, _, err := readAll(t, io.MultiReader(strings.NewReader("a,b\n1,2\n3,\""), file))
	wantError(t, err, 3, cellio.KindDamaged, "roster.csv, line 3: a record of more than 16 MiB: a quote is not closed; the file may have been cut short; export it again")
	if read := 1<<30 - file.n; read > 20<<20 {
		t.Errorf("%d MiB were read", read>>20)
	}
}

func TestUnreadableFiles(t *testing.T) {
	_, err := csvio.Open(iotest.ErrReader(&os.PathError{Op: "read", Path: "rosters", Err: syscall.EISDIR}), "rosters")
	wantError(t, err, 0, cellio.KindDirectory, "rosters: a folder, not a file; name a file in it")

	broken := io.MultiReader(strings.NewReader("a,b\n"+strings.Repeat("1,2\n", 50_000)), iotest.ErrReader(errors.New("stale file handle")))
	rows, _, err := readAll(t, broken)
	wantError(t, err, 50_002, cellio.KindDamaged, "roster.csv, line 50002: read error: stale file handle; copy the file to a local disk and try again")
	if len(rows) != 50_001 {
		t.Errorf("%d rows before the error", len(rows))
	}

	_, err = csvio.Open(iotest.ErrReader(&os.PathError{Op: "read", Path: "roster.csv", Err: errors.New("stale file handle")}), "roster.csv")
	wantError(t, err, 0, cellio.KindDamaged, "roster.csv: read error: stale file handle; copy the file to a local disk and try again")

	for _, start := range []string{
		"PK\x03\x04\x14\x00", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "%PDF-1.7\n",
		"{\"schema\": 1}", "{\n  \"records\": []\n}", "[{\"id\": 1}]", "[\n  1\n]",
		"\x1f\x8b\x08\x00", "\x28\xb5\x2f\xfd", "BZh91AY&SY", "\xfd7zXZ\x00", "7z\xbc\xaf\x27\x1c", "age-encryption.org/v1\n",
		"\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "GIF89a", "{\\rtf1",
		"<html><table>", "\ufeff\r\n<!DOCTYPE html>", "<?xml version=\"1.0\"?>\n",
	} {
		_, err := csvio.Open(strings.NewReader(start+"..."), "roster.csv")
		if bad, ok := errors.AsType[*cellio.InputError](err); !ok || bad.Kind != cellio.KindFileType {
			t.Errorf("%q: error %v", start, err)
		}
	}
}

func TestKindsOfFilesSayHowToGoOn(t *testing.T) {
	const flat = `<?xml version="1.0"?>` + "\n" +
		`<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">`
	_, err := csvio.Open(strings.NewReader(flat), "list.fods")
	wantError(t, err, 0, cellio.KindFileType, "list.fods: a flat OpenDocument file (.fods), not CSV; "+
		"open it in a spreadsheet program and save it as .xlsx, .ods or CSV UTF-8")
	_, err = csvio.Open(strings.NewReader("\x1f\x8b\x08..."), "list.csv.gz")
	wantError(t, err, 0, cellio.KindFileType,
		"list.csv.gz: a compressed file (gzip), not CSV; unpack it first, and name the file within")
}

func TestQuoteDamageNamesTheRecord(t *testing.T) {
	const open = "a quoted cell is not closed, or a quote inside it is not doubled; " +
		"look for a stray quote there, and double it if it is part of the text; " +
		"if there is none, the file may have been cut short; export it again"
	const bare = "a quote inside the cell, at character %d of the line; " +
		"double it, and put the whole cell in quotes: write 12\" as \"12\"\"\""
	tests := []struct {
		name, file string
		line, last int
		message    string
	}{
		{"cut inside a quoted cell", "a,b\n1,2\n3,\"481234\n5,6\n7,8\n", 3, 5, open},
		{"cut, old Mac", "a,b\r1,2\r3,\"481234\r5,6\r7,8\r", 3, 5, open},
		{"closed by the next record's quote", "a,b\n1,\"481234\n\"5\",6\n", 2, 3, open},
		{"text after a quote", "a,b\n\"481234\"x,2\n", 2, 0, open},
		{"quote inside", "a,b\n\"4812\"34\",2\n", 2, 0, open},
		{"bare quote", "a,b\n1,2\n4812\"34,2\n5,6\n", 3, 0, fmt.Sprintf(bare, 5)},
		{"bare quote behind quoted lines", "a,b\n\"1\n2\",4812\"34\n", 3, 0, fmt.Sprintf(bare, 8)},
		{"space before a quote", "a,b\n1, \"481234\"\n", 2, 0, fmt.Sprintf(bare, 4)},
		{"after a declaration", "sep=,\na,b\n1,\"2\n", 3, 0, open},
		{"after quoted lines", "a,b\n\"1\n\n2\",3\n\n4,\"5\n6\n", 6, 7, open},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readAll(t, strings.NewReader(test.file))
			where := fmt.Sprintf("line %d", test.line)
			if test.last > 0 {
				where = fmt.Sprintf("lines %d to %d", test.line, test.last)
			}
			wantError(t, err, test.line, cellio.KindDamaged, fmt.Sprintf("roster.csv, %s: %s", where, test.message))
		})
	}
}

func TestNULs(t *testing.T) {
	const text = "a NUL byte, which text never contains; the file is damaged or not a CSV file; export it again"
	for file, line := range map[string]int{
		"\x00":                       1,
		"a,b\n1,2\n3,\x004":          3,
		"a,b\r\n1,\"x\r\n\x00\"\r\n": 3,
		"a,b\n" + strings.Repeat("1,2\n", 30_000) + "\x00\n": 30_002,
		"\xff\xfea\x00\n\x00\x00\x00":                        2,
		"\xff\xfe\x00\x00a\x00\x00\x00":                      1, // UTF-32
	} {
		_, _, err := readAll(t, strings.NewReader(file))
		wantError(t, err, line, cellio.KindDamaged, fmt.Sprintf("roster.csv, line %d: %s", line, text))
	}
}

// TestErrorsHoldNoCell: the cells are card numbers and PINs, so no error may quote one.
func TestErrorsHoldNoCell(t *testing.T) {
	for _, file := range []string{
		"a,b\n48123\"4,2\n", "a,b\n\"481234\n", "a,b\n\"481234\"5\n", "a,b\n481234\x00\n", "a,b\n481234é\xe9\n",
	} {
		_, _, err := readAll(t, strings.NewReader(file))
		if err == nil || strings.Contains(err.Error(), "4812") {
			t.Errorf("error %v", err)
		}
	}
}

func wantError(t *testing.T, err error, line int, kind, text string) {
	t.Helper()
	bad, ok := errors.AsType[*cellio.InputError](err)
	if !ok {
		t.Errorf("error %v is no InputError", err)
		return
	}
	if bad.Line != line || bad.Kind != kind || bad.Error() != text {
		t.Errorf("got  line %d, %s: %s\nwant line %d, %s: %s", bad.Line, bad.Kind, bad, line, kind, text)
	}
}
