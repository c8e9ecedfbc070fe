package storetest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"keyroster/io/store"
)

var fileLaws = []law{
	{"a file holds what was written to it last", writesAndReads},
	{"a write that fails, or panics, leaves the file as it was", failedWrites},
	{"whoever reads sees the file before a write or after it", readersDuringWrites},
	{"a reader reads on in what it opened", readersKeepTheirFile},
	{"goroutines write files of different names", writersOfDifferentNames},
	{"a file that is removed is gone, and may be removed again", removedFiles},
	{"a run that is discarded is gone with all its files", discardedRuns},
}

func writesAndReads(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	wantFiles(t, run, map[string]string{})
	must(t, run.Write("plan.json", text("one")))
	must(t, run.Write("plan.json", text("two")))
	must(t, run.Write("report.files/7.reason.txt", text("long")))
	must(t, run.Write("empty.csv", text("")))
	want := map[string]string{"plan.json": "two", "report.files/7.reason.txt": "long", "empty.csv": ""}
	wantFiles(t, run, want)
	again, err := s.Run(run.ID())
	must(t, err)
	wantFiles(t, again, want)
	if named, err := w.Open().Run(run.Place()); err != nil {
		t.Errorf("the run is not found by its place: %v", err)
	} else if wantFiles(t, named, want); named.ID() != run.ID() {
		t.Errorf("the run at %s has the id %s, want %s", run.Place(), named.ID(), run.ID())
	}
	f, err := run.Open("report.files/7.reason.txt")
	must(t, err)
	defer func() { _ = f.Close() }()
	var two [2]byte
	if n, err := f.ReadAt(two[:], 1); n != 2 || string(two[:]) != "on" {
		t.Errorf("read %q at 1, %v", two[:n], err)
	}
	if _, err := f.Seek(-1, io.SeekEnd); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(f); string(rest) != "g" || err != nil {
		t.Errorf("read %q at the end, %v", rest, err)
	}
	_, err = run.Open("report.csv")
	is(t, "a file that is not there", err, fs.ErrNotExist)
	if run.Has("report.csv") {
		t.Error("a file is there that was never written")
	}
	if run.Place() == "" || !strings.Contains(run.Path("plan.json"), "plan.json") || run.Path("") == "" {
		t.Errorf("the run is at %q, its plan at %q", run.Place(), run.Path("plan.json"))
	}
}

var errWrite = errors.New("it cannot be written")

func failedWrites(t *testing.T, open open) {
	_, run := created(t, open(t))
	must(t, run.Write("plan.json", text("old")))
	for _, name := range []string{"plan.json", "report.json", "report.files/1.txt"} {
		err := run.Write(name, func(w io.Writer) error {
			return errors.Join(text(strings.Repeat("half ", 1<<16))(w), errWrite)
		})
		is(t, "a write that fails", err, errWrite)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic of a write was swallowed")
				}
			}()
			_ = run.Write(name, func(w io.Writer) error {
				_ = text("half")(w)
				panic("while writing")
			})
		}()
	}
	wantFiles(t, run, map[string]string{"plan.json": "old"})
	must(t, run.Write("plan.json", text("new")))
	wantFiles(t, run, map[string]string{"plan.json": "new"})
}

func readersDuringWrites(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	content := func(i int) string { return strings.Repeat(string(rune('a'+i)), 100_000+i) }
	must(t, run.Write("report.json", text(content(0))))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := readsOneOf(s, run.ID(), content); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 20 {
		half := len(content(i)) / 2
		err := run.Write("report.json", func(w io.Writer) error {
			return errors.Join(text(content(i)[:half])(w), text(content(i)[half:])(w))
		})
		if err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
}

// readsOneOf reads the report once, and compares it with the contents that it can have.
func readsOneOf(s store.Store, id string, content func(int) string) error {
	run, err := s.Run(id)
	if err != nil {
		return err
	}
	f, err := run.Open("report.json")
	if err != nil {
		return err
	}
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if len(data) < 100_000 || string(data) != content(int(data[0]-'a')) {
		return fmt.Errorf("a part of a file was seen: %d bytes", len(data))
	}
	list, err := run.List()
	if err != nil {
		return err
	}
	found := false
	for _, e := range list {
		found = found || e.Name == "report.json"
	}
	if !found {
		return errors.New("the file was not in the list while it was replaced")
	}
	return nil
}

func readersKeepTheirFile(t *testing.T, open open) {
	w := open(t)
	if w.Exclusive {
		return
	}
	_, run := created(t, w)
	must(t, run.Write("plan.json", text("first")))
	f, err := run.Open("plan.json")
	must(t, err)
	defer func() { _ = f.Close() }()
	must(t, run.Write("plan.json", text("other")))
	if data, err := io.ReadAll(f); err != nil || string(data) != "first" {
		t.Errorf("read %q, %v", data, err)
	}
	wantFiles(t, run, map[string]string{"plan.json": "other"})
}

func writersOfDifferentNames(t *testing.T, open open) {
	w := open(t)
	_, run := created(t, w)
	want := map[string]string{}
	var all sync.WaitGroup
	for i := range 16 {
		name := fmt.Sprintf("report.files/%d/%d.txt", i%4, i)
		want[name] = strings.Repeat(name, 100)
		all.Go(func() {
			for range 3 {
				if err := run.Write(name, text(strings.Repeat(name, 100))); err != nil {
					t.Error(err)
				}
				if _, err := run.List(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	wantFiles(t, run, want)
}

func removedFiles(t *testing.T, open open) {
	_, run := created(t, open(t))
	must(t, run.Write("sealed.age", text("x")))
	must(t, run.Write("plan.json", text("y")))
	must(t, run.Remove("sealed.age"))
	must(t, run.Remove("sealed.age"))
	wantFiles(t, run, map[string]string{"plan.json": "y"})
}

func discardedRuns(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	must(t, run.Write("report.files/1.txt", text("x")))
	must(t, run.Discard())
	_, err := s.Run(run.ID())
	is(t, "a run that was discarded", err, fs.ErrNotExist)
	_, err = s.Run(run.Place())
	is(t, "the place of a run that was discarded", err, fs.ErrNotExist)
	for _, name := range []string{"plan.json", "report.files/2.txt"} {
		is(t, "a file of a run that was discarded", run.Write(name, text("x")), fs.ErrNotExist)
	}
	must(t, run.Discard())
	if ids, err := w.Open().Runs(); err != nil || len(ids) != 0 {
		t.Errorf("runs %q, %v", ids, err)
	}
}
