// Package metricio publishes the results of runs as metrics: in a file of Prometheus's text
// format, for the textfile collector of the node exporter, and pushed to a Pushgateway or by OTLP.
//
// They describe the last run of each account: all values are gauges, since no
// counter lives on between two processes. Their names begin with keyroster_, and
// their labels are account and provider. None names a person.
package metricio

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/reconcile"
)

// Run is what is measured about one run of one account.
type Run struct {
	Account, Provider string
	FinishedAt        time.Time
	Duration          time.Duration
	ExitCode          int
	// Compared: the run got as far as a plan, so that Records and Summary say
	// something. Without it their metrics are left out.
	Compared bool
	Records  int
	Summary  reconcile.Summary
	// SyncOwed: not all changes were synced to the doors yet; nil when the run did
	// not get far enough to know.
	SyncOwed *bool
	Traffic  Traffic
}

// Traffic is what a run asked of its provider.
type Traffic struct {
	// Calls are the requests sent, repeated ones included, by class (read,
	// write, login).
	Calls map[string]int
	// Retries are requests sent again after a failure; Limited the answers of
	// 429.
	Retries, Limited int
	// Paced is the time that requests were held back to keep to the rate or because
	// the host asked for it; Backoff the pauses before retries. They are sums over
	// requests that wait side by side.
	Paced, Backoff time.Duration
}

// The metrics of an account that a fleet has too. lastSuccess is the one that outlives a
// run that failed.
const (
	lastSuccess = "keyroster_last_success_timestamp_seconds"
	lastRun     = "keyroster_last_run_timestamp_seconds"
	lastCode    = "keyroster_last_run_exit_code"

	lastSuccessHelp = "When a run last ended with the account matching its roster."
	lastRunHelp     = "When the last run ended."
	lastCodeHelp    = "Exit code of the last run; 0 is as desired."
)

// maxFile is far above any file that this package writes.
const maxFile = 4 << 20

// WriteFile writes the metrics of runs to a file, which appears whole and is
// readable by all, since another user's exporter reads it. For a run that ended
// with another exit code than 0, the time of the last success is taken from the
// file that was there; for the accounts in kept, which have no run, all metrics
// are. Two processes must not write one file: give each its own.
func WriteFile(path string, tool string, runs []Run, kept ...string) error {
	before, err := read(path)
	if err != nil {
		return err
	}
	families := gather(tool, runs, successes(before))
	return writeFamilies(path, keep(families, before, kept))
}

func writeFamilies(path string, families []*dto.MetricFamily) error {
	return atomicio.WriteFile(path, 0o644, func(w io.Writer) error {
		for _, family := range families {
			if _, err := expfmt.MetricFamilyToText(w, family); err != nil {
				return err
			}
		}
		return nil
	})
}

// read reads the file that was there. One without metrics counts as empty.
func read(path string) (map[string]*dto.MetricFamily, error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the metrics before: %w", err)
	}
	defer func() { _ = f.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, nil
	}
	return families, nil
}

// successes are the times of the last successes, by account and provider.
func successes(before map[string]*dto.MetricFamily) map[[2]string]float64 {
	out := map[[2]string]float64{}
	for _, m := range before[lastSuccess].GetMetric() {
		value := m.GetGauge().GetValue()
		if m.Untyped != nil {
			value = m.GetUntyped().GetValue()
		}
		out[[2]string{label(m, accountLabel), label(m, providerLabel)}] = value
	}
	return out
}

// label is the value of a label, empty for none.
func label(m *dto.Metric, name string) string {
	for _, pair := range m.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

// keep adds the metrics of the accounts in kept unchanged.
func keep(families []*dto.MetricFamily, before map[string]*dto.MetricFamily, kept []string) []*dto.MetricFamily {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		old := before[name]
		at := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == name })
		if at >= 0 && families[at].GetType() != old.GetType() {
			continue // it was written by another version
		}
		for _, m := range old.Metric {
			if !slices.Contains(kept, label(m, accountLabel)) {
				continue
			}
			if at < 0 {
				families, at = append(families, &dto.MetricFamily{Name: old.Name, Help: old.Help, Type: old.Type}), len(families)
			}
			families[at].Metric = append(families[at].Metric, m)
		}
	}
	return families
}

// The labels of all metrics of runs.
const (
	accountLabel  = "account"
	providerLabel = "provider"
)

// sheet is the metrics of one file or push.
type sheet struct {
	families map[string]*dto.MetricFamily
	// metrics has each metric by its name and labels.
	metrics map[string]*dto.Metric
	// whole: what a run does not know gets a metric too, of NaN.
	whole bool
}

