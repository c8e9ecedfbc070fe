package console_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/failure"
)

// broken is a stream that no process reads any more.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestPrint: a result is one document, or a text for people, which --quiet leaves out where all is
// well.
func TestPrint(t *testing.T) {
	for _, c := range []struct {
		json, quiet, well bool
		want              string
	}{
		{want: "text\n"},
		{well: true, want: "text\n"},
		{quiet: true, want: "text\n"},
		{quiet: true, well: true},
		{json: true, want: "{\n  \"says\": \"<a>\"\n}\n"},
		{json: true, quiet: true, well: true, want: "{\n  \"says\": \"<a>\"\n}\n"},
	} {
		var stdout bytes.Buffer
		told := &console.Console{Stdout: &stdout, JSON: c.json, Quiet: c.quiet}
		write := func(w io.Writer) error { _, err := io.WriteString(w, "text\n"); return err }
		if err := told.Print(map[string]string{"says": "<a>"}, write, c.well); err != nil || stdout.String() != c.want {
			t.Errorf("%+v: %q, %v", c, &stdout, err)
		}
		told.Stdout = broken{}
		err := told.Print(1, write, c.well)
		if silent := c.want == ""; silent != (err == nil) || !silent && failure.Of(err).Kind != failure.Stopped {
			t.Errorf("%+v: not written: %v", c, err)
		}
	}
}

// TestDocumentIsForPrograms: people get no document: for them, the files of a command say it all.
func TestDocumentIsForPrograms(t *testing.T) {
	told := &console.Console{Stdout: broken{}}
	if err := told.Document(1); err != nil {
		t.Error(err)
	}
}

// TestNote: a note goes where the log goes, as a line of the log if that is JSON.
func TestNote(t *testing.T) {
	for format, want := range map[string]string{
		"auto": "plan sha256:1\n", "json": `{"level":"info","message":"plan sha256:1"}` + "\n",
	} {
		var stdout, stderr bytes.Buffer
		told := &console.Console{Stdout: &stdout, Stderr: &stderr, LogFormat: format, Log: zerolog.New(&stderr)}
		if told.Note("plan sha256:1"); stderr.String() != want || stdout.Len() > 0 {
			t.Errorf("%s: %q, standard output %q", format, &stderr, &stdout)
		}
	}
}
