package reportio

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// glanceOf returns the members of a report that a glance has.
func glanceOf(t *testing.T, doc []byte) *Glance {
	t.Helper()
	var want Glance
	if err := json.Unmarshal(doc, &want); err != nil {
		t.Fatal(err)
	}
	return &want
}

// TestGlance: however a report is laid out, a glance and the head say what it says.
func TestGlance(t *testing.T) {
	var written, compact bytes.Buffer
	r := report(everyOutcome())
	r.Undoes, r.Tenant, r.Converged = "20260130T020001Z-hq-00aa11", "abc123", true
	if err := WriteJSON(&written, r); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&compact, written.Bytes()); err != nil {
		t.Fatal(err)
	}
	head, lines, _ := strings.Cut(written.String(), ",\n  \"problems\": [")
	long := strings.Replace(head, "{", `{"later": "`+strings.Repeat("x", 100_000)+`",`, 1) + ",\n  \"problems\": [" + lines
	nested := strings.Replace(written.String(), "{", "{\"later\": {\"a\": 1,\n  \"problems\": []},", 1)
	for name, text := range map[string]string{
		"as written": written.String(), "on one line": compact.String(), "with a long head": long,
		"with such a member deeper": nested, "cut after its head": head + ",\n  \"problems\": [",
	} {
		want := glanceOf(t, written.Bytes())
		for _, from := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
			got, err := ReadGlance(from)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		whole, err := ReadHead(strings.NewReader(text))
		if err != nil || whole.Verdict == "" || whole.Summary != want.Summary || whole.Lines != nil {
			t.Errorf("%s: head %+v, %v", name, whole, err)
		}
	}
}

func TestGlanceAtWhatIsNoReport(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no JSON": "<html>", "a list": "[]", "another document": `{"schema":"keyroster/plan/1"}`,
		"cut in its head": "{\n  \"schema\": \"keyroster/report/1\",\n  \"run_id\": \"2026", "another type": `{"schema":1}`,
	} {
		if g, err := ReadGlance(strings.NewReader(text)); err == nil || g != nil || !strings.HasPrefix(err.Error(), "read report: ") {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	broken := io.MultiReader(strings.NewReader("{\n"), iotest.ErrReader(io.ErrNoProgress))
	if _, err := ReadGlance(broken); err == nil {
		t.Error("a disk that fails is no error")
	}
}

// FuzzReadGlance: whatever a file holds, a glance is the beginning of what the head says, or an
// error.
func FuzzReadGlance(f *testing.F) {
	var written bytes.Buffer
	if err := WriteJSON(&written, report(everyOutcome())); err != nil {
		f.Fatal(err)
	}
	f.Add(written.Bytes())
	f.Add([]byte("{\"schema\":\"keyroster/report/1\",\n  \"summary\": {\n  }\n,\n  \"problems\": ["))
	f.Add([]byte(`{"schema":"keyroster/report/1","lines":[]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		g, err := ReadGlance(bytes.NewReader(doc))
		head, headErr := ReadHead(bytes.NewReader(doc))
		if err != nil || headErr != nil {
			return
		}
		if !json.Valid(doc) || bytes.Count(bytes.ToLower(doc), []byte("summary")) > 1 {
			return // if a member appears twice, each may take a different one
		}
		if g.Summary != head.Summary {
			t.Errorf("glance %+v, head %+v", g.Summary, head.Summary)
		}
	})
}
