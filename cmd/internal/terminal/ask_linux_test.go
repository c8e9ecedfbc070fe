package terminal

import (
	"testing"

	"keyroster/cmd/internal/terminal/terminaltest"
)

// TestConfirmTakesNoAnswerFromBefore: what was typed ahead is no answer, since the user had not
// read the question yet.
func TestConfirmTakesNoAnswerFromBefore(t *testing.T) {
	for answer, want := range map[string]bool{"no": false, "yes": true} {
		term := terminaltest.Open(t)
		term.Type("yes\ny")
		term.Await("yes\r\ny") // the terminal has it once it shows what was typed
		go func() {
			term.Await("Sure? [yes/no] ")
			term.Type(answer + "\n")
		}()
		if yes, err := Confirm(t.Context(), term.Stream, term.Stream, "Sure?"); yes != want || err != nil {
			t.Errorf("%s: %v, %v", answer, yes, err)
		}
	}
}
