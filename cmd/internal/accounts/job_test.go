package accounts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
)

// night is a job on named accounts, each of which takes its time and ends with its code.
type night struct {
	Job
	chosen         Chosen
	stdout, stderr stream
	code           map[string]int
	takes          map[string]time.Duration
}

// stream may be read while it is written.
type stream struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *stream) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func newNight(names string) *night {
	n := &night{chosen: Chosen{Several: true}, code: map[string]int{}, takes: map[string]time.Duration{}}
	for _, name := range strings.Fields(names) {
		n.chosen.Targets = append(n.chosen.Targets, Target{Config: &configio.Account{Name: name, Provider: "seam"}})
	}
	n.Job = Job{
		AtOnce: 8, Worst: slices.Max[[]int], Verdicts: map[int]string{0: "as desired", 3: "not fully as desired"},
		Stdout: &n.stdout, Stderr: &n.stderr,
		Work: func(_ context.Context, t Target, stdout, stderr io.Writer) int {
			name := t.Config.Name
			time.Sleep(n.takes[name])
			if n.Form == Text {
				fmt.Fprintf(stdout, "%s was here\n", name)
			} else {
				fmt.Fprintf(stdout, `{"schema": "keyroster/test/1", "run_id": "run-%s",`+"\n"+`"summary": {"rows": 7}, "lines": [1, 2]}`+"\n", name)
			}
			if n.code[name] != 0 {
				fmt.Fprintf(stderr, "keyroster: no\nhint: go\n")
			}
			return n.code[name]
		},
	}
	return n
}

func (n *night) run(t *testing.T) (code int) {
	t.Helper()
	code, err := n.Run(t.Context(), &n.chosen)
	if err != nil {
		t.Error(err)
	}
	return code
}

// TestTextAsEachEnds: each account's output is shown in one piece as the account ends; the closing
// line has the order of the command line.
func TestTextAsEachEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNight("slow fast bad")
		n.takes["slow"], n.takes["bad"], n.code["bad"] = time.Minute, time.Second, 6
		n.chosen.Disabled = []*configio.Account{{Name: "old"}}
		go func() {
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if got := n.stdout.String(); got != "== fast\nfast was here\n\n== bad\nbad was here\n\n" {
				t.Errorf("while one is at work: %q", got)
			}
		}()
		if code := n.run(t); code != 6 {
			t.Errorf("exit code %d", code)
		}
		_, rest, _ := strings.Cut(n.stdout.String(), "== slow\n")
		const want = "slow was here\n\n4 accounts: 2 as desired (slow, fast), 1 stopped (bad with exit code 6), 1 disabled (old)\n"
		if rest != want {
			t.Errorf("the end: %q", rest)
		}
		if got := n.stderr.String(); got != "bad: keyroster: no\nbad: hint: go\n" {
			t.Errorf("standard error: %q", got)
		}
	})
}

func TestAtOnceBoundsWhatRuns(t *testing.T) {
	for most, want := range map[int]time.Duration{1: 5 * time.Second, 2: 3 * time.Second, 5: time.Second, 9: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			n := newNight("a b c d e")
			for _, name := range n.chosen.Names() {
				n.takes[name] = time.Second
			}
			n.AtOnce = most
			began := time.Now()
			if n.run(t); time.Since(began) != want {
				t.Errorf("%d at once: %v, want %v", most, time.Since(began), want)
			}
		})
	}
}

func TestQuiet(t *testing.T) {
	n := newNight("a b")
	n.Quiet = true
	n.run(t)
	if got := n.stdout.String(); got != "a was here\nb was here\n" && got != "b was here\na was here\n" {
		t.Errorf("all well: %q", got)
	}
	n = newNight("a b")
	n.Quiet, n.code["b"] = true, 3
	n.run(t)
	if got := n.stdout.String(); !strings.HasSuffix(got, "2 accounts: 1 as desired (a), 1 not fully as desired (b)\n") {
		t.Errorf("one is not: %q", got)
	}
}

