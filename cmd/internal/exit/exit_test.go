package exit_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
)

// TestCodes: each kind of failure has a number of its own, which the help lists.
func TestCodes(t *testing.T) {
	seen := map[int]bool{}
	for kind := failure.Stopped; kind <= failure.Interrupted; kind++ {
		code := exit.Code(kind)
		if code == exit.OK || seen[code] || exit.Kind(code) != kind {
			t.Errorf("kind %d has the code %d, of kind %d", kind, code, exit.Kind(code))
		}
		seen[code] = true
	}
	for code := range seen {
		if !strings.Contains(exit.Help, fmt.Sprintf("\n  %-5d", code)) {
			t.Errorf("the help does not list %d", code)
		}
	}
	if exit.Kind(42) != failure.Stopped {
		t.Error("a number of none is not that of an error")
	}
}

// TestWorst: of several codes one counts, whatever their order; a code of no kind is an error.
func TestWorst(t *testing.T) {
	for _, c := range []struct {
		codes []int
		want  int
	}{
		{[]int{exit.OK, exit.OK}, exit.OK},
		{[]int{exit.OK, exit.Changes}, exit.Changes},
		{[]int{exit.Partial, exit.Roster, exit.Changes}, exit.Roster},
		{[]int{exit.Stopped, exit.Denied}, exit.Denied},
		{[]int{exit.Locked, exit.Usage}, exit.Usage},
		{[]int{exit.Interrupted, exit.Locked}, exit.Locked},
		{[]int{42}, exit.Stopped},
	} {
		if got := exit.Worst(c.codes); got != c.want {
			t.Errorf("%v: %d, want %d", c.codes, got, c.want)
		}
	}
}

func TestTell(t *testing.T) {
	failed := &failure.Error{Kind: failure.Unsafe, Err: errors.New("it broke"), Hint: "mend it", Run: "runs/1", RunID: "1"}
	for _, c := range []struct {
		name           string
		err            error
		json, log      bool
		stdout, stderr string
		code           int
	}{
		{name: "nothing"},
		{
			name: "for people", err: failed, code: exit.Unsafe,
			stderr: "keyroster: it broke\nhint: mend it\nrun: runs/1\n",
		},
		{
			name: "as a line of the log", err: failed, log: true, code: exit.Unsafe,
			stderr: `{"level":"error","exit_code":4,"run_id":"1","hint":"mend it","run":"runs/1","message":"it broke"}` + "\n",
		},
		{
			name: "as a document too", err: exit.Shown(exit.Partial), json: true, code: exit.Partial,
		},
		{
			name: "one that has its document", err: exit.Documented(failed), json: true, code: exit.Unsafe,
			stderr: "keyroster: it broke\nhint: mend it\nrun: runs/1\n",
		},
		{
			name: "of the command line", err: errors.New("unknown flag"), code: exit.Usage,
			stderr: "keyroster: unknown flag\nhint: keyroster --help lists the commands\n",
		},
	} {
		var stdout, stderr bytes.Buffer
		told := exit.Reporter{Stdout: &stdout, Stderr: &stderr, Log: zerolog.New(&stderr), JSON: c.json, LogJSON: c.log}
		if code := told.Report(c.err); code != c.code || stdout.String() != c.stdout || stderr.String() != c.stderr {
			t.Errorf("%s: %d, %q, %q", c.name, code, &stdout, &stderr)
		}
	}
	var stdout bytes.Buffer
	told := exit.Reporter{Stdout: &stdout, Stderr: &bytes.Buffer{}, JSON: true}
	if told.Report(failed); !strings.Contains(stdout.String(), `"hint":"mend it"`) {
		t.Errorf("the document is %s", &stdout)
	}
}
