package xlsxio

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

// damageSheet has every form of cell in a small space.
const damageSheet = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="urn:r"><dimension ref="A1:E4"/><cols><col min="1" max="2" hidden="1"/></cols><sheetData>
<row r="1" spans="1:5"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" s="1"><v>45292.5</v></c></row>
<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t xml:space="preserve"> 00&amp;12 &#x41;</t></is></c><c r="B2" t="str"><f>A1&amp;"x"</f><v>a_x0041_b</v></c><c t="b"><v>1</v></c></row>
<row><c r="A3" t="e"><v>#N/A</v></c><c><v>-1.5E+3</v></c><c t="inlineStr"><is><r><rPr><b/></rPr><t>ünï</t></r><r><t><![CDATA[<c>]]></t></r></is></c><c t="d"><v>2024-01-05</v></c></row>
<!-- end --><row r="9"><c r="A9"><f>1</f></c><c r="B9" s="2"/><c r="C9" s="2"><v>12</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells><extLst><ext uri="x"><y:z xmlns:y="urn:y">text</y:z></ext></extLst></worksheet>`

// scan reads a sheet part without a zip file around it.
func scan(src io.Reader) (string, error) {
	texts := &sharedTexts{}
	texts.Add([]byte("value"))
	texts.Add([]byte("starts"))
	styles := &styleBook{styles: []numberStyle{{}, {format: cellio.FormatOther, date: true, clock: true}, {format: cellio.FormatPad, width: 5}}}
	s := &scanner{textReader: textReader{xml: officeio.NewScanner(src)}, texts: texts, styles: styles}
	var out strings.Builder
	for {
		more, err := s.next()
		if err != nil || !more {
			return out.String(), err
		}
		for col, cell := range s.cells {
			if cell != (cellio.Cell{}) {
				fmt.Fprintf(&out, "%s %d %v %q\n", officeio.CellName(s.row, col), cell.Kind, cell.Formula, cell.Text)
			}
		}
	}
}

// TestEveryCut cuts a sheet and its shared strings at every byte.
func TestEveryCut(t *testing.T) {
	if _, err := scan(strings.NewReader(damageSheet)); err != nil {
		t.Fatal(err)
	}
	for cut := range damageSheet {
		if _, err := scan(strings.NewReader(damageSheet[:cut])); err == nil {
			t.Fatalf("a sheet cut at byte %d was read without an error", cut)
		}
	}
	texts := xlsxtest.Strings("value", " a_x0041_ ", "&<ü")
	read := func(data string) error {
		_, err := readSharedTexts(strings.NewReader(data), minTexts)
		return err
	}
	if err := read(texts); err != nil {
		t.Fatal(err)
	}
	for cut := range texts {
		if err := read(texts[:cut]); err == nil {
			t.Fatalf("shared strings cut at byte %d were read without an error", cut)
		}
	}
}

// TestEveryCutInZip does the same in whole workbooks with right checksums.
func TestEveryCutInZip(t *testing.T) {
	book := smallBook()
	whole := book.Sheets[0].XML
	for cut := range whole {
		book.Sheets[0].XML = whole[:cut]
		_, _, err := readAll(book.Bytes(t))
		if err == nil {
			t.Fatalf("a workbook whose sheet is cut at byte %d was read without an error", cut)
		}
		officetest.InputError(t, err)
	}
}

// sheets compares the scanner with encoding/xml.
var sheets = officetest.Oracle{
	Scan: scan, Decode: oracle,
	Comparable: func(scanned, decoded string) (have, want string) {
		return plainContent(scanned), withoutBroken(decoded, scanned)
	},
}

func TestRandomEdits(t *testing.T) {
	accepted, refused := sheets.Damaged(t, rand.New(rand.NewPCG(3, 4)), damageSheet, 6000)
	if accepted < 250 || refused < 3000 {
		t.Errorf("%d accepted, %d refused: the edits are not what they were meant to be", accepted, refused)
	}
}

// plainContent returns what scan found, as far as the oracle knows it: texts, errors and numbers,
// but not how dates are shown.
func plainContent(scanned string) string {
	var out strings.Builder
	for _, l := range strings.SplitAfter(scanned, "\n") {
		var name, formula, text string
		var kind cellio.Kind
		if n, _ := fmt.Sscanf(l, "%s %d %s %q", &name, &kind, &formula, &text); n != 4 {
			continue
		}
		switch {
		case kind == cellio.Broken:
			continue
		case kind == cellio.Date:
			text = "date"
		case kind == cellio.Blank || text == "":
			continue
		}
		fmt.Fprintf(&out, "%s %q\n", name, text)
	}
	return out.String()
}

// withoutBroken removes those cells from the oracle's content that the scanner took for broken.
func withoutBroken(content, scanned string) string {
	for l := range strings.Lines(scanned) {
		var name string
		var kind cellio.Kind
		if n, _ := fmt.Sscanf(l, "%s %d", &name, &kind); n != 2 || kind != cellio.Broken {
			continue
		}
		var kept []string
		for line := range strings.Lines(content) {
			if !strings.HasPrefix(line, name+" ") {
				kept = append(kept, line)
			}
		}
		content = strings.Join(kept, "")
	}
	return content
}

// oracleSheet is a sheet as encoding/xml decodes it.
type oracleSheet struct {
	Rows []struct {
		R     string `xml:"r,attr"`
		Cells []struct {
			R      string   `xml:"r,attr"`
			T      string   `xml:"t,attr"`
			S      string   `xml:"s,attr"`
			V      string   `xml:"v"`
			Inline []string `xml:"is>t"`
			Runs   []string `xml:"is>r>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

