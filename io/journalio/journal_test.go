package journalio_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"keyroster/io/journalio"
	"keyroster/io/rights/rightstest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		appendForEver(path)
	}
	goleak.VerifyTestMain(m)
}

// story returns a run with one of everything.
func story() []journalio.Entry {
	line := journalio.NoLine
	return []journalio.Entry{
		{Kind: journalio.KindRun, Line: line, Note: "20260131T020001Z-hq-0a1b2c"},
		{Kind: journalio.KindIntent, Line: 3, Attempt: 1, Op: "update", CredentialID: "8001"},
		{Kind: journalio.KindIntent, Line: 4, Attempt: 1, Op: "create"},
		{Kind: journalio.KindOutcome, Line: 3, Attempt: 1, CredentialID: "8001", Outcome: "applied", HTTPStatus: 201, RequestID: "r-1"},
		{Kind: journalio.KindAnswer, Line: 4, Attempt: 1, HTTPStatus: 502, Note: "bad \"gateway\" <\u2028>\t\xff"},
		{Kind: journalio.KindReadback, Line: 4, Attempt: 1, Note: "not there"},
		{Kind: journalio.KindIntent, Line: 4, Attempt: 2, Op: "create"},
		{Kind: journalio.KindPark, Line: 5, Op: "update", CredentialID: "8002"},
		{Kind: journalio.KindPark, Line: 6, Op: "update", CredentialID: "8003"},
		{Kind: journalio.KindUnpark, Line: 5, Op: "update", CredentialID: "8002"},
		{Kind: journalio.KindSync, Line: line, Outcome: journalio.Answered, HTTPStatus: 200},
		{Kind: journalio.KindEnd, Line: line},
	}
}

// write makes a journal with the entries and returns its path.
func write(t testing.TB, entries ...journalio.Entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	j, err := journalio.CreateAt(path)
	check(t, err)
	for _, e := range entries {
		check(t, j.Append(false, e))
	}
	check(t, j.Close())
	return path
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func contents(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, err)
	return data
}

func TestReplayTellsWhatHappened(t *testing.T) {
	said, err := journalio.ReadAt(write(t, story()...))
	check(t, err)
	if said.Entries != 12 || !said.Ended || said.Torn != 0 || !said.SyncAnswered || said.Run.Note != "20260131T020001Z-hq-0a1b2c" {
		t.Errorf("replay: %+v", said)
	}
	if got := said.Lines[3]; got.Intents != 1 || got.LastAttempt != 1 || got.Outcome != "applied" || got.InDoubt || got.Final.HTTPStatus != 201 {
		t.Errorf("line 3: %+v", got)
	}
	if got := said.Lines[4]; got.Intents != 2 || got.LastAttempt != 2 || got.Outcome != "" || !got.InDoubt {
		t.Errorf("line 4: %+v", got)
	}
	if diff := cmp.Diff([]int{4}, said.InDoubt()); diff != "" {
		t.Errorf("in doubt: %s", diff)
	}
	if len(said.Parked) != 1 || said.Parked[6].CredentialID != "8003" {
		t.Errorf("parked: %v", said.Parked)
	}
	var settled []int
	for line, final := range said.FinalOutcomes() {
		settled = append(settled, line)
		if final.Outcome != "applied" {
			t.Errorf("line %d: %+v", line, final)
		}
	}
	if diff := cmp.Diff([]int{3}, settled); diff != "" {
		t.Errorf("settled: %s", diff)
	}
}

func TestAnIntentAfterAnOutcomeIsInDoubtAgain(t *testing.T) {
	said, err := journalio.ReadAt(write(t,
		journalio.Entry{Kind: journalio.KindSync, Line: journalio.NoLine, Outcome: journalio.Answered},
		journalio.Entry{Kind: journalio.KindOutcome, Line: 1, Outcome: "unknown"},
		journalio.Entry{Kind: journalio.KindIntent, Line: 1, Attempt: 2},
		journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine},
		journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine},
	))
	check(t, err)
	if got := said.Lines[1]; !got.InDoubt || got.Outcome != "unknown" || said.SyncAnswered || said.Ended {
		t.Errorf("replay: %+v", said)
	}
}

