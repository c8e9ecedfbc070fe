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

// reporter reports how accounts ended, one at a time.
type reporter struct {
	*Job
	chosen *Chosen

	mu      sync.Mutex
	endings []accountResult
	// failed is the error of writing to standard output, nil for none.
	failed error
}

// end reports how target n ended and prints its output.
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

// reportDisabled reports the accounts left out as disabled, in the format with one line for
// each account.
func (t *reporter) reportDisabled() {
	if t.Form != Lines {
		return
	}
	for _, config := range t.chosen.Disabled {
		text, _ := json.Marshal(map[string]any{ // everything in it can be encoded
			"schema": "keyroster/disabled/1", "account": config.Name, "provider": config.Provider, "disabled": true,
		})
		t.print(append(text, '\n'))
	}
}

// close prints the closing summary.
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

// summaryLine is the closing line about all accounts. It names the accounts that are well if
// there are few, and always the others.
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
