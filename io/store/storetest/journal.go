package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

var journalLaws = []law{
	{"a journal is made once, and opened only where there is one", madeOnce},
	{"a journal that is gone while its mark is there is noticed", missedJournals},
	{"a journal is appended to, and what it holds is seen by others", appended},
	{"a mark is replaced, and goes with the end of its journal", replacedMarks},
	{"a journal whose tail is torn at any byte goes on from its last whole line", tornTails},
	{"a journal that lacks a line below its mark is damaged, and stays as it is", belowTheMark},
	{"what was synced survives a power cut", powerCut},
}

// markOf is the text of a run's mark, empty for none.
func markOf(t *testing.T, run *store.Run) string {
	t.Helper()
	if !run.Has(store.MarkFile) {
		return ""
	}
	return read(t, run, store.MarkFile)
}

// writeJournal replaces the content of a run's journal and its mark.
func writeJournal(run *store.Run, data []byte, mark string) error {
	f, m, err := run.OpenJournal()
	if err != nil {
		return err
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.Write(data)
	}
	return errors.Join(err, m.Put([]byte(mark)), f.Close(), m.Close(false))
}

func madeOnce(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	_, _, err := run.OpenJournal()
	is(t, "opening a journal that was not made", err, fs.ErrNotExist)
	wantFiles(t, run, map[string]string{})
	j, err := run.StartJournal()
	must(t, err)
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()}))
	must(t, j.Close())
	before, mark := read(t, run, store.JournalFile), markOf(t, run)
	other, err := s.Run(run.ID())
	must(t, err)
	for _, run := range []*store.Run{run, other} {
		_, _, err = run.CreateJournal()
		is(t, "making a journal that exists", err, fs.ErrExist)
	}
	if read(t, run, store.JournalFile) != before || markOf(t, run) != mark {
		t.Error("making a journal that exists changed it")
	}
}

func missedJournals(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	must(t, journalOf(kindRun, kindIntent)(run))
	mark := markOf(t, run)
	must(t, run.Remove(store.JournalFile))
	again, err := s.Run(run.ID())
	must(t, err)
	for what, ask := range map[string]func() error{
		"read":  func() error { _, err := again.ReadJournal(); return err },
		"begun": func() error { _, err := again.StartJournal(); return err },
	} {
		if _, ok := errors.AsType[*journalio.DamageError](ask()); !ok {
			t.Errorf("a journal that is gone is %s: %v", what, ask())
		}
	}
	_, _, err = again.ResumeJournal()
	is(t, "going on with a journal that is gone", err, fs.ErrNotExist)
	if again.Has(store.JournalFile) || markOf(t, again) != mark {
		t.Errorf("there is %q, and the mark %q", names(t, again), markOf(t, again))
	}
}

func appended(t *testing.T, open open) {
	w := open(t)
	_, run := created(t, w)
	other, err := w.Open().Run(run.ID())
	must(t, err)
	f, m, err := run.CreateJournal()
	must(t, err)
	if got := read(t, other, store.JournalFile); got != "" {
		t.Errorf("a new journal holds %q", got)
	}
	for _, line := range []string{"one\n", "two\n"} {
		_, err := f.Write([]byte(line))
		must(t, errors.Join(err, f.Sync()))
	}
	if got := read(t, other, store.JournalFile); got != "one\ntwo\n" {
		t.Errorf("another process sees %q", got)
	}
	must(t, errors.Join(f.Close(), m.Close(false)))

	f, m, err = other.OpenJournal()
	must(t, err)
	if data, err := io.ReadAll(f); err != nil || string(data) != "one\ntwo\n" {
		t.Errorf("the journal holds %q, %v", data, err)
	}
	for _, line := range []string{"three\n", "lost\n"} {
		_, err = f.Write([]byte(line))
		must(t, err)
	}
	must(t, f.Truncate(int64(len("one\ntwo\nthree\n"))))
	_, err = f.Write([]byte("four\n"))
	must(t, errors.Join(err, f.Sync(), f.Close(), m.Close(false)))
	if got := read(t, run, store.JournalFile); got != "one\ntwo\nthree\nfour\n" {
		t.Errorf("the journal holds %q", got)
	}
}

func replacedMarks(t *testing.T, open open) {
	w := open(t)
	_, run := created(t, w)
	f, m, err := run.CreateJournal()
	must(t, err)
	for _, text := range []string{"first", "other"} {
		must(t, m.Put([]byte(text)))
		if got := markOf(t, run); got != text {
			t.Errorf("the mark says %q, want %q", got, text)
		}
	}
	must(t, errors.Join(f.Close(), m.Close(false)))
	f, m, err = run.OpenJournal()
	must(t, err)
	if got := markOf(t, run); got != "other" {
		t.Errorf("once opened, the mark says %q", got)
	}
	must(t, m.Put([]byte("third")))
	must(t, errors.Join(f.Close(), m.Close(true)))
	if run.Has(store.MarkFile) || !run.Has(store.JournalFile) {
		t.Errorf("after the end of the journal there is %q", names(t, run))
	}
}

