package folder_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rights/rightstest"
	"keyroster/io/store"
)

// holds asserts that a lock's file is empty, and whom lock.json names as its holder.
func holds(t *testing.T, opened store.Tenant, runID string) {
	t.Helper()
	info, err := os.Stat(filepath.Join(opened.Place(), "lock"))
	if err != nil || info.Size() != 0 {
		t.Errorf("the locked file has %d bytes, %v", info.Size(), err)
	}
	path := filepath.Join(opened.Place(), "lock.json")
	text, err := os.ReadFile(path)
	if runID == "" {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("lock.json holds %q, %v", text, err)
		}
		return
	}
	var h store.Holder
	if err != nil || json.Unmarshal(text, &h) != nil || h.RunID != runID {
		t.Errorf("lock.json holds %q, %v", text, err)
	}
	rightstest.Private(t, path)
}

// another starts a process that holds the lock.
func another(t *testing.T, root string) (cmd *exec.Cmd, kill func()) {
	t.Helper()
	cmd = process(t, root, "lock")
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	_, err = bufio.NewReader(stdout).ReadString('\n')
	must(t, err)
	return cmd, func() {
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		_ = stdin.Close()
	}
}

func TestLockHeldByASecondProcess(t *testing.T) {
	f, root, _ := empty(t)
	opened := tenant(t, f)
	cmd, kill := another(t, root)

	_, err := opened.Lock(store.Holder{RunID: "mine"})
	locked, ok := errors.AsType[*store.LockedError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	want := second
	want.PID = cmd.Process.Pid
	want.Host, _ = os.Hostname()
	if diff := cmp.Diff(want, locked.Holder); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{want.RunID, fmt.Sprint(want.PID), "2026-01-31T02:00:01Z", opened.Place()} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}

	// A process that is killed releases the lock, and leaves its name behind.
	kill()
	l, err := opened.Lock(store.Holder{RunID: "mine"})
	must(t, err)
	if diff := cmp.Diff(want, l.Predecessor()); diff != "" {
		t.Error(diff)
	}
	holds(t, opened, "mine")
	must(t, l.Name("named"))
	holds(t, opened, "named")

	// Until what it left has been looked after, everyone who takes the lock learns of it.
	must(t, l.Close())
	holds(t, opened, want.RunID)
	l = lock(t, opened, "next")
	if diff := cmp.Diff(want, l.Predecessor()); diff != "" {
		t.Error(diff)
	}
	l.ForgetPredecessor()
	must(t, l.Close())
	holds(t, opened, "")
}

func TestLockWithinOneProcess(t *testing.T) {
	f, _, _ := empty(t)
	a, b := tenant(t, f), tenant(t, f)
	l := lock(t, a, "one")
	for _, opened := range []store.Tenant{a, b} {
		if _, err := opened.Lock(store.Holder{RunID: "two"}); !isLocked(err, "one") {
			t.Errorf("two hold the lock: %v", err)
		}
	}
	must(t, l.Close())
	holds(t, a, "")
	l = lock(t, b, "three")
	must(t, l.Close())
	must(t, l.Close())
}

func isLocked(err error, by string) bool {
	locked, ok := errors.AsType[*store.LockedError](err)
	return ok && locked.RunID == by
}

// TestLockedByNobodyYet: the lock may be held by a process that has not yet written who it is.
func TestLockedByNobodyYet(t *testing.T) {
	f, _, _ := empty(t)
	opened := tenant(t, f)
	lock(t, opened, "")
	for _, text := range []string{"", `{"pid": 1`} {
		put(t, filepath.Join(opened.Place(), "lock.json"), text)
		_, err := opened.Lock(store.Holder{})
		if !isLocked(err, "") || !strings.Contains(err.Error(), "another run") {
			t.Errorf("error %v", err)
		}
	}
}

// TestLockOfAnOlderVersion: earlier versions wrote the holder into the locked file.
func TestLockOfAnOlderVersion(t *testing.T) {
	const text = `{"pid":7,"host":"old","started_at":"2026-01-31T02:00:01Z","run_id":"older"}` + "\n"
	f, _, _ := empty(t)
	opened := tenant(t, f)
	path := filepath.Join(opened.Place(), "lock")

	// It was killed: what it left is looked after, and the file is empty from now on.
	put(t, path, text)
	l := lock(t, opened, "mine")
	if left := l.Predecessor(); left.RunID != "older" || left.PID != 7 {
		t.Errorf("left %+v", left)
	}
	holds(t, opened, "mine")

	// It is running.
	put(t, path, text)
	if _, err := opened.Lock(store.Holder{}); !isLocked(err, "older") {
		t.Errorf("error %v", err)
	}
	must(t, os.Truncate(path, 0))
	must(t, l.Close())

	// It ran after one of this version that was killed too.
	put(t, filepath.Join(opened.Place(), "lock.json"), strings.Replace(text, "older", "oldest", 1))
	put(t, path, text)
	if left := lock(t, opened, "mine").Predecessor(); left.RunID != "older" {
		t.Errorf("left %+v", left)
	}
}

func TestLockThatIsNoFile(t *testing.T) {
	f, _, _ := empty(t)
	opened := tenant(t, f)
	must(t, os.Mkdir(filepath.Join(opened.Place(), "lock"), 0o700))
	if _, err := opened.Lock(store.Holder{}); err == nil ||
		!strings.Contains(err.Error(), "lock is not a regular file; move it away") {
		t.Errorf("error %v", err)
	}
}

// everyChange calls each method that changes something with a lock, and returns their errors.
func everyChange(l store.Lock, run *store.Run) map[string]error {
	_, createErr := l.Create("hq", night)
	return map[string]error{
		"name": l.Name("other"), "save": l.Save(store.StateDocument, []byte("{}")), "create": createErr, "begin": l.Begin(run),
	}
}

func TestClosedLockChangesNothing(t *testing.T) {
	f, _, _ := empty(t)
	opened := tenant(t, f)
	l := lock(t, opened, "mine")
	run, err := l.Create("hq", night)
	must(t, err)
	must(t, l.Close())
	for what, err := range everyChange(l, run) {
		if !errors.Is(err, store.ErrNotLocked) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := store.SaveState(opened, l, store.State{}); !errors.Is(err, store.ErrNotLocked) || opened.Has(store.StateDocument) {
		t.Errorf("saved without the lock: %v", err)
	}
	if err := l.Held(); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("held: %v", err)
	}
}
