package describe_test

import (
	"fmt"

	"keyroster/cmd/internal/describe"
	"keyroster/providers/all"
)

// Example prints part of the table of abilities, which is made from what the providers say of
// themselves.
func Example() {
	for _, row := range describe.Abilities[:3] {
		fmt.Print(row.Title, ":")
		for _, spec := range all.Specs() {
			fmt.Print(" ", spec.Name, "=", row.Short(spec))
		}
		fmt.Println()
	}
	// Output:
	// list all records: doorflow=yes pingone=yes seam=yes
	// unpaged read: doorflow=yes pingone=no seam=no
	// pages in parallel: doorflow=yes pingone=no seam=no
}
