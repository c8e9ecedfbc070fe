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

// kept is the data that the page stores about a finished run, so that its files need not be
// read again. It names no person.
type kept struct {
	// Changed is the modification time of the run's folder, in nanoseconds.
	Changed int64 `json:"m"`
	// ID is the run's id, if its folder has another name.
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

// The page stores its data between these.
const (
	keptSchema = "keyroster/runs-page/1"
	keptBegin  = `<script type="application/json" id="kept">`
	keptEnd    = `</script>`
)

// document is the data about all runs, by name.
type document struct {
	Schema string          `json:"schema"`
	Runs   map[string]kept `json:"runs"`
}

// pageMax bounds how much of an earlier page is read.
const pageMax = 64 << 20

// load reads the data from the page; none if it is damaged or of another version;
// fs.ErrNotExist if there is no page.
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

// kept returns the data to store in the page.
func (s *seen) kept() map[string]kept {
	out := map[string]kept{}
	for i := range s.runs {
		one := &s.runs[i]
		if one.Status != store.RunClosed && one.Status != store.RunAbandoned {
			continue // it may resume, or be repaired, unnoticed
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

// shown restores the run from the data.
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
