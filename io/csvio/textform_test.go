package csvio

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	_ "keyroster/reconcile/fixedseed"
)

func cellsOf(t interface{ Fatal(...any) }, text string, src func(io.Reader) io.Reader) [][]string {
	r := csv.NewReader(newTextForms(bufio.NewReaderSize(src(strings.NewReader(text)), 512), ','))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestTextForms(t *testing.T) {
	const text = "id,value\n=\"0042\",=\"\"\nx,=\"00123456\"\n\"a,=\"\"b\"\"\",=A1\n=,x=\n=\"7\""
	want := [][]string{{"id", "value"}, {`="0042"`, `=""`}, {"x", `="00123456"`}, {`a,="b"`, "=A1"}, {"=", "x="}, {`="7"`}}
	for name, src := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
		if diff := cmp.Diff(want, cellsOf(t, text, src)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestTextFormsLeaveAllElse: whatever encoding/csv can read comes out unchanged.
func TestTextFormsLeaveAllElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a=,"\n]|="|"",|"a,=""b""")*`).Draw(t, "text")
		plain := csv.NewReader(strings.NewReader(text))
		plain.FieldsPerRecord = -1
		want, err := plain.ReadAll()
		if err != nil {
			return
		}
		src := func(r io.Reader) io.Reader { return r }
		if rapid.Bool().Draw(t, "byte by byte") {
			src = iotest.OneByteReader
		}
		if diff := cmp.Diff(want, cellsOf(t, text, src)); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}
