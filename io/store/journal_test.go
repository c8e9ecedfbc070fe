package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// begun returns a run whose journal has two lines and did not end.
func begun(t *testing.T) *store.Run {
	t.Helper()
	run := create(t)
	j, err := run.StartJournal()
	must(t, err)
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()}))
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindIntent, Line: 0}))
	must(t, j.Close())
	return run
}

func TestJournalFromItsBeginningToItsEnd(t *testing.T) {
	run := create(t)
	if _, err := run.ReadJournal(); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "read journal: open "+run.Path(store.JournalFile)) {
		t.Errorf("read before it is made: %v", err)
	}
	if _, _, err := run.ResumeJournal(); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "resume journal: ") {
		t.Errorf("resumed before it is made: %v", err)
	}
	run = begun(t)
	if _, err := run.StartJournal(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	j, said, err := run.ResumeJournal()
	must(t, err)
	if said.Entries != 2 || said.Run.Note != run.ID() {
		t.Errorf("said %+v", said)
	}
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine}))
	must(t, j.Close())
	if run.Has(store.MarkFile) {
		t.Error("the mark outlived the journal")
	}
	if said, err = run.ReadJournal(); err != nil || said.Entries != 3 || !said.Ended {
		t.Errorf("said %+v, %v", said, err)
	}
	if _, err := run.StartJournal(); !errors.Is(err, fs.ErrExist) || !strings.HasPrefix(err.Error(), "create journal: ") {
		t.Errorf("made after its end: %v", err)
	}
}

func damagedAt(err error) int {
	if damage, ok := errors.AsType[*journalio.DamageError](err); ok {
		return damage.Line
	}
	return 0
}

// TestJournalThatIsGone: a journal that is gone, although its mark tells of lines, is not started
// afresh.
func TestJournalThatIsGone(t *testing.T) {
	run := begun(t)
	must(t, os.Remove(run.Path(store.JournalFile)))
	want := "read journal " + run.Path(store.JournalFile) + ": line 1: it is missing, and so are lines up to 2"
	_, startErr := run.StartJournal()
	_, readErr := run.ReadJournal()
	said, damage, salvageErr := run.SalvageJournal()
	must(t, salvageErr)
	for what, err := range map[string]error{"start": startErr, "read": readErr, "salvage": damage} {
		if damagedAt(err) != 1 || err.Error() != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	if said.Entries != 0 || run.Has(store.JournalFile) {
		t.Errorf("said %+v", said)
	}
}

// TestDamagedJournalStaysAsItIs: a journal that cannot be continued stays as it is, and gets no
// mark that it did not have.
func TestDamagedJournalStaysAsItIs(t *testing.T) {
	run := begun(t)
	must(t, run.Remove(store.MarkFile))
	text, err := os.ReadFile(run.Path(store.JournalFile))
	must(t, err)
	text = bytes.Replace(text, []byte(`"line":0`), []byte(`"line":1`), 1)
	must(t, os.WriteFile(run.Path(store.JournalFile), text, 0o600))
	if _, _, err := run.ResumeJournal(); damagedAt(err) != 2 {
		t.Errorf("resumed: %v", err)
	}
	said, damage, err := run.SalvageJournal()
	if err != nil || damage == nil || damage.Line != 2 || said.Entries != 1 {
		t.Errorf("salvaged %+v, %v, %v", said, damage, err)
	}
	if after, err := os.ReadFile(run.Path(store.JournalFile)); err != nil || !bytes.Equal(after, text) || run.Has(store.MarkFile) {
		t.Errorf("it was changed: %v", err)
	}
}

func TestTornJournalGoesOn(t *testing.T) {
	run := begun(t)
	f, err := os.OpenFile(run.Path(store.JournalFile), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString(`{"seq":3,"at":"20`)
	must(t, errors.Join(err, f.Close()))
	j, said, err := run.ResumeJournal()
	must(t, err)
	must(t, j.Close())
	if said.Torn != 17 || said.Entries != 3 {
		t.Errorf("said %+v", said)
	}
	if said, err = run.ReadJournal(); err != nil || said.Torn != 0 || said.Entries != 3 {
		t.Errorf("said %+v, %v", said, err)
	}
}

// faulty is a set of files, some of which cannot be opened.
type faulty struct {
	store.Files
	// open has the errors of opening files, by name.
	open map[string]error
	// closed counts what was closed of an open journal.
	closed int
}

func (f *faulty) Open(name string) (store.File, error) {
	if err := f.open[name]; err != nil {
		return nil, err
	}
	return f.Files.Open(name)
}

func (f *faulty) OpenJournal() (journalio.File, journalio.Mark, error) {
	file, mark, err := f.Files.OpenJournal()
	return &counted{file, f}, &countedMark{mark, f}, err
}

type counted struct {
	journalio.File
	of *faulty
}

func (c *counted) Close() error {
	c.of.closed++
	return c.File.Close()
}

type countedMark struct {
	journalio.Mark
	of *faulty
}

func (c *countedMark) Close(ended bool) error {
	c.of.closed++
	return c.Mark.Close(ended)
}

// TestMarkThatCannotBeRead: a mark that cannot be read is not taken for a missing one, since what
// it says would be overlooked.
func TestMarkThatCannotBeRead(t *testing.T) {
	broken := errors.New("input/output error")
	run := begun(t)
	files := &faulty{Files: run.Files, open: map[string]error{store.MarkFile: broken}}
	run = store.NewRun(run.ID(), files)
	_, _, resumeErr := run.ResumeJournal()
	_, readErr := run.ReadJournal()
	j := run.Assess()
	must(t, run.Remove(store.JournalFile))
	_, startErr := run.StartJournal()
	for what, err := range map[string]error{"start": startErr, "resume": resumeErr, "read": readErr} {
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "read the mark of the journal: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if files.closed != 2 {
		t.Errorf("%d of file and mark were closed", files.closed)
	}
	if j.Status != store.RunDamaged || j.Flaw != store.FlawJournal || !errors.Is(j.Err, broken) {
		t.Errorf("judged %+v", j)
	}
}

// TestRunsThatCannotBeReadAreNoneThatSentNothing: a disk that fails is no verdict on a run, and
// nothing is deleted because of it.
func TestRunsThatCannotBeReadAreNoneThatSentNothing(t *testing.T) {
	broken := errors.New("input/output error")
	for _, name := range []string{store.ManifestFile, store.JournalFile} {
		run := create(t)
		run = store.NewRun(run.ID(), &faulty{Files: run.Files, open: map[string]error{name: broken}})
		if j := run.Assess(); j.Status != store.RunDamaged || !errors.Is(j.Err, broken) {
			t.Errorf("%s: judged %+v", name, j)
		}
		if gone, err := run.DiscardEmpty(); gone || err != nil {
			t.Errorf("%s: discarded %t, %v", name, gone, err)
		}
		if _, err := run.Verify(); name == store.ManifestFile && (!errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "read manifest: ")) {
			t.Errorf("verified: %v", err)
		}
	}
	run := create(t)
	write(t, run, store.PlanFile, "{}")
	must(t, run.WriteManifest(store.Manifest{Account: "hq"}))
	run = store.NewRun(run.ID(), &faulty{Files: run.Files, open: map[string]error{store.PlanFile: broken}})
	if _, err := run.Verify(); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "verify run: ") {
		t.Errorf("verified: %v", err)
	}
	if err := run.WriteManifest(store.Manifest{}); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "write manifest: ") {
		t.Errorf("closed: %v", err)
	}
}
