package annotation_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/annotation"
	"keyroster/io/rosterio"
)

// Example copies a roster with a damaged cell to a workbook, with a remark on that cell; the roster
// itself stays as it is.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	path, out := filepath.Join(base, "badges.csv"), filepath.Join(base, "badges.xlsx")
	text := []byte("credential_id,type,value\nb1,card,0071234567\nb2,card,7.12E+09\n")
	check(os.WriteFile(path, text, 0o600))
	roster, err := rosterio.Read(context.Background(), []string{path}, rosterio.Options{Schema: schema, Row: badge{}})
	check(err)

	remarks, err := annotation.Open(out, roster, annotation.Source{Schema: schema})
	check(err) // fails if no faithful copy can be made
	check(remarks.Problems(zerolog.Nop(), roster.Problems))
	_, err = os.Stat(out)
	check(err)
	left, err := os.ReadFile(path)
	fmt.Println(len(roster.Problems), "remark, the roster is as it was:", bytes.Equal(left, text), err)
	// Output:
	// 1 remark, the roster is as it was: true <nil>
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
