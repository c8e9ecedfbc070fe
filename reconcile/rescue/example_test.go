package rescue_test

import (
	"errors"
	"fmt"

	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// A page that makes its reader panic fails alone: the others are read, and what the panic said is
// not repeated, since it may contain a value.
func Example() {
	pages := []func() error{
		func() error { return nil },
		func() error { panic("value 0071234567 has no type") },
		func() error { return errors.New("the host is down") },
	}
	for n, read := range pages {
		err := rescue.Guarded(read)()
		var failure *reconcile.Failure
		fmt.Println(n, err == nil, errors.As(err, &failure))
	}
	// Output:
	// 0 true false
	// 1 false true
	// 2 false false
}
