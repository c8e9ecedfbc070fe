package run_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/store/folder"
	"keyroster/reconcile"
)

// silenced returns what the process writes to its streams while do runs.
func silenced(t *testing.T, do func()) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "streams")
	file, err := os.Create(path)
	must(t, err)
	out, errs := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = file, file
	defer func() { os.Stdout, os.Stderr = out, errs }()
	do()
	must(t, file.Close())
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}

// TestNothingIsPrinted: a run talks only to its sinks: without any it is silent, however it ends.
func TestNothingIsPrinted(t *testing.T) {
	lines, _ := changes()
	for name, refuse := range map[string]bool{"a good run": false, "a refused one": true} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			if refuse {
				s.config.Limits[reconcile.LimitDelete] = reconcile.Limit{}
			}
			roster, acc := s.roster(lines...), s.open()
			said := silenced(t, func() {
				out, err := run.Apply(t.Context(), acc, s.kept, roster, time.Now(), run.Options{})
				if (err != nil) != refuse || out.Report == nil {
					t.Errorf("%v", err)
				}
			})
			if said != "" {
				t.Errorf("it printed %q", said)
			}
		})
	}
}

// TestExitCodes: the exit code of a run is the one that its options give it; without any, it is 0
// if all is as desired, and 1 otherwise.
func TestExitCodes(t *testing.T) {
	lines, _ := changes()
	numbers := func(kind failure.Kind) int { return 40 + int(kind) }
	for name, c := range map[string]struct {
		lines         []string
		refuse        bool
		plain, number int
	}{
		"all as desired":   {lines, false, 0, 0},
		"a row is blocked": {append([]string{"K99,501,card,0010000099,"}, lines...), false, 1, numbers(failure.Partial)},
		"refused":          {lines, true, 1, numbers(failure.Unsafe)},
	} {
		for _, code := range []func(failure.Kind) int{nil, numbers} {
			t.Run(name, func(t *testing.T) {
				s := newSite(t)
				if c.refuse {
					s.config.Limits[reconcile.LimitDelete] = reconcile.Limit{}
				}
				s.options.ExitCode = code
				out, _ := s.apply(s.roster(c.lines...))
				want := c.plain
				if code != nil {
					want = c.number
				}
				if got := out.Report.ExitCode; got != want {
					t.Errorf("exit code %d, want %d", got, want)
				}
			})
		}
	}
}

// TestOnDisk: the same holds on a disk: a report that cannot be written leaves the run open, and
// taking it up writes what is missing and sends nothing again.
func TestOnDisk(t *testing.T) {
	s := newSite(t)
	lines, after := changes()
	st := folder.New(filepath.Join(s.dir, "state"), filepath.Join(s.dir, "runs"))
	options := s.options
	locked, err := run.Lock(t.Context(), s.open(), st, options)
	must(t, err)
	planned, err := locked.Plan(t.Context(), s.roster(lines...), time.Now())
	must(t, err)
	committed, err := planned.Commit(t.Context())
	must(t, err)
	sent, err := committed.Send(t.Context())
	must(t, err)
	kept, err := st.Run(planned.ID())
	must(t, err)
	inTheWay := kept.Path("report.html")
	must(t, os.MkdirAll(filepath.Join(inTheWay, "full"), 0o700))
	out, err := sent.Close(t.Context())
	wants(t, err, failure.Stopped, "report.html", "keyroster resume "+kept.Place())
	if out.Report == nil || len(out.Files) > 0 {
		t.Errorf("report %v, files %v", out.Report != nil, out.Files)
	}
	locked.Unlock()
	must(t, os.RemoveAll(inTheWay))
	wrote := len(s.wrote())
	_, err = run.Resume(t.Context(), s.open(), folder.New(filepath.Join(s.dir, "state"), filepath.Join(s.dir, "runs")), kept, options)
	must(t, err)
	s.holds(after)
	if v, err := kept.Verify(); err != nil || !v.OK() || len(s.wrote()) != wrote || len(s.watch.idle) > 0 {
		t.Errorf("%+v, %v; wrote %v", v, err, s.wrote()[wrote:])
	}
}
