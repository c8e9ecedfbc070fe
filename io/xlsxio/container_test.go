package xlsxio

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

func smallBook() xlsxtest.Book {
	return xlsxtest.Book{
		Sheets: []xlsxtest.Sheet{{Name: "Doors", XML: xlsxtest.Rows(
			`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>` +
				`<row r="2"><c r="A2" t="inlineStr"><is><t>0012</t></is></c><c r="B2" s="1"><v>45292</v></c></row>` +
				`<row r="3" hidden="1"><c r="A3" t="b"><v>1</v></c><c r="B3" t="str"><f>A1&amp;"x"</f><v>valuex</v></c></row>`)}},
		SharedStrings: xlsxtest.Strings("value", "starts_at"),
		Styles:        xlsxtest.Styles("yyyy-mm-dd"),
	}
}

// open opens a workbook's file until the test ends.
func open(t *testing.T, path string) (*Workbook, error) {
	t.Helper()
	f, size, err := officeio.OpenFile(path)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = f.Close() })
	return OpenReader(f, size, path)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	zipped := func(name string, entries ...xlsxtest.Entry) string {
		return file(name, xlsxtest.Zip(t, true, entries...))
	}
	with := func(name string, extra ...xlsxtest.Entry) string {
		return zipped(name, append(smallBook().Entries(), extra...)...)
	}
	replaced := func(name string, extra xlsxtest.Entry) string {
		book := smallBook()
		book.Extra = []xlsxtest.Entry{extra}
		return file(name, book.Bytes(t))
	}
	types := func(kind string) xlsxtest.Entry {
		return xlsxtest.Entry{Name: "[Content_Types].xml", Data: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" ContentType="` + kind + `"/></Types>`}
	}
	document := func(name, kind string) string {
		return zipped(name, types(kind), xlsxtest.Entry{Name: "x", Data: "x"}, xlsxtest.Entry{
			Name: "_rels/.rels", Data: `<Relationships><Relationship Id="a" Type="` + office + `/officeDocument" Target="x"/></Relationships>`,
		})
	}
	protected := filepath.Join(dir, "protected.xlsx")
	book := excelize.NewFile()
	if err := book.SaveAs(protected, excelize.Options{Password: "not a secret"}); err != nil {
		t.Fatal(err)
	}
	small := smallBook().Bytes(t)
	tests := []struct{ name, path, kind, words string }{
		{"missing", filepath.Join(dir, "none.xlsx"), cellio.KindMissingFile, "no such file"},
		{"folder", dir, cellio.KindDirectory, "folder"},
		{"empty", file("empty.xlsx", nil), cellio.KindEmptyFile, "empty"},
		{"zeros", file("zeros.xlsx", make([]byte, 5000)), cellio.KindDamaged, "zero bytes"},
		{"text", file("text.xlsx", []byte("id,value\n1,2\n")), cellio.KindFileType, "not a workbook"},
		{"one byte", file("one.xlsx", []byte("P")), cellio.KindFileType, "not a workbook"},
		{"old Excel", "testdata/libreoffice.xls", cellio.KindFileType, ".xls"},
		{"password", protected, cellio.KindPassword, "remove the password"},
		{
			"other OLE",
			file("ole.doc", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...)),
			cellio.KindFileType, "old or password-protected Office",
		},
		{
			"OpenDocument", zipped("x.ods", xlsxtest.Entry{
				Name: "mimetype", Data: "application/vnd.oasis.opendocument.spreadsheet",
			}), cellio.KindFileType, "zip file but not a workbook",
		},
		{"binary workbook", document("x.xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"), cellio.KindFileType, ".xlsb"},
		{"text document", document("x.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), cellio.KindFileType, "text document"},
		{
			"other zip", zipped("x.zip", xlsxtest.Entry{Name: "readme.txt", Data: "x"}),
			cellio.KindFileType, "zip file but not a workbook",
		},
		{"zip without entries", zipped("empty.zip"), cellio.KindFileType, "zip file but not a workbook"},
		{
			"package without workbook",
			zipped("x.nupkg", types("x"), xlsxtest.Entry{Name: "_rels/.rels", Data: `<Relationships/>`}),
			cellio.KindFileType, "zip file but not a workbook",
		},
		{"cut zip", file("cut.xlsx", small[:len(small)/2]), cellio.KindDamaged, "cut off"},
		{"entry twice", with("twice.xlsx", xlsxtest.Entry{Name: "xl/worksheets/sheet1.xml", Data: "x"}), cellio.KindDamaged, "two entries"},
		{"entry twice in other case", with("case.xlsx", xlsxtest.Entry{Name: `XL\worksheets\Sheet1.xml`, Data: "x"}), cellio.KindDamaged, "two entries"},
		{"entry that climbs", with("climb.xlsx", xlsxtest.Entry{Name: "../x", Data: "x"}), cellio.KindDamaged, "leads out"},
		{"entry with a climb inside", with("inside.xlsx", xlsxtest.Entry{Name: "xl/../y", Data: "x"}), cellio.KindDamaged, "leads out"},
		{"absolute entry", with("absolute.xlsx", xlsxtest.Entry{Name: "/x", Data: "x"}), cellio.KindDamaged, "leads out"},
		{"entry on a drive", with("drive.xlsx", xlsxtest.Entry{Name: `c:\x`, Data: "x"}), cellio.KindDamaged, "leads out"},
		{"broken workbook part", replaced("b1.xlsx", xlsxtest.Entry{Name: "xl/workbook.xml", Data: "<workbook>"}), cellio.KindDamaged, "xl/workbook.xml"},
		{"other workbook part", replaced("b2.xlsx", xlsxtest.Entry{Name: "xl/workbook.xml", Data: "<workbook/>"}), cellio.KindDamaged, "namespace of workbooks"},
		{"broken relations", replaced("b3.xlsx", xlsxtest.Entry{Name: "xl/_rels/workbook.xml.rels", Data: "<Relationships"}), cellio.KindDamaged, "workbook.xml.rels"},
		{"broken styles", replaced("b4.xlsx", xlsxtest.Entry{Name: "xl/styles.xml", Data: smallBook().Styles + "x"}), cellio.KindDamaged, "xl/styles.xml"},
		{
			"sheet without relation",
			replaced("b5.xlsx", xlsxtest.Entry{
				Name: "xl/_rels/workbook.xml.rels", Data: "<Relationships/>",
			}),
			cellio.KindDamaged, "is missing",
		},
		{"relation twice", replaced("b7.xlsx", xlsxtest.Entry{Name: "xl/_rels/workbook.xml.rels", Data: `<Relationships><Relationship Id="a"/><Relationship Id="a"/></Relationships>`}), cellio.KindDamaged, "two relations"},
		{"chart sheet only", replaced("b8.xlsx", xlsxtest.Entry{Name: "xl/_rels/workbook.xml.rels", Data: `<Relationships><Relationship Id="rId1" Type="` + office + `/chartsheet" Target="c.xml"/></Relationships>`}), cellio.KindSheet, "no worksheet"},
		{
			"large workbook part",
			replaced("b6.xlsx", xlsxtest.Entry{
				Name: "xl/styles.xml", Data: strings.Repeat(" ", officeio.SmallPart+1),
			}),
			cellio.KindTooLarge, "limit",
		},
		{"two sheets of one name", file("same.xlsx", xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "a", XML: xlsxtest.Rows("")}, {Name: "A", XML: xlsxtest.Rows("")}}}.Bytes(t)), cellio.KindDamaged, "two sheets"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := open(t, tc.path)
			e := officetest.InputError(t, err)
			if e.Kind != tc.kind || !strings.Contains(e.Error(), tc.words) {
				t.Errorf("kind %s, want %s with %q: %v", e.Kind, tc.kind, tc.words, e)
			}
		})
	}
}

