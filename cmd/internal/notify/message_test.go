package notify_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/io/notifyio/notifytest"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// compared is the result of a run that compared a roster of one row with an account whose holder
// Ann Smith is in no row.
func compared() notify.Result {
	lines := []reportio.Line{
		{Line: 0, CredentialID: "K1", HolderID: "H1", Outcome: reconcile.Unchanged, Source: &reconcile.Source{File: "a.csv", Line: 2}},
		{Line: 1, CredentialID: "K2", HolderID: "H2", HolderName: "Ann Smith", Situation: reconcile.Unlisted, Outcome: reconcile.LeftUnlisted},
	}
	summary := reconcile.Summary{Rows: 1, Records: 2, Matched: 1, Unchanged: 1, Unlisted: 1}
	report := &reportio.Report{
		Account: "hq", Provider: "doorflow", Command: "apply", Summary: summary, Converged: true,
		Lines: func(yield func(*reportio.Line, error) bool) {
			for i := range lines {
				if !yield(&lines[i], nil) {
					return
				}
			}
		},
	}
	return notify.Result{Report: report, Compared: true, Records: 2, Summary: summary}
}

// told returns what the webhook and the mail say of a run.
func told(t *testing.T, result notify.Result) (webhook, mail string) {
	t.Helper()
	bell := notifytest.NewWebhookServer()
	t.Cleanup(bell.Close)
	var log bytes.Buffer
	o := options(t, bell.URL, &log)
	o.Config.Heartbeat, o.Config.Notify.Always = nil, true
	box := mailbox(t, o)
	notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { *r = result })
	calls, mails := bell.Calls(), box.Mails()
	if len(calls) != 1 || len(mails) != 1 {
		t.Fatalf("%d calls, %d mails: %s", len(calls), len(mails), &log)
	}
	return calls[0].Body, mails[0]
}

func TestTheSummaryIsTold(t *testing.T) {
	webhook, mail := told(t, compared())
	if strings.Contains(webhook, "Ann") || !strings.Contains(webhook, "1 credential of 1 person is in no row") || !strings.Contains(webhook, `"exit_code":0`) {
		t.Errorf("the webhook heard %s", webhook)
	}
	if !strings.Contains(mail, "Ann Smith") {
		t.Errorf("mailed %s", mail)
	}
}

// TestWhyThereIsNoResult: a message that says why there is no result also says who is in no row.
func TestWhyThereIsNoResult(t *testing.T) {
	r := compared()
	r.Err = failure.New(failure.Unsafe, "look at the plan", "too many changes")
	webhook, mail := told(t, r)
	want := `stopped: too many changes\nhint: look at the plan\n1 credential of 1 person is in no row\n`
	if !strings.Contains(webhook, want) || !strings.Contains(webhook, `"exit_code":103`) || strings.Contains(webhook, "Ann") {
		t.Errorf("the webhook heard %s", webhook)
	}
	if !strings.Contains(mail, "is in no row: Ann Smith") {
		t.Errorf("mailed %s", mail)
	}
	// If the report says it all, the message has its summary.
	r.Err = failure.Shown(failure.Partial)
	if webhook, _ = told(t, r); strings.Contains(webhook, "stopped") || !strings.Contains(webhook, `"exit_code":102`) || !strings.Contains(webhook, "in no row") {
		t.Errorf("the webhook heard %s", webhook)
	}
}

// TestMailsCarryThePage: a mail carries the page of its run unless the page is too large for most
// servers.
func TestMailsCarryThePage(t *testing.T) {
	for _, c := range []struct {
		page    []byte
		carried bool
	}{
		{[]byte("<!doctype html>"), true},
		{bytes.Repeat([]byte("<p>"), 8<<20/3+1), false},
		{nil, false},
	} {
		_, mail := told(t, notify.Result{
			Err: errors.New("no answer"), Run: store.NewRun("20260131T020001Z-hq-1a2b3c", files{place: "runs/1", page: c.page}),
		})
		if got := strings.Contains(mail, "text/html"); got != c.carried {
			t.Errorf("a page of %d bytes: carried %v", len(c.page), got)
		}
	}
}

// TestASmallRunIsToldAsAnyOther: the mail carries the page that a small run does not keep, and the
// webhook names the file that it does keep.
func TestASmallRunIsToldAsAnyOther(t *testing.T) {
	r := compared()
	r.Run = store.NewRun("20260131T020001Z-hq-1a2b3c", files{place: "runs/1"})
	webhook, mail := told(t, r)
	wantFile := strings.Trim(strconv.Quote(filepath.Join("runs", "1", "report.json")), `"`)
	if !strings.Contains(mail, "text/html") || !strings.Contains(webhook, wantFile) ||
		strings.Contains(webhook, "text/html") {
		t.Errorf("the webhook heard %s, and mailed was %s", webhook, mail)
	}
}

// TestSubjectsAreShort: a long subject ends after a clause if one fits.
func TestSubjectsAreShort(t *testing.T) {
	for text, want := range map[string]string{
		"short": "short",
		strings.Repeat("a", 60) + "; " + strings.Repeat("b", 60): strings.Repeat("a", 60),
		strings.Repeat("c", 200):                                 strings.Repeat("c", 111) + "…",
	} {
		webhook, _ := told(t, notify.Result{Err: errors.New(text)})
		_, rest, _ := strings.Cut(webhook, `"subject":"keyroster hq: stopped: `)
		if got, _, _ := strings.Cut(rest, `"`); got != want {
			t.Errorf("%s becomes %s", text, got)
		}
	}
}