func newSheet(tool string) *sheet {
	s := &sheet{families: map[string]*dto.MetricFamily{}, metrics: map[string]*dto.Metric{}}
	s.set("keyroster_build_info", "The program that wrote these metrics; always 1.", 1, "tool", tool)
	return s
}

func gather(tool string, runs []Run, before map[[2]string]float64) []*dto.MetricFamily {
	s := newSheet(tool)
	for i := range runs {
		s.run(&runs[i], before)
	}
	return s.sorted()
}

// sorted are the metrics by name and labels: equal ones make equal files.
func (s *sheet) sorted() []*dto.MetricFamily {
	var all []*dto.MetricFamily
	for _, name := range slices.Sorted(maps.Keys(s.families)) {
		family := s.families[name]
		slices.SortFunc(family.Metric, func(a, b *dto.Metric) int {
			return slices.CompareFunc(a.Label, b.Label, func(a, b *dto.LabelPair) int {
				return cmp.Or(cmp.Compare(a.GetName(), b.GetName()), cmp.Compare(a.GetValue(), b.GetValue()))
			})
		})
		all = append(all, family)
	}
	return all
}

func (s *sheet) run(r *Run, before map[[2]string]float64) {
	set := func(name, help string, value float64, labels ...string) {
		s.set(name, help, value, append([]string{accountLabel, r.Account, providerLabel, r.Provider}, labels...)...)
	}
	at := unix(r.FinishedAt)
	success, known := before[[2]string{r.Account, r.Provider}]
	if r.ExitCode == 0 {
		success, known = at, true
	}
	if known {
		set(lastSuccess, lastSuccessHelp, success)
	}
	set(lastRun, lastRunHelp, at)
	set(lastCode, lastCodeHelp, float64(r.ExitCode))
	set("keyroster_last_run_duration_seconds", "How long the last run took.", r.Duration.Seconds())
	// ifKnown sets a number that the run may not know.
	ifKnown := func(known bool, name, help string, number int, labels ...string) {
		switch {
		case known:
			set(name, help, float64(number), labels...)
		case s.whole:
			set(name, help, math.NaN(), labels...)
		}
	}
	ifKnown(
		r.SyncOwed != nil, "keyroster_last_run_sync_owed", "1 while not all changes have been synced to the doors.",
		number(r.SyncOwed),
	)
	ifKnown(
		r.Compared, "keyroster_last_run_records", "Records that the provider held when the last run started.", r.Records,
	)
	for _, o := range reconcile.Outcomes {
		ifKnown(
			r.Compared, "keyroster_last_run_rows", "Rows, and records without a row, by outcome.",
			r.Summary.Of(o), "outcome", o.String(),
		)
	}
	t := r.Traffic
	if s.whole && len(t.Calls) == 0 {
		t.Calls = map[string]int{"read": 0}
	}
	for _, class := range slices.Sorted(maps.Keys(t.Calls)) {
		set(
			"keyroster_last_run_calls", "Requests sent to the provider, including retries.",
			float64(t.Calls[class]), "class", class,
		)
	}
	set("keyroster_last_run_retries", "Requests sent again after a failure.", float64(t.Retries))
	set("keyroster_last_run_rate_limited", "Answers with status 429.", float64(t.Limited))
	const waitHelp = "Time that requests waited, summed over parallel requests."
	set("keyroster_last_run_wait_seconds", waitHelp, t.Paced.Seconds(), "reason", "pacing")
	set("keyroster_last_run_wait_seconds", waitHelp, t.Backoff.Seconds(), "reason", "retry")
}

// set sets a gauge, which may have been set before; labels are names and values in turn.
func (s *sheet) set(name, help string, value float64, labels ...string) {
	family := s.families[name]
	if family == nil {
		family = &dto.MetricFamily{Name: &name, Help: &help, Type: dto.MetricType_GAUGE.Enum()}
		s.families[name] = family
	}
	key := fmt.Sprintf("%q", append([]string{name}, labels...))
	m := s.metrics[key]
	if m == nil {
		m = &dto.Metric{}
		for i := 0; i < len(labels); i += 2 {
			m.Label = append(m.Label, &dto.LabelPair{Name: &labels[i], Value: &labels[i+1]})
		}
		slices.SortFunc(m.Label, func(a, b *dto.LabelPair) int { return cmp.Compare(a.GetName(), b.GetName()) })
		s.metrics[key] = m
		family.Metric = append(family.Metric, m)
	}
	m.Gauge = &dto.Gauge{Value: &value}
}

// number is 1 for what is true.
func number(b *bool) int {
	if b != nil && *b {
		return 1
	}
	return 0
}