func TestMissingSheetPart(t *testing.T) {
	var entries []xlsxtest.Entry
	for _, e := range smallBook().Entries() {
		if !strings.Contains(e.Name, "sheet1") {
			entries = append(entries, e)
		}
	}
	_, _, err := readAll(xlsxtest.Zip(t, true, entries...))
	if e := officetest.InputError(t, err); !strings.Contains(e.Message, "missing") {
		t.Error(e)
	}
}

func TestIsWorkbook(t *testing.T) {
	old, err := os.ReadFile("testdata/libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	for head, want := range map[string]bool{"": false, "PK": false, "id,value": false, string(smallBook().Bytes(t)[:8]): true, string(old[:8]): true} {
		if got := officeio.IsWorkbook([]byte(head)); got != want {
			t.Errorf("IsWorkbook(%q) = %v", head, got)
		}
	}
}

// TestBound sets the bound below what a workbook needs.
func TestBound(t *testing.T) {
	data := smallBook().Bytes(t)
	open := func(limit int64) error {
		zip, err := officeio.Open("book.xlsx", bytes.NewReader(data), int64(len(data)), limit)
		if err != nil {
			return err
		}
		w, err := Load("book.xlsx", zip)
		if err != nil {
			return err
		}
		table, err := w.Table("Doors")
		if err != nil {
			return err
		}
		_, err = officetest.Lines(table)
		return err
	}
	total := 0
	for _, e := range smallBook().Entries() {
		total += len(e.Data)
	}
	if err := open(int64(total)); err != nil {
		t.Errorf("bound of exactly the size: %v", err)
	}
	for limit := int64(1); limit < int64(total); limit += 7 {
		if e := officetest.InputError(t, open(limit)); e.Kind != cellio.KindTooLarge {
			t.Fatalf("bound %d of %d: %v", limit, total, e)
		}
	}
	if err := open(officeio.MaxBytes); err != nil {
		t.Errorf("largest bound: %v", err)
	}
}

// padded returns a shared strings part with the items after n random bytes.
func padded(n int, items string) string {
	noise := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise) // never fails
	return strings.Replace(xlsxtest.Strings(), "</sst>", "<!--"+base64.StdEncoding.EncodeToString(noise)+"-->"+items+"</sst>", 1)
}

