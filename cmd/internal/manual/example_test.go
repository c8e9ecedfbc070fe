package manual_test

import (
	"fmt"
	"testing/fstest"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/manual"
)

// Example shows a topic: a page of Markdown that help shows by its name, and that is named in the
// help of the commands it is about.
func Example() {
	book := manual.Open(fstest.MapFS{"manual/limits.md": {Data: []byte(
		"# Limits\n\n<!-- commands: apply -->\n\nA plan that would delete **too many** badges is refused.\n")}})
	root := &cobra.Command{Use: "keyroster"}
	root.AddCommand(&cobra.Command{Use: "apply", Run: func(*cobra.Command, []string) {}})

	asked, err := book.Ask(root, []string{"limits"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(asked.Topic.Render(manual.Style{Width: 40}))
	fmt.Print(book.Beside("apply"))
	// Output:
	// Limits
	//
	//   A plan that would delete too many
	//   badges is refused.
	//
	// Manual (keyroster help TOPIC):
	//   limits         Limits
}
