package csvio_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
)

func utf16Bytes(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

func TestEncodings(t *testing.T) {
	const text = "name;value\r\nZoë 😀;0012\r\n\r\nﬁn;'=1\r\n"
	want := lines(1, "name|value", 2, "Zoë 😀|0012", 4, "ﬁn|=1")
	tests := []struct{ name, file, encoding string }{
		{"UTF-8", text, csvio.UTF8},
		{"UTF-8 with BOM", "\xef\xbb\xbf" + text, csvio.UTF8},
		{"UTF-16LE", utf16Bytes(binary.LittleEndian, "\ufeff"+text), csvio.UTF16LE},
		{"UTF-16BE", utf16Bytes(binary.BigEndian, "\ufeff"+text), csvio.UTF16BE},
		{"UTF-16LE without BOM", utf16Bytes(binary.LittleEndian, text), csvio.UTF16LE},
		{"UTF-16BE without BOM", utf16Bytes(binary.BigEndian, text), csvio.UTF16BE},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows, table, err := readAll(t, iotest.HalfReader(strings.NewReader(test.file)))
			if err != nil || table.Encoding() != test.encoding || table.Separator() != ';' {
				t.Fatalf("error %v, table %+v", err, table)
			}
			if diff := cmp.Diff(want, rows, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWindows1252(t *testing.T) {
	tests := []struct {
		file string
		want []row
	}{
		{"name,sum\nZo\xeb,\x80 5\n\x93x\x94,\xff\n", lines(1, "name|sum", 2, "Zoë|€ 5", 3, "“x”|ÿ")},
		{"Andr\xe9", lines(1, "André")},
		{"sep=;\r\nStra\xdfe;x\r\n", lines(2, "Straße|x")},
	}
	for _, test := range tests {
		rows, table, err := readAll(t, strings.NewReader(test.file))
		if err != nil || table.Encoding() != csvio.Windows1252 {
			t.Fatalf("%q: error %v", test.file, err)
		}
		if diff := cmp.Diff(test.want, rows, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestBytesThatAreNotText(t *testing.T) {
	const (
		notUTF8  = "bytes that are not UTF-8, in a file that is UTF-8 before them; save it as CSV UTF-8 and try again"
		not1252  = "bytes that are neither UTF-8 nor Windows-1252; name its encoding (--encoding windows-1250), or save it as CSV UTF-8 and try again"
		mixed    = "UTF-8 characters in a file that is Windows-1252 before them; save it as CSV UTF-8 and try again"
		half     = "half of a UTF-16 character; save it as CSV UTF-8 and try again"
		cutShort = "the file ends in the middle of a character; the file may have been cut short; export it again"
	)
	many := strings.Repeat("1,2\n", 30_000) // beyond the part that is looked at first
	tests := []struct {
		name, file string
		line       int
		message    string
	}{
		{"Latin after the first 64 KiB", "a,b\n" + many + "\xe9t\xe9,1\n", 30_002, notUTF8},
		{"UTF-8, then Latin", "Zo\u00eb,1\nZo\xeb,1\n", 2, notUTF8},
		{"Latin under a UTF-8 mark", "\xef\xbb\xbfa\nb\nZo\xeb,1\n", 3, notUTF8},
		{"in a quoted cell", "Zo\u00eb,1\n\"x\ny\xeb\",1\n", 3, notUTF8},
		{"surrogates in UTF-8", "Zo\u00eb\n\xed\xa0\xbd\n", 2, notUTF8},
		{"Latin, then UTF-8 later", "Zo\xeb,b\n" + many + "Zo\u00eb,1\n", 30_002, mixed},
		{"undefined in Windows-1252", "Zo\xeb\n\x81\n", 2, not1252},
		{"UTF-8 cut in a character", "\u00eb,b\nZo\xc3", 2, cutShort},
		{"UTF-16 cut in a unit", "\xff\xfea\x00\n\x00b", 2, cutShort},
		{"UTF-16 cut in a pair", "\xff\xfea\x00\n\x00\x3d\xd8", 2, cutShort},
		{"UTF-16 low surrogate alone", "\xff\xfea\x00\n\x00\x00\xdca\x00", 2, half},
		{"UTF-16 high surrogate alone", "\xfe\xff\x00a\x00\n\xd8\x3d\x00a", 2, half},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows, _, err := readAll(t, strings.NewReader(test.file))
			wantError(t, err, test.line, cellio.KindEncoding, fmt.Sprintf("roster.csv, line %d: %s", test.line, test.message))
			if len(rows) >= test.line {
				t.Errorf("%d rows came from before line %d", len(rows), test.line)
			}
		})
	}
}

// TestCharacterAtTheBorderOfTheFirstLook: the first 64 KiB may end inside a character, which says
// nothing about the file.
func TestCharacterAtTheBorderOfTheFirstLook(t *testing.T) {
	for pad := 65_520; pad < 65_540; pad++ {
		text := "a,b\n" + strings.Repeat("x", pad-4) + "😀,é\n"
		rows, table, err := readAll(t, strings.NewReader(text))
		if err != nil || table.Encoding() != csvio.UTF8 || len(rows) != 2 || rows[1].cells[1] != "é" {
			t.Errorf("pad %d: %d rows, %v", pad, len(rows), err)
		}
	}
}