// TestBomb reads parts that inflate endlessly, in bounded memory.
func TestBomb(t *testing.T) {
	const size = 9 << 20 // more than any part may unpack to when packed this well
	spaces := strings.Repeat(strings.Repeat(" ", 1<<20-7)+"<!---->", size>>20)
	sheet := xlsxtest.Rows(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	tests := map[string]xlsxtest.Book{
		"sheet":  {Sheets: []xlsxtest.Sheet{{Name: "S", XML: strings.Replace(sheet, "<row", spaces+"<row", 1)}}},
		"behind": {Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet + spaces}}},
		"texts":  {Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}, SharedStrings: strings.Replace(xlsxtest.Strings(), "</sst>", strings.Repeat("<si><t>"+strings.Repeat("x", 1<<19)+"</t></si>", size>>19)+"</sst>", 1)},
		"styles": {Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}, Styles: xlsxtest.Styles() + spaces},
		// Padded with data that cannot be compressed, so that the overall ratio is less than that
		// of a bomb.
		"many texts": {Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}, SharedStrings: padded(100<<10, strings.Repeat("<si/>", minTexts+1))},
		"long texts": {Sheets: []xlsxtest.Sheet{{Name: "S", XML: sheet}}, SharedStrings: padded(400<<10, strings.Repeat("<si><t>"+strings.Repeat("x", 1<<16)+"</t></si>", textFloor>>16))},
	}
	for name, book := range tests {
		t.Run(name, func(t *testing.T) {
			book.Deflate = true
			data := book.Bytes(t)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := readAll(data)
			runtime.ReadMemStats(&after)
			if e := officetest.InputError(t, err); e.Kind != cellio.KindTooLarge {
				t.Error(e)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 100 {
				t.Errorf("allocated %d MiB", used)
			}
		})
	}
}

// TestLyingSizes changes what the zip directory says about the sheet.
func TestLyingSizes(t *testing.T) {
	data := smallBook().Bytes(t)
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	for at >= 0 && !bytes.HasPrefix(data[at+46:], []byte("xl/worksheets/sheet1.xml")) {
		at = bytes.LastIndex(data[:at], []byte("PK\x01\x02"))
	}
	for name, change := range map[string]func(header []byte){
		"checksum":      func(h []byte) { h[16]++ },
		"zero checksum": func(h []byte) { clear(h[16:20]); h[8] &^= 8 },
		"smaller":       func(h []byte) { binary.LittleEndian.PutUint32(h[24:], binary.LittleEndian.Uint32(h[24:])-20) },
		"larger":        func(h []byte) { binary.LittleEndian.PutUint32(h[24:], binary.LittleEndian.Uint32(h[24:])+20) },
		"method":        func(h []byte) { h[10] = 99 },
		"encrypted":     func(h []byte) { h[8] |= 1 },
	} {
		t.Run(name, func(t *testing.T) {
			damaged := bytes.Clone(data)
			change(damaged[at:])
			_, _, err := readAll(damaged)
			officetest.InputError(t, err)
		})
	}
}

// TestDamagedZip flips bytes, cuts and punches holes at random: whatever is still read must be what
// was there before.
func TestDamagedZip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	book := smallBook()
	refused, harmless := 0, 0
	for _, deflate := range []bool{true, false} {
		book.Deflate = deflate
		data := book.Bytes(t)
		want, _, err := readAll(data)
		if err != nil {
			t.Fatal(err)
		}
		for range 1200 {
			damaged := bytes.Clone(data)
			at := rng.IntN(len(damaged))
			switch rng.IntN(4) {
			case 0, 1:
				damaged[at] ^= 1 << rng.IntN(8)
			case 2:
				damaged = damaged[:at]
			case 3:
				hole := min(1+rng.IntN(64), len(damaged)-at)
				if bytes.Count(damaged[at:at+hole], []byte{0}) == hole {
					continue
				}
				clear(damaged[at : at+hole])
			}
			got, w, err := readAll(damaged)
			if err != nil {
				officetest.InputError(t, err)
				refused++
				continue
			}
			harmless++
			if diff := cmp.Diff(want, got); diff != "" || w.Sheets()[0].Name != "Doors" {
				t.Fatalf("silent damage at %d of %d: %s", at, len(data), diff)
			}
		}
	}
	if refused < 1800 || harmless == 0 {
		t.Errorf("%d refused, %d harmless: the damage is not what it was meant to be", refused, harmless)
	}
}

// TestTableAgain reads a sheet twice, the first time only its first line.
func TestTableAgain(t *testing.T) {
	data := smallBook().Bytes(t)
	w, err := OpenReader(bytes.NewReader(data), int64(len(data)), "book.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	first, err := w.Table("Doors")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Next(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := w.Table("Doors")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := officetest.Lines(second)
	if err != nil || len(lines) != 3 {
		t.Errorf("read %d lines, %v", len(lines), err)
	}
	if _, err := second.Next(); err != io.EOF {
		t.Errorf("Next behind the end: %v", err)
	}
	if got := second.CellName(7, 2) + second.CellName(1, 0) + second.CellName(9, 25) + second.CellName(9, 26) + second.CellName(9, 16383); got != "C7A1Z9AA9XFD9" {
		t.Errorf("cell names: %s", got)
	}
}
