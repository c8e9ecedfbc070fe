package accounts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/failure"
)

// reporter tells how accounts ended, one at a time.
type reporter struct {
	*Job
	chosen *Chosen

	mu      sync.Mutex
	endings []accountResult
	// failed is why standard output could not be written, nil for nothing.
	failed error
}

// end tells that target n ended, and what it printed.
func (t *reporter) end(n, code int, stdout, stderr []byte) {
	name := t.chosen.Targets[n].Config.Name
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endings[n] = resultOf(t.chosen.Targets[n].Config, code)
	switch {
	case t.Form == Document:
		t.endings[n].readDocument(stdout)
	case t.Form == Lines:
		t.print(line(name, stdout))
	case len(stdout) > 0 && (t.Bare || t.Quiet && code == 0):
		t.print(stdout)
	case len(stdout) > 0:
		t.print(fmt.Appendf(nil, "== %s\n%s\n", name, stdout))
	}
	for text := range bytes.Lines(stderr) {
		fmt.Fprintf(t.Stderr, "%s: %s", name, text)
	}
}

// print writes to standard output.
func (t *reporter) print(text []byte) {
	if _, err := t.Stdout.Write(text); err != nil && t.failed == nil {
		t.failed = err
	}
}

// reportDisabled tells of the accounts that are left out, where each has a line of its own.
func (t *reporter) reportDisabled() {
	if t.Form != Lines {
		return
	}
	for _, config := range t.chosen.Disabled {
		text, _ := json.Marshal(map[string]any{ // it holds nothing that cannot be encoded
			"schema": "keyroster/disabled/1", "account": config.Name, "provider": config.Provider, "disabled": true,
		})
		t.print(append(text, '\n'))
	}
}

// close tells what all accounts come to.
func (t *reporter) close() (int, error) {
	var codes []int
	for i := range t.endings {
		codes = append(codes, *t.endings[i].ExitCode)
	}
	if t.Last != nil {
		codes = append(codes, t.Last())
	}
	code := 0
	if len(codes) > 0 {
		code = t.Worst(codes)
	}
	switch {
	case t.Form == Document:
		t.print(document(code, t.endings, t.chosen.Disabled))
	case t.Form == Text && (!t.Quiet || code != 0):
		t.print([]byte(t.summaryLine() + "\n"))
	}
	return code, t.failed
}

// summaryLine is the one line about all accounts. It names those that are well as far as
// they are few, and all others.
func (t *reporter) summaryLine() string {
	by := map[int][]string{}
	for i := range t.endings {
		code := *t.endings[i].ExitCode
		by[code] = append(by[code], t.endings[i].Account)
	}
	var parts, stopped []string
	for _, code := range slices.Sorted(maps.Keys(by)) {
		names := by[code]
		verdict, known := t.Verdicts[code]
		switch {
		case known && code == 0:
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(names), verdict, failure.List(names)))
		case known:
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(names), verdict, strings.Join(names, ", ")))
		default:
			for _, name := range names {
				stopped = append(stopped, fmt.Sprintf("%s with exit code %d", name, code))
			}
		}
	}
	if len(stopped) > 0 {
		otherwise := cmp.Or(t.Otherwise, "stopped")
		parts = append(parts, fmt.Sprintf("%d %s (%s)", len(stopped), otherwise, strings.Join(stopped, ", ")))
	}
	var disabled []string
	for _, config := range t.chosen.Disabled {
		disabled = append(disabled, config.Name)
	}
	if len(disabled) > 0 {
		parts = append(parts, fmt.Sprintf("%d disabled (%s)", len(disabled), failure.List(disabled)))
	}
	return failure.Plural(len(t.endings)+len(disabled), "account") + ": " + strings.Join(parts, ", ")
}
