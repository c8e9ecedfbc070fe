package shape_test

import (
	"fmt"

	"keyroster/reconcile/shape"
)

// The three questions about a value: can it be one anywhere, did a person say that its shape is
// right, and is it like the others of its type?
func Example() {
	fmt.Println("impossible:", shape.Impossible("mira@example.com"))

	cards, err := shape.Parse("digits:8-10")
	fmt.Println(cards, cards.Match("0071234567"), cards.Match("71-234"), err)

	var others shape.Population
	for n := range 2 * shape.Few {
		others.Add(fmt.Sprintf("00712345%02d", n))
	}
	fmt.Println(others.Tells(), others.String(), others.Fits("0081726354"), others.Fits("4711"))

	// And about a value that it replaces: did a spreadsheet have it in between?
	fmt.Println(shape.LostZeros("71234567", "0071234567"), shape.Rounded("1234567890123450000", "1234567890123454321"))
	// Output:
	// impossible: an e-mail address
	// digits:8-10 true false <nil>
	// true 10 digits true false
	// true true
}
