package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"keyroster/cmd/internal/nights"
	"keyroster/io/store"
)

// kept is what the page keeps of a run whose files do not change any more, so that it is
// not read back. It names no person.
type kept struct {
	// Changed is when the run's folder was, in nanoseconds.
	Changed int64 `json:"m"`
	// ID is the run's, where it is kept under another name.
	ID      string          `json:"i,omitempty"`
	Account string          `json:"a"`
	Command string          `json:"c,omitempty"`
	Began   int64           `json:"b"`
	Took    int64           `json:"t"`
	Exit    *int            `json:"x,omitempty"`
	Status  store.RunStatus `json:"s,omitempty"`
	Applied int             `json:"n,omitempty"`
	Result  string          `json:"w"`
	Report  string          `json:"r,omitempty"`
}

// The page holds what it keeps between these.
const (
	keptSchema = "keyroster/runs-page/1"
	keptBegin  = `<script type="application/json" id="kept">`
	keptEnd    = `</script>`
)

// document is what is kept of all runs, by name.
type document struct {
	Schema string          `json:"schema"`
	Runs   map[string]kept `json:"runs"`
}

// pageMax bounds what is read of an earlier page.
const pageMax = 64 << 20

// load reads what the page keeps. What is damaged, or another version's, keeps nothing;
// fs.ErrNotExist when there is no page.
func load(b store.Beside) (map[string]kept, error) {
	f, err := b.Open(File)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, pageMax))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	_, text, _ = bytes.Cut(text, []byte(keptBegin))
	text, _, _ = bytes.Cut(text, []byte(keptEnd))
	var doc document
	if json.Unmarshal(text, &doc) != nil || doc.Schema != keptSchema {
		return nil, nil
	}
	return doc.Runs, nil
}

// kept is what the page keeps of the runs.
func (s *seen) kept() map[string]kept {
	out := map[string]kept{}
	for i := range s.runs {
		one := &s.runs[i]
		if one.Status != store.RunClosed && one.Status != store.RunAbandoned {
			continue // it may go on, or be mended, without a word
		}
		k := kept{
			Changed: one.changed.UnixNano(), Account: one.Account, Command: one.Command, Exit: one.ExitCode,
			Began: one.Began().UnixMilli(), Applied: one.Applied, Result: one.Result, Report: one.report,
		}
		if one.Status != store.RunClosed {
			k.Status = one.Status
		}
		if one.RunID != one.Name {
			k.ID = one.RunID
		}
		took, _ := one.Entry.Took()
		k.Took = took.Milliseconds()
		out[one.Name] = k
	}
	return out
}

// shown is the run as it was.
func (k *kept) shown(name string) *shown {
	began := time.UnixMilli(k.Began).UTC()
	e := &nights.Entry{
		RunID: name, Name: name, Account: k.Account, Command: k.Command, ExitCode: k.Exit,
		StartedAt: &began, Status: k.Status,
	}
	if k.ID != "" {
		e.RunID = k.ID
	}
	if k.Status == "" {
		e.Status = store.RunClosed
	}
	end := began.Add(time.Duration(k.Took) * time.Millisecond)
	e.FinishedAt = &end
	e.Applied, e.Result = k.Applied, k.Result
	return &shown{Entry: e, changed: time.Unix(0, k.Changed), report: k.Report}
}
