package run_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/run"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// quiet returns the roster that asks for what the account holds.
func quiet() []string {
	lines := []string{"P1,513,pin,481057,"}
	for n := 1; n < people-1; n++ {
		lines = append(lines, columnBefore().row(n))
	}
	return lines
}

// TestWhichRunsAreKeptSmall: runs over the whole account are kept small if all is as desired and
// nothing was sent. All others keep each of their files.
func TestWhichRunsAreKeptSmall(t *testing.T) {
	changed, _ := changes()
	all := []string{
		store.ManifestFile, store.PlanFile, store.ReportCSVFile, store.ReportHTMLFile, store.ReportJSONFile, store.ReportXLSXFile,
	}
	for name, c := range map[string]struct {
		lines  []string
		files  configio.RunFiles
		change func(s *site, o *run.Options)
		small  bool
		more   []string
		lacks  int
	}{
		"nothing to do":  {lines: quiet(), files: configio.RunFilesSmall, small: true, lacks: people - 1},
		"by default":     {lines: quiet()},
		"some in no row": {lines: quiet()[2:], files: configio.RunFilesSmall, small: true, lacks: people - 3},
		"leavers gone":   {lines: append(quiet(), "K77,,,,absent"), files: configio.RunFilesSmall, small: true, lacks: people},
		"changes":        {lines: changed, files: configio.RunFilesSmall, more: []string{store.JournalFile, store.UndoFile}},
		"an invalid row": {lines: append(quiet(), "K1,501,card,,here"), files: configio.RunFilesSmall, more: []string{store.FailedFile}},
		"a blocked row":  {lines: append(quiet(), "K99,501,card,0010000099,"), files: configio.RunFilesSmall, more: []string{store.FailedFile}},
		"needs a person": {lines: quiet()[2:], files: configio.RunFilesSmall, change: func(s *site, _ *run.Options) { s.config.Unlisted = reportio.UnlistedNeeds }},
		"of some people": {lines: quiet(), files: configio.RunFilesSmall, change: func(_ *site, o *run.Options) { o.Draft.Holders = []string{"513"} }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.config.RunFiles = c.files
			options := s.options
			if c.change != nil {
				c.change(s, &options)
			}
			out, _ := run.Apply(t.Context(), s.open(), s.kept.Process(), s.roster(c.lines...), time.Now(), options)
			want := append(slices.Clone(all), c.more...)
			if c.small {
				want = []string{store.ManifestFile, store.ReportJSONFile}
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, files(t, out.Run)); diff != "" {
				t.Errorf("the run's files (-want +got):\n%s", diff)
			}
			if c.small && !slices.Equal(out.Files, []string{store.ReportJSONFile}) || !c.small && out.Files[0] != store.ReportHTMLFile {
				t.Errorf("names the files %q", out.Files)
			}
			if out.Report.KeptSmall != nil {
				t.Error("what is printed lacks lines")
			}
			if c.small {
				closesSmall(t, out, c.lacks)
			}
		})
	}
}

func files(t *testing.T, of *store.Run) (names []string) {
	t.Helper()
	entries, err := of.List()
	must(t, err)
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names
}

// closesSmall checks that the report of a run closes without this many lines, and says what the
// whole one does.
func closesSmall(t *testing.T, out run.Outcome, lacks int) {
	t.Helper()
	f, err := out.Run.Open(store.ReportJSONFile)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	small, err := reportio.ReadJSON(f)
	must(t, err)
	if small.KeptSmall == nil || small.KeptSmall.Unchanged != lacks || small.Summary != out.Report.Summary || small.Unlisted.Credentials != small.Summary.Unlisted {
		t.Errorf("%+v %+v, want %+v", small.KeptSmall, small.Summary, out.Report.Summary)
	}
	if left, ok := small.Left(); !ok || left != *out.Report.Sizes {
		t.Errorf("left %+v %v, want %+v", left, ok, out.Report.Sizes)
	}
	if verified, err := out.Run.Verify(); err != nil || !verified.OK() {
		t.Errorf("%+v (%v)", verified, err)
	}
	for line, err := range small.Lines {
		if err != nil || line.Source != nil || !strings.HasPrefix(line.HolderName, "Person") {
			t.Errorf("has line %+v (%v)", line, err)
		}
	}
}
