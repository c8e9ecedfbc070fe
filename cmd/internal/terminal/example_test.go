package terminal_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"keyroster/cmd/internal/terminal"
)

// A question is answered by a yes alone: an input that has ended is none, so that nothing
// happens for want of a user to say no. What is no terminal gets no colour.
func Example() {
	for _, answer := range []string{"yes\n", "maybe\n", ""} {
		yes, err := terminal.Confirm(context.Background(), strings.NewReader(answer), os.Stdout, "Delete 3 badges?")
		fmt.Println(yes, err)
	}
	var file bytes.Buffer
	fmt.Println("colours:", terminal.Style{}.Colors(&file), "folded at:", terminal.WrapWidth(&file))
	// Output:
	// Delete 3 badges? [yes/no] true <nil>
	// Delete 3 badges? [yes/no] false <nil>
	// Delete 3 badges? [yes/no] false <nil>
	// colours: false folded at: 0
}