func TestManyNamesAreCounted(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("s%03d", i))
	}
	n := newNight(strings.Join(names, " "))
	n.code["s100"] = 3
	n.run(t)
	const want = "200 accounts: 199 as desired " +
		"(s000, s001, s002, s003, s004, s005, s006, s007, s008, s009 and 189 more), " +
		"1 not fully as desired (s100)\n"
	if !strings.HasSuffix(n.stdout.String(), want) {
		t.Errorf("%s", n.stdout.String())
	}
}

func TestDocumentOfAll(t *testing.T) {
	n := newNight("b a")
	n.Form, n.code["a"] = Document, 3
	n.chosen.Disabled = []*configio.Account{{Name: "old", Provider: "pingone"}}
	n.run(t)
	const want = `{"schema":"keyroster/accounts/1","exit_code":3,"accounts":[` +
		`{"account":"b","provider":"seam","disabled":false,"exit_code":0,"run_id":"run-b","summary":{"rows":7},"error":"","hint":""},` +
		`{"account":"a","provider":"seam","disabled":false,"exit_code":3,"run_id":"run-a","summary":{"rows":7},"error":"","hint":""},` +
		`{"account":"old","provider":"pingone","disabled":true,"exit_code":null,"run_id":"","summary":null,"error":"","hint":""}]}`
	var got bytes.Buffer
	if err := json.Compact(&got, []byte(n.stdout.String())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}

// TestWhatTheDocumentLearns: how an account ended is read from its own documents.
func TestWhatTheDocumentLearns(t *testing.T) {
	for printed, want := range map[string]accountResult{
		`{"schema":"keyroster/error/1","error":"no","hint":"go","run_id":"r"}`: {Error: "no", Hint: "go", RunID: "r"},
		`{"run_id":"r","stopped":"limits","summary":{"rows":1}}`:               {Error: "limits", RunID: "r", Summary: json.RawMessage(`{"rows":1}`)},
		`{"accounts":[{"totals":{"credentials":7}}]}`:                          {Summary: json.RawMessage(`{"credentials":7}`)},
		`no document`: {},
		``:            {},
	} {
		var got accountResult
		if got.readDocument([]byte(printed)); cmp.Diff(want, got) != "" {
			t.Errorf("%s: %s", printed, cmp.Diff(want, got))
		}
	}
}

func TestLines(t *testing.T) {
	n := newNight("a")
	n.Form = Lines
	n.chosen.Disabled = []*configio.Account{{Name: "old", Provider: "pingone"}}
	n.run(t)
	const want = `{"account":"old","disabled":true,"provider":"pingone","schema":"keyroster/disabled/1"}
{"account":"a","schema":"keyroster/test/1","run_id":"run-a","summary":{"rows":7},"lines":[1,2]}
`
	if diff := cmp.Diff(want, n.stdout.String()); diff != "" {
		t.Error(diff)
	}
	if got := string(line("b", []byte(`{"account": "a"}`))); got != `{"account":"a"}`+"\n" {
		t.Errorf("a document with its account: %q", got)
	}
}

func TestOtherWordsForWhatStopped(t *testing.T) {
	n := newNight("a")
	n.code["a"], n.Otherwise = 5, "not ready"
	if n.run(t); !strings.HasSuffix(n.stdout.String(), "1 account: 1 not ready (a with exit code 5)\n") {
		t.Errorf("%q", n.stdout.String())
	}
}

// closedPipe is a standard output whose reader is gone.
type closedPipe struct{}

var errClosed = errors.New("closed")

func (closedPipe) Write([]byte) (int, error) { return 0, errClosed }

func TestStandardOutputThatIsClosed(t *testing.T) {
	n := newNight("a b")
	n.Stdout = closedPipe{}
	if _, err := n.Run(t.Context(), &n.chosen); !errors.Is(err, errClosed) {
		t.Errorf("error %v", err)
	}
}

func TestLastCountsToo(t *testing.T) {
	n := newNight("a")
	n.Last = func() int { fmt.Fprintln(&n.stdout, "written"); return 3 }
	if code := n.run(t); code != 3 || !strings.Contains(n.stdout.String(), "here\n\nwritten\n1 account: ") {
		t.Errorf("%d: %q", code, n.stdout.String())
	}
}
