package terminal_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"keyroster/cmd/internal/terminal"
)

// Example shows that only a yes means yes: an input that has ended does not, so nothing happens
// merely because no user was there to say no. What is not a terminal gets no colour.
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
