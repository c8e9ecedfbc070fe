package memory_test

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/io/store"
	"keyroster/io/store/memory"
)

const lease = 30 * time.Second

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lost fails unless an error says that a lock is lost.
func lost(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("%s: %v", what, err)
	}
}

func take(t *testing.T, s *memory.Store) store.Lock {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	l, err := of.Lock(store.Holder{})
	must(t, err)
	return l
}

func refused(t *testing.T, s *memory.Store) {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	if _, err := of.Lock(store.Holder{}); err == nil {
		t.Error("two hold the lock")
	}
}

func write(run *store.Run) error {
	return run.Write(store.PlanFile, func(w io.Writer) error { _, err := io.WriteString(w, "{}"); return err })
}

func TestLeasesAreRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := memory.NewLeased(lease)
		l := take(t, one)
		time.Sleep(100*lease + time.Second)
		must(t, l.Held())
		refused(t, one.Process())
		must(t, l.Close())
		next := take(t, one.Process())
		if freed := next.FreedAt(); !freed.IsZero() {
			t.Errorf("let go, and freed at %v", freed)
		}
		must(t, next.Close())
	})
}

// TestStoppedProcess: a process that stood still for longer than its lease has lost it when it
// continues, and writes nothing any more.
func TestStoppedProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := memory.NewLeased(lease)
		l := take(t, one)
		run, err := l.Create("hq", time.Now())
		must(t, err)
		journal, _, err := run.CreateJournal()
		must(t, err)
		one.Pause()
		stopped := time.Now()
		asked := make(chan error)
		go func() { asked <- l.Held() }()
		time.Sleep(lease - time.Second)
		refused(t, one.Process())
		time.Sleep(time.Second)
		two := one.Process()
		next := take(t, two)
		if freed := next.FreedAt(); !freed.Equal(stopped.Add(lease)) {
			t.Errorf("freed %v after the stop", freed.Sub(stopped))
		}
		synctest.Wait()
		select {
		case err := <-asked:
			t.Errorf("a stopped process asks: %v", err)
		default:
		}
		one.Resume()
		<-l.Lost()
		lost(t, "held", <-asked)
		lost(t, "write", write(run))
		_, err = journal.Write([]byte("late\n"))
		lost(t, "append", errors.Join(err, journal.Sync()))
		lost(t, "save", l.Save(store.StateDocument, nil))
		_ = l.Close()
		lost(t, "write after closing", write(run))
		same, err := two.Run(run.ID())
		must(t, err)
		must(t, write(same))
		must(t, next.Held())
		must(t, next.Close())
	})
}

// TestProcessThatIsCutOff: a process that is cut off considers its lease lost a tenth before its
// end.
func TestProcessThatIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := memory.NewLeased(lease)
		l, board := take(t, one), one.Board()
		cut := time.Now()
		one.Cut()
		time.Sleep(lease/10*9 - time.Second)
		must(t, l.Held())
		if err := l.Save(store.StateDocument, nil); err == nil || errors.Is(err, store.ErrNotLocked) {
			t.Errorf("saved: %v", err)
		}
		if _, err := board.Ready(1); err == nil {
			t.Error("the board answers")
		}
		if _, err := one.Tenant("doorflow", "abc123"); err == nil {
			t.Error("the memory answers")
		}
		<-l.Lost()
		lost(t, "held", l.Held())
		time.Sleep(time.Until(cut.Add(lease - 2*time.Second)))
		refused(t, one.Process())
		time.Sleep(2 * time.Second)
		next := take(t, one.Process())
		one.Mend()
		lost(t, "held after the cut", l.Held())
		_, err := board.Ready(1)
		must(t, err)
		_ = l.Close()
		must(t, next.Held())
		must(t, next.Close())
	})
}

// TestCutThatIsMended: a cut that is mended in time costs nothing.
func TestCutThatIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := memory.NewLeased(lease)
		l := take(t, one)
		time.Sleep(lease/3 - time.Second)
		one.Cut()
		time.Sleep(lease/2 + time.Second)
		one.Mend()
		time.Sleep(10 * lease)
		must(t, l.Held())
		must(t, l.Save(store.StateDocument, nil))
		must(t, l.Close())
	})
}