// TestFormat compares a line with the contract, and its hash with the recipe in the package's
// documentation.
func TestFormat(t *testing.T) {
	data := string(contents(t, write(t, story()...)))
	want := regexp.MustCompile(`^\{"seq":4,"at":"20\d\d-[^"]+Z","prev":"[0-9a-f]{64}","hash":"[0-9a-f]{64}","kind":"outcome","line":3,"attempt":1,"op":"",` +
		`"credential_id":"8001","outcome":"applied","http_status":201,"request_id":"r-1","note":""\}$`)
	lines := strings.Split(strings.TrimSuffix(data, "\n"), "\n")
	if len(lines) != 12 || !want.MatchString(lines[3]) {
		t.Fatalf("line 4 of %d: %s", len(lines), lines[3])
	}
	if !strings.Contains(lines[4], `"note":"bad \"gateway\" <\u2028>\t`+"\ufffd"+`"}`) {
		t.Errorf("line 5: %s", lines[4])
	}
	hash := regexp.MustCompile(`"hash":"([0-9a-f]*)"`)
	prev := ""
	for n, line := range lines {
		sum := sha256.Sum256([]byte(hash.ReplaceAllString(line, `"hash":""`)))
		if got := hash.FindStringSubmatch(line)[1]; got != hex.EncodeToString(sum[:]) {
			t.Errorf("line %d: hash %s", n+1, got)
		}
		if !strings.Contains(line, `"prev":"`+prev+`"`) {
			t.Errorf("line %d does not name %s", n+1, prev)
		}
		prev = hash.FindStringSubmatch(line)[1]
	}
}

func TestCreateMakesAPrivateFileOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	j, err := journalio.CreateAt(path)
	check(t, err)
	defer func() { check(t, j.Close()) }()
	rightstest.Private(t, path)
	if _, err := journalio.CreateAt(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second create: %v", err)
	}
	if _, err := journalio.CreateAt(filepath.Join(path, "no", "folder")); err == nil {
		t.Error("created in no folder")
	}
	if said, err := journalio.ReadAt(path); err != nil || said.Entries != 0 || said.Ended {
		t.Errorf("empty journal: %+v, %v", said, err)
	}
}

func TestMissingJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	if _, err := journalio.ReadAt(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read: %v", err)
	}
	if _, _, err := journalio.ResumeAt(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("resume: %v", err)
	}
}

func TestResumeGoesOn(t *testing.T) {
	path := write(t, story()[:7]...)
	before := contents(t, path)
	j, said, err := journalio.ResumeAt(path)
	check(t, err)
	if said.Entries != 7 || said.Torn != 0 || said.Ended || j.LastHash() != said.LastHash {
		t.Errorf("replay: %+v", said)
	}
	check(t, j.Append(true, story()[7:]...))
	last := j.LastHash()
	check(t, j.Close())
	check(t, j.Close())
	if !bytes.HasPrefix(contents(t, path), before) {
		t.Error("resuming changed what was there")
	}
	said, err = journalio.ReadAt(path)
	check(t, err)
	if said.Entries != 12 || !said.Ended || said.LastHash != last {
		t.Errorf("replay: %+v", said)
	}
}

func TestAppendRefusesWhatReadWould(t *testing.T) {
	path := write(t)
	j, _, err := journalio.ResumeAt(path)
	check(t, err)
	if err := j.Append(true, journalio.Entry{Kind: "intend"}); err == nil {
		t.Error("an unknown kind was written")
	}
	check(t, j.Append(true, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine}))
	check(t, j.Close())
	if err := j.Append(true); !errors.Is(err, journalio.ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
}

// TestConcurrentAppends: the lines of each writer are in order, and the lines of one call are
// adjacent.
func TestConcurrentAppends(t *testing.T) {
	const writers, calls = 32, 40
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	j, err := journalio.CreateAt(path)
	check(t, err)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range calls {
				e := journalio.Entry{Kind: journalio.KindIntent, Line: w, Attempt: n}
				pair := e
				pair.Kind = journalio.KindOutcome
				if err := j.Append(n%4 == 0, e, pair); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	check(t, j.Close())
	said, err := journalio.ReadAt(path)
	check(t, err)
	if said.Entries != 2*writers*calls {
		t.Errorf("%d entries", said.Entries)
	}
	next := map[int]int{}
	lines := strings.Split(strings.TrimSuffix(string(contents(t, path)), "\n"), "\n")
	for i := 0; i < len(lines); i += 2 {
		var w, n int
		member := lines[i][strings.Index(lines[i], `"kind"`):]
		if _, err := fmt.Sscanf(member, `"kind":"intent","line":%d,"attempt":%d,`, &w, &n); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if n != next[w] || !strings.Contains(lines[i+1], fmt.Sprintf(`"kind":"outcome","line":%d,"attempt":%d,`, w, n)) {
			t.Fatalf("line %d is out of order", i+1)
		}
		next[w]++
	}
}

func TestTimesAreInstants(t *testing.T) {
	data := contents(t, write(t, story()...))
	at := regexp.MustCompile(`"at":"([^"]+)"`).FindSubmatch(data)[1]
	when, err := time.Parse(time.RFC3339Nano, string(at))
	check(t, err)
	if when.Location() != time.UTC || time.Since(when) > time.Hour {
		t.Errorf("written at %s", at)
	}
}
