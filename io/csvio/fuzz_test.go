package csvio_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
)

func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"", "a,b\n1,2\n", "sep=;\na;b\r\n\"x\r\ny\";'=1\r\n", "a\r\"b\r\n\rc\"\rd\r", "\xef\xbb\xbfa\tb\n", "a|b\n\xe9|2\n",
		"\xff\xfea\x00,\x00b\x00\n\x00", "\xfe\xff\x00a\xd8\x3d\xdc\x00", "a\x00,\x00b\x00\n\x00", "\"", "\"\"x", "a\"b\r\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, table, err := readAll(t, bytes.NewReader(file))
		if bad, ok := errors.AsType[*cellio.InputError](err); err != nil && (!ok || bad.Line == 0 && bad.Kind != cellio.KindFileType) {
			t.Fatalf("error without a line: %v", err)
		}
		for _, row := range rows {
			if strings.Join(row.cells, "") == "" {
				t.Fatalf("line %d is blank", row.line)
			}
		}
		// How the bytes arrive does not matter.
		slow, slowTable, slowErr := readAll(t, iotest.OneByteReader(bytes.NewReader(file)))
		if !cmp.Equal(rows, slow, cmp.AllowUnexported(row{})) || fmt.Sprint(err) != fmt.Sprint(slowErr) {
			t.Fatalf("whole: %v, %v\nby bytes: %v, %v", rows, err, slow, slowErr)
		}
		if table != nil && (table.Encoding() != slowTable.Encoding() || table.Separator() != slowTable.Separator()) {
			t.Fatalf("%s %q or %s %q", table.Encoding(), table.Separator(), slowTable.Encoding(), slowTable.Separator())
		}
	})
}

// FuzzAgainstEncodingCSV: a file that uses none of our extensions has the same rows as in
// encoding/csv.
func FuzzAgainstEncodingCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a;b\n\"x\n\n\"\"y\";2\n\n;\n3;4", "a\"b", "\"a\"b", "\"a", "é|\"|\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if strings.ContainsAny(file, "\r\x00'") || !utf8.ValidString(file) || strings.HasPrefix(file, "\ufeff") {
			return
		}
		got, table, err := readAll(t, strings.NewReader(file))
		if table == nil || len(file) > 4 && strings.EqualFold(file[:4], "sep=") {
			return
		}
		std := csv.NewReader(strings.NewReader(file))
		std.Comma, std.FieldsPerRecord = table.Separator(), -1
		var want []row
		for {
			record, stdErr := std.Read()
			if stdErr != nil {
				if (stdErr == io.EOF) != (err == nil) {
					t.Fatalf("error %v, encoding/csv %v", err, stdErr)
				}
				break
			}
			if line, _ := std.FieldPos(0); strings.Join(record, "") != "" {
				want = append(want, row{line, record})
			}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Fatalf("(-encoding/csv +got):\n%s", diff)
		}
	})
}
