package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func cmdLastRun(ts *testscript.TestScript, _ []string) {
	w := worldOf(ts)
	found, err := filepath.Glob(ts.MkAbs("runs/*-*"))
	ts.Check(err)
	var fresh []string
	for _, dir := range found {
		if !w.runs[dir] {
			w.runs[dir] = true
			fresh = append(fresh, dir)
		}
	}
	if len(fresh) != 1 {
		ts.Fatalf("there are %d new run folders, want one: %q", len(fresh), fresh)
	}
	ts.Setenv("RUN", fresh[0])
}

func cmdJSON(ts *testscript.TestScript, args []string) {
	path, op, want := args[1], args[2], args[3:]
	var document any
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	decoder.UseNumber()
	ts.Check(decoder.Decode(&document))
	if decoder.More() {
		ts.Fatalf("%s holds more than one JSON document", args[0])
	}
	found, err := lookUp(document, path)
	ts.Check(err)
	got := make([]string, len(found))
	for i, value := range found {
		got[i] = shown(value)
	}
	switch {
	case op == "is" && strings.Join(got, "\x00") == strings.Join(want, "\x00"):
	case op == "missing" && len(got) == 0 && len(want) == 0:
	case op == "count" && len(want) == 1 && strconv.Itoa(len(got)) == want[0]:
	case op == "like" && len(want) == 1 && len(got) > 0 && matching(ts, got, want[0]) == len(got):
	default:
		ts.Fatalf("%s: %s is %q, want %s %q", args[0], path, got, op, want)
	}
}

// cmdJSONLines checks that each line of a file is a JSON object, and that there is at least one,
// and writes them as one document: jsonlines FILE OUT.
func cmdJSONLines(ts *testscript.TestScript, args []string) {
	var lines []map[string]any
	for text := range strings.Lines(ts.ReadFile(args[0])) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			ts.Fatalf("%s holds a line that is no JSON: %q", args[0], text)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
	text, err := json.Marshal(map[string]any{"lines": lines})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}

// shown returns a value as scripts spell it: texts bare, all else as JSON.
func shown(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// pathStep is one step of a path: a member (* for each), and which of its items
// are meant: lines[*], lines[3], lines[outcome=failed], lines[source.line=4].
var pathStep = regexp.MustCompile(`([^.\[\]]+)(?:\[([^\]]*)\])?(?:\.|$)`)

// lookUp finds all values that a path leads to; a missing member leads nowhere.
func lookUp(document any, path string) ([]any, error) {
	values, rest := []any{document}, path
	for rest != "" {
		step := pathStep.FindStringSubmatch(rest)
		if step == nil || !strings.HasPrefix(rest, step[0]) {
			return nil, fmt.Errorf("path %q: do not understand %q", path, rest)
		}
		rest = rest[len(step[0]):]
		var next []any
		for _, value := range values {
			for _, member := range members(value, step[1]) {
				if step[2] == "" {
					next = append(next, member)
					continue
				}
				items, _ := member.([]any)
				for i, item := range items {
					if chosen(item, i, step[2]) {
						next = append(next, item)
					}
				}
			}
		}
		values = next
	}
	return values, nil
}

// members returns the value of an object's member, or those of all members with *.
func members(value any, name string) []any {
	object, _ := value.(map[string]any)
	if name != "*" {
		if member, ok := object[name]; ok {
			return []any{member}
		}
		return nil
	}
	var out []any
	for _, key := range slices.Sorted(maps.Keys(object)) {
		out = append(out, object[key])
	}
	return out
}

func chosen(item any, index int, which string) bool {
	path, want, isFilter := strings.Cut(which, "=")
	if !isFilter {
		return which == "*" || which == strconv.Itoa(index)
	}
	found, err := lookUp(item, path)
	return err == nil && len(found) == 1 && shown(found[0]) == want
}

// cmdCloses checks that report.json and report.csv of a run add up: every row, and every record
// without a row, has exactly one outcome.
func cmdCloses(ts *testscript.TestScript, args []string) {
	var report struct {
		Summary map[string]int `json:"summary"`
		Lines   []struct {
			Outcome string          `json:"outcome"`
			Source  json.RawMessage `json:"source"`
		} `json:"lines"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(args[0], "report.json"))), &report))
	outcomes := []string{"unchanged", "applied", "failed", "blocked", "conflict", "unknown", "not_attempted", "invalid", "unlisted", "planned"}
	count, withRow := map[string]int{}, 0
	for _, l := range report.Lines {
		count[l.Outcome]++
		if len(l.Source) > 0 && string(l.Source) != "null" {
			withRow++
		}
	}
	sum := 0
	for _, o := range outcomes {
		sum += report.Summary[o]
		if count[o] != report.Summary[o] {
			ts.Fatalf("%d lines are %s, and the summary counts %d", count[o], o, report.Summary[o])
		}
	}
	without := report.Summary["records"] - report.Summary["matched"]
	if sum != len(report.Lines) || sum != report.Summary["rows"]+len(report.Lines)-withRow {
		ts.Fatalf("the outcomes add up to %d, but there are %d lines, %d of them with a row: %v", sum, len(report.Lines), withRow, report.Summary)
	}
	if want := report.Summary["rows"] - report.Summary["rows_out_of_scope"] + without; sum != want {
		ts.Fatalf("the outcomes add up to %d, but rows and records without row to %d: %v", sum, want, report.Summary)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(ts.ReadFile(filepath.Join(args[0], "report.csv")), "\ufeff"))).ReadAll()
	ts.Check(err)
	if len(rows) != sum+1 {
		ts.Fatalf("report.csv has %d lines below its header, want %d", len(rows)-1, sum)
	}
}

// cmdPick writes what a path of a JSON document leads to, one value per line.
func cmdPick(ts *testscript.TestScript, args []string) {
	var document any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	found, err := lookUp(document, args[1])
	ts.Check(err)
	if len(found) == 0 {
		ts.Fatalf("%s: nothing is at %s", args[0], args[1])
	}
	var out strings.Builder
	for _, value := range found {
		fmt.Fprintln(&out, shown(value))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(out.String()), 0o600))
}

func cmdExpand(ts *testscript.TestScript, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
