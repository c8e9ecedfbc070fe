package journalio_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/io/journalio"
)

// disk is a file whose calls can be slow and can fail.
type disk struct {
	writes, syncs int
	text          strings.Builder
	sync          time.Duration
	failWrite     error // after half of the bytes
	failSync      error
	closed        bool
}

func (d *disk) Write(p []byte) (int, error) {
	d.writes++
	if d.failWrite != nil {
		n, _ := d.text.Write(p[:len(p)/2])
		return n, d.failWrite
	}
	return d.text.Write(p)
}

func (d *disk) Sync() error {
	time.Sleep(d.sync)
	d.syncs++
	return d.failSync
}

func (d *disk) Close() error {
	d.closed = true
	return nil
}

var intent = journalio.Entry{Kind: journalio.KindIntent, Attempt: 1}

// TestWritersShareASync: however many writers ask, a slow disk syncs at most twice for them: once
// for the first, and once for those that came in the meantime.
func TestWritersShareASync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{sync: 20 * time.Millisecond}
		j := journalio.StartOn(d)
		var all sync.WaitGroup
		began := time.Now()
		for range 32 {
			all.Go(func() { check(t, j.Append(true, intent)) })
		}
		all.Wait()
		if took := time.Since(began); took > 40*time.Millisecond || d.syncs > 2 {
			t.Errorf("32 writers took %v and %d syncs", took, d.syncs)
		}
		check(t, j.Close())
		if !d.closed {
			t.Error("the file is still open")
		}
	})
}

// TestResultsDoNotWaitForASync: a line that needs no sync is written while one
// is under way.
func TestResultsDoNotWaitForASync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := journalio.StartOn(&disk{sync: 20 * time.Millisecond})
		go func() { _ = j.Append(true, intent) }()
		synctest.Wait()
		began := time.Now()
		check(t, j.Append(false, journalio.Entry{Kind: journalio.KindOutcome}))
		if took := time.Since(began); took != 0 {
			t.Errorf("a result took %v", took)
		}
		check(t, j.Close())
	})
}

// TestASyncCoversWhatWasWrittenBefore: a line written while a sync is under way waits for the next
// one, as the current one may not cover it.
func TestASyncCoversWhatWasWrittenBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{sync: 20 * time.Millisecond}
		j := journalio.StartOn(d)
		began := time.Now()
		var all sync.WaitGroup
		all.Go(func() { check(t, j.Append(true, intent)) })
		time.Sleep(5 * time.Millisecond)
		check(t, j.Append(true, intent))
		if took := time.Since(began); took != 40*time.Millisecond || d.syncs != 2 {
			t.Errorf("the second line was on disk after %v and %d syncs", took, d.syncs)
		}
		all.Wait()
		check(t, j.Append(true))
		if d.syncs != 3 || d.writes != 2 {
			t.Errorf("a bare sync made %d syncs and %d writes", d.syncs, d.writes)
		}
		check(t, j.Close())
	})
}

// TestCloseAnswersEverybody: closing answers everyone, even while a sync is under way and others
// wait for the next.
func TestCloseAnswersEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := journalio.StartOn(&disk{sync: 20 * time.Millisecond})
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { check(t, j.Append(true, intent)) })
			synctest.Wait()
		}
		check(t, j.Close())
		all.Wait()
	})
}

var errDisk = errors.New("no space left on device")

// TestAFailedSyncEndsTheJournal: the sync is never tried again, since the system reports a lost
// page only once; everyone waiting is told, and nothing more is written.
func TestAFailedSyncEndsTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{sync: time.Millisecond, failSync: errDisk}
		j := journalio.StartOn(d)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := j.Append(true, intent); !errors.Is(err, errDisk) {
					t.Errorf("append: %v", err)
				}
			})
		}
		all.Wait()
		ended(t, j, d)
	})
}

func TestAFailedWriteEndsTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{failWrite: errDisk}
		j := journalio.StartOn(d)
		if err := j.Append(false, intent); !errors.Is(err, errDisk) {
			t.Errorf("append: %v", err)
		}
		if j.LastHash() != "" {
			t.Error("a line that was not written counts as the last")
		}
		ended(t, j, d)
	})
}

// TestAWriteThatFailsDuringASync: the sync that is under way covers its own lines, but the journal
// has ended, and no run sends what it announced.
func TestAWriteThatFailsDuringASync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{sync: 20 * time.Millisecond}
		j := journalio.StartOn(d)
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				if err := j.Append(true, intent); !errors.Is(err, errDisk) {
					t.Errorf("append: %v", err)
				}
			})
			synctest.Wait()
		}
		d.failWrite = errDisk
		if err := j.Append(true, intent); !errors.Is(err, errDisk) {
			t.Errorf("append: %v", err)
		}
		all.Wait()
		ended(t, j, d)
	})
}

