package cellio_test

import (
	"fmt"

	"keyroster/io/cellio"
)

// The error for an unusable file says where the file is wrong and what to do, to people and scripts
// alike.
func Example() {
	err := &cellio.InputError{
		File: "badges.xlsx", Sheet: "Doors", Line: 7, Cell: "C7", Kind: cellio.KindDamaged,
		Message: "the row ends in the middle of a cell", Remedy: "export the file again",
	}
	fmt.Println(err)
	fmt.Println(err.Problem().Kind)

	sheets := []cellio.Sheet{{Name: "Doors North", Visible: true}, {Name: "Doors South", Visible: true}, {Name: "Notes"}}
	for _, sheet := range cellio.FindSheets(sheets, "Doors *") {
		fmt.Println(sheet.Name)
	}
	// Output:
	// badges.xlsx, sheet "Doors", cell C7: the row ends in the middle of a cell; export the file again
	// damaged
	// Doors North
	// Doors South
}
