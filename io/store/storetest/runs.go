package storetest

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/io/store"
)

var runLaws = []law{
	{"runs are listed in order, the oldest first", orderOfRuns},
	{"a query finds its runs", foundRuns},
	{"only runs are listed", strayEntries},
	{"files beside the runs are found", besideRuns},
	{"two runs of one second have two ids", runsOfOneSecond},
	{"any account can have runs", oddAccounts},
	{"a run that is not there is not found", noRuns},
	{"old values are removed in time, only from closed runs", wipedValues},
}

func orderOfRuns(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	var want []string
	for _, at := range []time.Duration{0, -time.Hour, time.Second, 48 * time.Hour, 0, -365 * 24 * time.Hour, 0} {
		run, err := l.Create("hq", began.Add(at).In(time.FixedZone("", 3600)))
		must(t, err)
		want = append(want, run.ID())
	}
	for _, account := range []string{"a", "z", "hq-2"} {
		run, err := l.Create(account, began)
		must(t, err)
		want = append(want, run.ID())
	}
	slices.Sort(want) // ids begin with the time in UTC, to the second
	got, err := w.Open().Runs()
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("runs\n%q, want\n%q", got, want)
	}
	if !strings.HasPrefix(want[0], "20250131T020001Z-hq-") {
		t.Errorf("the first run is %s", want[0])
	}
}

func foundRuns(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	other, err := s.Tenant("doorflow", "other")
	must(t, err)
	of, l := locked(t, s)
	second, err := other.Lock(holder(2, ""))
	must(t, err)
	t.Cleanup(func() { _ = second.Close() })
	type made struct {
		id, account, tenant string
		at                  time.Time
		file                string
	}
	var all []made
	for _, account := range []string{"hq", "Zoë's site", "hq-00aa11"} {
		for i, at := range []time.Time{began, began.Add(-time.Hour), began.Add(time.Second)} {
			by, tenant := l, "abc123"
			if i == 1 {
				by, tenant = second, "other"
			}
			run, err := by.Create(account, at)
			must(t, err)
			name := []string{store.UndoFile, store.SealedFile, store.PlanFile}[i]
			must(t, run.Write(name, text("x")))
			all = append(all, made{run.ID(), account, tenant, at, name})
		}
	}
	provider, tenant := of.Of()
	for _, q := range []store.RunQuery{
		{},
		{Account: "hq"},
		{Account: "Zoë's site"},
		{Account: "none"},
		{Before: began},
		{Before: began.Add(1)},
		{Account: "hq", Before: began},
		{Provider: provider, Tenant: tenant},
		{Provider: "seam", Tenant: tenant},
		{Has: store.UndoFile},
		{Lacks: []string{store.UndoFile, store.SealedFile}},
		{Account: "hq", Before: began.Add(time.Hour), Has: store.PlanFile, Lacks: []string{store.UndoFile}},
	} {
		got, err := w.Open().Find(q)
		must(t, err)
		if !slices.IsSorted(got) {
			t.Errorf("%+v finds %q", q, got)
		}
		for _, m := range all {
			asked := (q.Account == "" || q.Account == m.account) && (q.Before.IsZero() || m.at.Before(q.Before)) &&
				(q.Tenant == "" || q.Tenant == m.tenant && q.Provider == provider) &&
				(q.Has == "" || q.Has == m.file) && !slices.Contains(q.Lacks, m.file)
			if asked && !slices.Contains(got, m.id) {
				t.Errorf("%+v does not find %s", q, m.id)
			}
			if found := slices.Contains(got, m.id); w.Finds && found && !asked {
				t.Errorf("%+v finds %s", q, m.id)
			}
		}
	}
}

func strayEntries(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	if w.Stray == nil {
		return // this world cannot put anything there
	}
	for _, name := range []string{"notes.txt", "index.html", ".hidden", "lost+found", "20260131T020001Z-hq", "20260131T020001Z-hq-00AA11", "2026", "backup-20260131T020001Z-hq-00aa11"} {
		w.Stray(name)
	}
	got, err := s.Runs()
	must(t, err)
	if !slices.Equal(got, []string{run.ID()}) {
		t.Errorf("runs %q, want %s", got, run.ID())
	}
}

