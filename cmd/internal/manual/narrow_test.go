package manual_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/manual"
	"keyroster/io/termio"
)

// helped returns a command whose help has everything: prose, a list in it, an example, flags.
func helped() *cobra.Command {
	cmd := &cobra.Command{
		Use: "look THING", Short: "Look at it", Run: func(*cobra.Command, []string) {},
		Long: `look looks at a thing for as long as it takes, and says what it
saw. Nothing is touched.

It is safe.

Exit codes:
  0    as it should be
  130  interrupted, and a second look goes on from there`,
		Example: "  keyroster look --at runs/20260131T020001Z-hq-1a2b3c --as json",
	}
	cmd.Flags().String("at", "", "the `FOLDER` to look at, which must be there\nand not be empty")
	cmd.Flags().String("with-a-name-that-takes-half-of-it", "", "what it is looked at with")
	return cmd
}

func helpOf(t *testing.T, cmd *cobra.Command, width int) string {
	t.Helper()
	var out strings.Builder
	cmd.SetOut(&out)
	manual.Extend(cmd, func() manual.Book { return nil }, func(io.Writer) int { return width })
	if err := cmd.Help(); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\nManual (keyroster help TOPIC):\n")
}

// TestHelpFitsTheWindow: in a window narrower than the help, prose is wrapped anew, and the text
// beside a flag or a code continues below where it began. What is meant to be copied stays whole.
func TestHelpFitsTheWindow(t *testing.T) {
	want := `look looks at a thing for as long as it
takes, and says what it saw. Nothing is
touched.

It is safe.

Exit codes:
  0    as it should be
  130  interrupted, and a second look goes
       on from there

Usage:
  look THING [flags]

Examples:
  keyroster look --at runs/20260131T020001Z-hq-1a2b3c --as json

Flags:
      --at FOLDER
          the FOLDER to look at, which
          must be there and not be empty
      --with-a-name-that-takes-half-of-it string
          what it is looked at with
`
	if diff := cmp.Diff(want, helpOf(t, helped(), 42)); diff != "" {
		t.Error(diff)
	}
}

// TestHelpStaysWhole: where the help fits, or no window limits it, it is as the library made it.
func TestHelpStaysWhole(t *testing.T) {
	usual := helpOf(t, helped(), 0)
	if !strings.Contains(usual, "says what it\nsaw.") {
		t.Errorf("it was folded:\n%s", usual)
	}
	if diff := cmp.Diff(usual, helpOf(t, helped(), 200)); diff != "" {
		t.Error(diff)
	}
}

// TestHelpLosesNoWord: no word is lost or added at any width, and no line is too wide except those
// meant to be copied.
func TestHelpLosesNoWord(t *testing.T) {
	usual := strings.Fields(helpOf(t, helped(), 0))
	for width := 40; width < 130; width++ {
		text := helpOf(t, helped(), width)
		if diff := cmp.Diff(usual, strings.Fields(text)); diff != "" {
			t.Fatalf("%d columns: %s", width, diff)
		}
		for _, line := range strings.Split(text, "\n") {
			if termio.Width(line) > width && !strings.Contains(line, "runs/") && !strings.Contains(line, "half-of-it") {
				t.Errorf("%d columns: %q", width, line)
			}
		}
	}
}