// threeLines writes a journal of three lines, and returns its bytes and its mark after
// each line; before the first, both are empty.
func threeLines(t *testing.T, run *store.Run) (lines [][]byte, marks []string) {
	t.Helper()
	j, err := run.StartJournal()
	must(t, err)
	lines, marks = [][]byte{nil}, []string{""}
	for _, e := range []journalio.Entry{
		{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()},
		{Kind: journalio.KindIntent, Attempt: 1},
		{Kind: journalio.KindOutcome, Outcome: "applied", Note: "ü"},
	} {
		must(t, j.Append(true, e))
		lines, marks = append(lines, []byte(read(t, run, store.JournalFile))), append(marks, markOf(t, run))
	}
	must(t, j.Close())
	return lines, marks
}

func tornTails(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	const shares = 8 // each in a run of its own: a disk is slow for each cut
	var all sync.WaitGroup
	for share := range shares {
		run, err := l.Create("hq", began)
		must(t, err)
		lines, marks := threeLines(t, run)
		all.Go(func() {
			for cut := len(lines[1]) + share; cut <= len(lines[3]); cut += shares {
				if err := tornAt(run, lines[3], cut, marks[1]); err != nil {
					t.Errorf("cut at %d: %v", cut, err)
				}
			}
		})
	}
	all.Wait()
}

// tornAt continues a journal that was cut after the lines that its mark requires.
func tornAt(run *store.Run, data []byte, cut int, mark string) error {
	if err := writeJournal(run, data[:cut], mark); err != nil {
		return err
	}
	whole := bytes.LastIndexByte(data[:cut], '\n') + 1
	entries := bytes.Count(data[:cut], []byte("\n"))
	j, said, err := run.ResumeJournal()
	if err != nil {
		return err
	}
	if said.Torn > 0 {
		entries++ // the line of kind recovered
	}
	if said.Torn != int64(cut-whole) || said.Entries != entries {
		err = fmt.Errorf(
			"%d entries and %d torn bytes, want %d and %d", said.Entries, said.Torn, entries, cut-whole,
		)
	}
	if err := errors.Join(err, j.Append(false, journalio.Entry{Kind: journalio.KindAnswer}), j.Close()); err != nil {
		return err
	}
	again, err := run.ReadJournal()
	if err != nil {
		return err
	}
	got, err := content(run, store.JournalFile)
	recorded := strings.Contains(got, `"kind":"recovered"`)
	if again.Entries != entries+1 || again.Torn != 0 || !strings.HasPrefix(got, string(data[:whole])) ||
		recorded != (cut > whole) {
		return errors.Join(err, fmt.Errorf("it went on as\n%s", got))
	}
	return err
}

func belowTheMark(t *testing.T, open open) {
	w := open(t)
	_, run := created(t, w)
	lines, marks := threeLines(t, run)
	for known := 1; known <= 3; known++ {
		for cut := 0; cut < len(lines[known]); cut += 1 + len(lines[known])/40 {
			must(t, writeJournal(run, lines[3][:cut], marks[known]))
			_, _, err := run.ResumeJournal()
			if _, ok := errors.AsType[*journalio.DamageError](err); !ok {
				t.Fatalf("%d lines are known and %d bytes are there: %v", known, cut, err)
			}
			if got := read(t, run, store.JournalFile); got != string(lines[3][:cut]) ||
				markOf(t, run) != marks[known] {
				t.Fatalf("the damaged journal was changed to %q", got)
			}
		}
	}
}

func powerCut(t *testing.T, open open) {
	w := open(t)
	if w.PowerCut == nil {
		return // this world cannot simulate a power cut
	}
	s, run := created(t, w)
	must(t, run.Write("plan.json", text("x")))
	j, err := run.StartJournal()
	must(t, err)
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()}))
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindIntent, Attempt: 1}))
	synced := read(t, run, store.JournalFile)
	must(t, j.Append(false, journalio.Entry{Kind: journalio.KindAnswer, Attempt: 1}))
	w.PowerCut()
	found, err := s.Run(run.ID())
	must(t, err)
	wantFiles(t, found, map[string]string{"plan.json": "x", store.JournalFile: synced})
	again, said, err := found.ResumeJournal()
	must(t, err)
	if said.Entries != 2 || said.Torn != 0 || len(said.InDoubt()) != 1 {
		t.Errorf("after the power cut: %+v", said)
	}
	must(t, again.Close())
	_, l := locked(t, w.Open())
	sameHolder(t, "left by", l.Predecessor(), holder(1, ""))
	_ = j.Close() // the handle of the process that is gone
}
