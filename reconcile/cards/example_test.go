package cards_test

import (
	"fmt"

	"keyroster/reconcile/cards"
)

// One card, as three systems spell it. What would be lost on the way is an error, which does not
// repeat the number.
func Example() {
	decimal, err := cards.ParseFormat("decimal")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"decimal:10", "hex:8", "facility:FFF-NNNNN"} {
		format, err := cards.ParseFormat(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := cards.Respell("11468794", decimal, format)
		fmt.Println(format, text, err)
	}
	_, err = cards.Respell("0011468794", decimal, decimal)
	fmt.Println(err)
	// Output:
	// decimal:10 0011468794 <nil>
	// hex:8 00AEFFFA <nil>
	// facility:FFF-NNNNN 174-65530 <nil>
	// read the card number as decimal: it has leading zeros, which would be lost: declare how many digits there are
}
