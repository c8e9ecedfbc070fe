// Command naive compares two CSV files by their first column with maps of records, as a
// first version would be written.
package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	have, heads := read(os.Args[1])
	want, columns := read(os.Args[2])
	created, gone, changed := 0, 0, 0
	for id, row := range want {
		old, found := have[id]
		if !found {
			created++
			continue
		}
		for i, name := range columns {
			if old[slices.Index(heads, name)] != row[i] {
				changed++
				break
			}
		}
	}
	for id := range have {
		if want[id] == nil {
			gone++
		}
	}
	fmt.Println(created, gone, changed)
}

func read(path string) (rows map[string][]string, head []string) {
	f, err := os.Open(path)
	if err == nil {
		var all [][]string
		if all, err = csv.NewReader(f).ReadAll(); err == nil {
			rows = map[string][]string{}
			for _, row := range all[1:] {
				rows[row[0]] = row
			}
			all[0][0] = strings.TrimPrefix(all[0][0], "\ufeff")
			return rows, all[0]
		}
	}
	fmt.Fprintln(os.Stderr, "naive:", err)
	os.Exit(1)
	return nil, nil
}
