package termio_test

import (
	"fmt"
	"os"

	"keyroster/io/termio"
)

// A name from a provider that would clear the screen, and reverse the text after it, is shown as
// what it is.
func Example() {
	out := termio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "Mira \x1b[2J Quill \u202e7654")
	if err := out.Flush(); err != nil {
		fmt.Println(err)
	}
	fmt.Println(termio.Escape("two\nlines"), termio.Width("門 3"))
	// Output:
	// Mira \x1b[2J Quill \u202e7654
	// two\x0alines 4
}