// oracle reads a sheet with encoding/xml.
func oracle(data []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			return "", err
		}
	}
	var sheet oracleSheet
	if err := xml.Unmarshal(data, &sheet); err != nil {
		return "", err
	}
	var out strings.Builder
	row := 0
	for _, r := range sheet.Rows {
		row++
		if r.R != "" {
			row, _ = strconv.Atoi(r.R)
		}
		col := -1
		for _, c := range r.Cells {
			col++
			if c.R != "" {
				col, _, _ = officeio.ParseCell([]byte(c.R))
			}
			text := strings.Trim(c.V, " \t\r\n")
			switch c.T {
			case "s":
				if text != "" {
					text = map[string]string{"0": "value", "1": "starts"}[strings.TrimLeft(text[:len(text)-1], "0")+text[len(text)-1:]]
				}
			case "inlineStr":
				text = ""
				for _, part := range append(c.Inline, c.Runs...) {
					text += oracleEscape(part)
				}
			case "str":
				text = oracleEscape(c.V)
			case "b":
				if text != "" {
					text = map[bool]string{true: "TRUE", false: "FALSE"}[text == "1" || text == "true"]
				}
			case "d":
				if text != "" {
					text = "date"
				}
			case "", "n":
				style, _ := strconv.Atoi(c.S)
				serial, err := strconv.ParseFloat(text, 64)
				if _, known := appendSerial(nil, serial, false, false); style == 1 && err == nil && known {
					text = "date"
				}
			}
			if text != "" {
				fmt.Fprintf(&out, "%s %q\n", officeio.CellName(row, col), text)
			}
		}
	}
	return out.String(), nil
}

var escapePattern = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

func oracleEscape(text string) string {
	return escapePattern.ReplaceAllStringFunc(text, func(escape string) string {
		n, _ := strconv.ParseUint(escape[2:6], 16, 16)
		return string(utf16.Decode([]uint16{uint16(n)}))
	})
}

// FuzzSheet looks for panics, for results that depend on how the bytes arrive, and for sheets that
// encoding/xml refuses or reads differently.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(damageSheet))
	f.Add([]byte(`<x:worksheet xmlns:x="` + officeio.StrictMain +
		`"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`))
	f.Add([]byte(`<worksheet xmlns="` + officeio.Main + `"><sheetData/></worksheet><!-- --><?a b?>`))
	f.Add([]byte(`<worksheet xmlns="` + officeio.Main + `"><![CDATA[>]]><sheetData/></worksheet>`))
	f.Add([]byte("\xEF\xBB\xBF<worksheet xmlns='" + officeio.Main + "'>\r\n<sheetData></sheetData ></worksheet\t>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4096 {
			sheets.Accepts(t, data)
		}
	})
}

// FuzzSharedTexts does the same for the shared strings.
func FuzzSharedTexts(f *testing.F) {
	f.Add([]byte(xlsxtest.Strings("value", " a_x0041__xD83D__xDD11_ ", "&<ü")))
	f.Add([]byte(`<sst xmlns="` + officeio.StrictMain + `"><si><r><t>a</t></r><rPh><t>b</t></rPh></si><si/></sst>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return
		}
		_, _ = officetest.ReadTwice(t, data, func(src io.Reader) (string, error) {
			texts, err := readSharedTexts(src, minTexts)
			if err != nil {
				return "", err
			}
			var all []string
			for i := range texts.Len() {
				all = append(all, texts.At(i))
			}
			return fmt.Sprintf("%q", all), nil
		})
	})
}
