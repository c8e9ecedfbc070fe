package storetest

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// madeRun is a run in the process that made it under the lock of a tenant.
type madeRun struct {
	two[*store.Run]
	of store.Tenant
	// fenced: the process lost the lock. The model does not predict the results of its calls.
	fenced bool
}

// openJournal is the open journal of a run.
type openJournal struct {
	run   int
	files two[journalio.File]
	marks two[journalio.Mark]
}

func (m *pair) create(l two[heldLock], c aCall) (mine, want string) {
	var runs []*store.Run
	mine, want = both(l, func(l heldLock) string {
		run, err := l.held.Create(fmt.Sprintf("hq/%d", c.b), began)
		if err == nil {
			runs = append(runs, run)
		}
		return m.describe(err)
	})
	if len(runs) == 2 {
		m.runs = append(m.runs, madeRun{two[*store.Run]{runs[0], runs[1]}, l.mine.of, false})
	}
	return mine, want
}

func (m *pair) ofRun(name string, c aCall) (mine, want string) {
	i := c.a % len(m.runs)
	run := m.runs[i]
	if run.fenced {
		return "", ""
	}
	file := []string{"plan.json", "report.files/1.txt", "report.files/2.txt", store.JournalFile}[c.b]
	switch name {
	case "run":
		return m.describe(m.openRun(m.stores.mine, run.mine)), m.describe(m.openRun(m.stores.want, run.want))
	case "create journal", "open journal":
		return m.openJournal(name, i)
	case "discard", "write", "remove":
		if name != "discard" && file != store.JournalFile {
			break
		}
		// Nothing is promised for a journal that is removed while it is open.
		m.journals = slices.DeleteFunc(m.journals, func(j openJournal) bool {
			return j.run == i && errors.Join(j.files.mine.Close(), j.marks.mine.Close(false)) == nil
		})
	}
	return both(run.two, func(run *store.Run) string {
		switch name {
		case "write":
			return m.describe(run.Write(file, text(fmt.Sprint("file ", c.a))))
		case "remove":
			return m.describe(run.Remove(file))
		case "discard":
			return m.describe(run.Discard())
		case "list":
			list, err := run.List()
			return m.describe(err, fmt.Sprint(len(list), list))
		}
		f, err := run.Open(file)
		if err != nil {
			return m.describe(err, run.Has(file))
		}
		data, err := io.ReadAll(f)
		return m.describe(errors.Join(err, f.Close()), string(data), run.Has(file))
	})
}

// openRun opens a run by its id and by its place.
func (m *pair) openRun(s store.Store, run *store.Run) error {
	_, err := s.Run(run.ID())
	if _, other := s.Run(run.Place()); (err == nil) != (other == nil) {
		return errors.New("the id finds another than the place")
	}
	return err
}

func (m *pair) openJournal(name string, i int) (mine, want string) {
	j := openJournal{run: i}
	opened := func(run *store.Run) (journalio.File, journalio.Mark, error) {
		if name == "create journal" {
			return run.CreateJournal()
		}
		return run.OpenJournal()
	}
	var mineErr, wantErr error
	j.files.mine, j.marks.mine, mineErr = opened(m.runs[i].mine)
	j.files.want, j.marks.want, wantErr = opened(m.runs[i].want)
	if mineErr == nil && wantErr == nil {
		m.journals = append(m.journals, j)
	}
	return m.describe(mineErr), m.describe(wantErr)
}

func (m *pair) ofJournal(name string, c aCall) (mine, want string) {
	i := c.a % len(m.journals)
	j := m.journals[i]
	fenced := m.runs[j.run].fenced
	if fenced && name != "close journal" {
		return "", ""
	}
	switch name {
	case "append":
		return both(j.files, func(f journalio.File) string {
			n, err := f.Write(fmt.Appendf(nil, "line %d\n", c.b))
			return m.describe(errors.Join(err, f.Sync()), n)
		})
	case "truncate":
		return both(j.files, func(f journalio.File) string { return m.describe(f.Truncate(0)) })
	case "mark":
		return both(j.marks, func(k journalio.Mark) string {
			return m.describe(k.Put(fmt.Appendf(nil, "mark %d", c.b)))
		})
	}
	m.journals = slices.Delete(m.journals, i, i+1)
	mine, want = both(j.files, func(f journalio.File) string { return m.describe(f.Close()) })
	mineMark, wantMark := both(j.marks, func(k journalio.Mark) string { return m.describe(k.Close(c.b > 1)) })
	if fenced {
		return "", ""
	}
	return mine + mineMark, want + wantMark
}