// ended expects a journal to refuse everything, although the disk works again.
func ended(t *testing.T, j *journalio.Journal, d *disk) {
	t.Helper()
	d.failWrite, d.failSync = nil, nil
	writes, syncs := d.writes, d.syncs
	for _, sync := range []bool{true, false} {
		if err := j.Append(sync, intent); !errors.Is(err, errDisk) {
			t.Errorf("append after the failure: %v", err)
		}
	}
	for range 2 {
		if err := j.Close(); !errors.Is(err, errDisk) {
			t.Errorf("close: %v", err)
		}
	}
	if d.writes != writes || d.syncs != syncs || !d.closed {
		t.Errorf("after the failure: %d writes, %d syncs, closed %v", d.writes-writes, d.syncs-syncs, d.closed)
	}
}

const childEnv = "KEYROSTER_TEST_JOURNAL"

// appendForEver is the child of TestKilledWhileAppending: many writers append, and print to
// standard output what was acknowledged.
func appendForEver(path string) {
	j, _, err := journalio.ResumeAt(path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for w := range 8 {
		go func() {
			for n := 1; ; n++ {
				e := journalio.Entry{Kind: journalio.KindIntent, Line: w, Attempt: n, Op: "update", Note: strings.Repeat("n", 60*w)}
				if err := j.Append(n%2 == 0, e); err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
				fmt.Printf("%d %d\n", w, n)
			}
		}()
	}
	select {}
}

// TestKilledWhileAppending kills a process while it writes and continues its journal, several
// times: everything that was acknowledged is there.
func TestKilledWhileAppending(t *testing.T) {
	path := write(t)
	for round := range 6 {
		acknowledged := killAfter(t, path, 40*(round+1))
		j, said, err := journalio.ResumeAt(path)
		check(t, err)
		for w, n := range acknowledged {
			if got := said.Lines[w].LastAttempt; got < n {
				t.Errorf("round %d: writer %d was told of %d, the journal has %d", round, w, n, got)
			}
		}
		// The next round counts from 1 again.
		for w := range 8 {
			check(t, j.Append(false, journalio.Entry{Kind: journalio.KindIntent, Line: w}))
		}
		check(t, j.Close())
	}
	said, err := journalio.ReadAt(path)
	check(t, err)
	if said.Torn != 0 || said.Entries < 6*40 {
		t.Errorf("at the end: %+v", said)
	}
}

// killAfter lets a child append until it has acknowledged n lines, kills it,
// and returns what it acknowledged last, by writer.
func killAfter(t *testing.T, path string, n int) map[int]int {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+path)
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	acknowledged := map[int]int{}
	lines := bufio.NewScanner(out)
	for seen := 1; lines.Scan(); seen++ {
		var w, attempt int
		if _, err := fmt.Sscanf(lines.Text(), "%d %d", &w, &attempt); err != nil {
			t.Errorf("the child says %q", lines.Text())
			break
		}
		acknowledged[w] = max(acknowledged[w], attempt)
		if seen == n {
			check(t, child.Process.Signal(syscall.SIGKILL))
		}
	}
	if err := child.Wait(); err == nil || runtime.GOOS != "windows" && !strings.Contains(err.Error(), "killed") {
		t.Errorf("the child ended with %v", err)
	}
	return acknowledged
}

func BenchmarkAppend(b *testing.B) {
	for _, sync := range []bool{true, false} {
		b.Run(fmt.Sprintf("32 writers, sync=%v", sync), func(b *testing.B) {
			j, err := journalio.CreateAt(filepath.Join(b.TempDir(), "journal.ndjson"))
			check(b, err)
			b.ReportAllocs()
			b.SetParallelism(16) // times GOMAXPROCS
			b.RunParallel(func(pb *testing.PB) {
				e := journalio.Entry{Kind: journalio.KindIntent, Line: 12345, Attempt: 1, Op: "update", CredentialID: "8001"}
				for pb.Next() {
					if err := j.Append(sync, e); err != nil {
						b.Error(err)
					}
				}
			})
			check(b, j.Close())
		})
	}
}

func BenchmarkRead(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journal.ndjson")
	j, err := journalio.CreateAt(path)
	check(b, err)
	for n := range 100_000 {
		check(b, j.Append(false, journalio.Entry{Kind: journalio.KindIntent, Line: n, Attempt: 1, Op: "update", CredentialID: "8001"}))
	}
	check(b, j.Close())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := journalio.ReadAt(path); err != nil {
			b.Fatal(err)
		}
	}
}