func besideRuns(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	b := s.Beside()
	if b == nil {
		return // this store has no folder to look into
	}
	if list, err := b.List(); err != nil || len(list) != 0 {
		t.Errorf("before the first run: %v, %v", list, err)
	}
	if err := b.Write("index.html", text("early")); err == nil {
		t.Error("a page was written where no run was ever made")
	}
	s, run := created(t, w)
	b = s.Beside()
	must(t, b.Write("index.html", text("page")))
	must(t, w.Open().Beside().Write("index.html", text("newer page")))
	list, err := b.List()
	must(t, err)
	if len(list) != 2 || list[0].Name != run.ID() || !list[0].Folder || list[0].Changed().IsZero() ||
		list[1].Name != "index.html" || list[1].Folder {
		t.Errorf("beside the runs is %+v", list)
	}
	f, err := b.Open("index.html")
	must(t, err)
	page, err := io.ReadAll(f)
	if must(t, errors.Join(err, f.Close())); string(page) != "newer page" {
		t.Errorf("the page is %q", page)
	}
	_, err = b.Open("other.html")
	is(t, "a page that was never written", err, fs.ErrNotExist)
	if err := b.Write("../index.html", text("x")); err == nil {
		t.Error("a name leads out of the folder")
	}
	if got, err := s.Runs(); err != nil || !slices.Equal(got, []string{run.ID()}) {
		t.Errorf("runs %q, %v", got, err)
	}
}

func runsOfOneSecond(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	of, err := w.Open().Tenant("seam", "other")
	must(t, err)
	other, err := of.Lock(holder(2, ""))
	must(t, err)
	ids := make(chan string, 40)
	var all sync.WaitGroup
	for _, l := range []store.Lock{l, other} {
		all.Go(func() {
			for range 20 {
				run, err := l.Create("hq", began)
				if err != nil {
					t.Error(err)
					return
				}
				ids <- run.ID()
			}
		})
	}
	all.Wait()
	close(ids)
	seen := map[string]bool{}
	for id := range ids {
		if seen[id] {
			t.Errorf("two runs have the id %s", id)
		}
		seen[id] = true
	}
	got, err := w.Open().Runs()
	if must(t, err); len(got) != 40 || len(seen) != 40 {
		t.Errorf("%d runs are listed, %d were made", len(got), len(seen))
	}
	must(t, other.Close())
}

func oddAccounts(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	_, l := locked(t, s)
	for _, account := range []string{"hq", "HQ London", "../up", "/abs", "a/b", "..", "", "ü", strings.Repeat("long", 100), "x\x00y", "-", `a\b:c`} {
		run, err := l.Create(account, began)
		if err != nil {
			t.Errorf("account %q: %v", account, err)
			continue
		}
		if id := run.ID(); path.Base(id) != id || len(id) > 128 || strings.ContainsAny(id, "/\\: \x00") {
			t.Errorf("account %q has a run with the id %q", account, id)
		}
		must(t, run.Write("plan.json", text(account)))
		found, err := s.Run(run.ID())
		must(t, err)
		if got := read(t, found, "plan.json"); got != account {
			t.Errorf("account %q has a run with the plan %q", account, got)
		}
	}
}

func noRuns(t *testing.T, open open) {
	s := open(t).Open()
	ids, err := s.Runs()
	must(t, err)
	if len(ids) != 0 {
		t.Errorf("runs %q", ids)
	}
	_, err = s.Run("20260131T020001Z-hq-00aa11")
	is(t, "a run that never was", err, fs.ErrNotExist)
}

func wipedValues(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	made := map[string]string{}
	for what, run := range map[string]struct {
		account string
		at      time.Time
		open    bool
	}{
		"old": {"hq", began.Add(-time.Second), false}, "in time": {"hq", began, false},
		"open": {"hq", began.Add(-time.Hour), true}, "another's": {"hq-2", began.Add(-time.Hour), false},
	} {
		one, err := l.Create(run.account, run.at)
		must(t, err)
		must(t, one.Write(store.UndoFile, text("from before")))
		must(t, one.Write(store.PlanFile, text("plan")))
		if run.open {
			must(t, one.Write(store.SealedFile, text("sealed")))
		} else {
			must(t, journalOf(kindRun, kindEnd)(one))
			must(t, one.WriteManifest(store.Manifest{Account: run.account}))
		}
		made[what] = one.ID()
	}
	s := w.Open()
	if !store.HasUndo(s, "hq", began) {
		t.Error("there is nothing to wipe")
	}
	wiped, err := store.WipeUndo(s, "hq", began)
	must(t, err)
	if !slices.Equal(wiped, []string{made["old"]}) || store.HasUndo(w.Open(), "hq", began) {
		t.Errorf("wiped were %q of %v", wiped, made)
	}
	for what, id := range made {
		run, err := w.Open().Run(id)
		must(t, err)
		has := slices.Contains(names(t, run), store.UndoFile)
		_, err = content(run, store.UndoFile)
		if kept := what != "old"; run.Has(store.UndoFile) != kept || has != kept || errors.Is(err, fs.ErrNotExist) == kept {
			t.Errorf("%s: the values are there: %v, listed %v, read %v", what, run.Has(store.UndoFile), has, err)
		}
		if what == "open" {
			continue
		}
		if v, err := run.Verify(); err != nil || !v.OK() {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
}
