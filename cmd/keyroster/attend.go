package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"keyroster/io/configio"
	"keyroster/io/notifyio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/termio"
	"keyroster/providers/httpapi"
)

// attend does the work of a session and, whatever became of it, what others
// are owed: metrics, heartbeat, notifications, and an end to old run folders.
// None of these makes the run worse: what does not work is only said.
func (a *app) attend(ctx context.Context, s *session, metrics *metricsFlag, work func() error) error {
	started := time.Now()
	beat := s.config.Heartbeat
	if beat != nil {
		before, cancel := context.WithTimeout(ctx, startTime)
		s.ping(before, beat.Start, "")
		cancel()
	}
	err := s.guarded(work)
	// An interrupt ends the run, and people are told of it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	metrics.write(a, s.measured(started, err))
	s.expire()
	s.inform(ctx, err)
	return err
}

// startTime bounds how long a run waits before it begins, tellTime how long one
// that is over waits, for those who are told.
const (
	startTime = 10 * time.Second
	tellTime  = time.Minute
)

// inform tells everybody at once: a host that does not answer must not use up the
// time of the others.
// Only mails name people: chat services and watchdogs are others' machines.
func (s *session) inform(ctx context.Context, cause error) {
	message := s.message(cause, false)
	var told sync.WaitGroup
	defer told.Wait()
	switch beat := s.config.Heartbeat; {
	case beat == nil:
	case message.ExitCode == exitOK:
		told.Go(s.app.unstopped(func() { s.ping(ctx, beat.Success, message.Text) }))
	default:
		told.Go(s.app.unstopped(func() { s.ping(ctx, beat.Failure, message.Text) }))
	}
	n := s.config.Notify
	if n == nil || !n.Always && message.ExitCode == exitOK {
		return
	}
	if n.Webhook != nil {
		told.Go(s.app.unstopped(func() { s.callWebhook(ctx, n.Webhook, message) }))
	}
	if n.Mail != nil {
		told.Go(s.app.unstopped(func() { s.mail(ctx, n.Mail, s.message(cause, true)) }))
	}
}

// ping calls one address of the heartbeat; nil is none.
func (s *session) ping(ctx context.Context, ref *configio.Reference, text string) {
	if ref == nil {
		return
	}
	address, err := ref.Resolve(ctx, s.config.Dir(), s.app.getenv)
	if err == nil {
		err = s.deliver(func(m *notifyio.Messenger) error { return m.Ping(ctx, address, text) })
	}
	s.undelivered("heartbeat", err)
}

// deliver sends by a messenger that trusts whom the account trusts.
func (s *session) deliver(send func(*notifyio.Messenger) error) error {
	roots, err := httpapi.Roots(s.config.CAFile)
	if err != nil {
		return err
	}
	return send(notifyio.New(roots))
}

func (s *session) undelivered(what string, err error) {
	if err != nil {
		s.app.bare.Error().Str("account", s.config.Name).Err(err).Msg("the " + what + " was not delivered")
	}
}

func (s *session) callWebhook(ctx context.Context, ref *configio.Reference, m notifyio.Message) {
	address, err := ref.Resolve(ctx, s.config.Dir(), s.app.getenv)
	if err == nil {
		err = s.deliver(func(by *notifyio.Messenger) error { return by.Webhook(ctx, address, m) })
	}
	s.undelivered("webhook", err)
}

func (s *session) mail(ctx context.Context, to *configio.Mail, m notifyio.Message) {
	server := notifyio.Server{Host: to.Host, Port: to.Port, TLS: to.TLS, Username: to.Username}
	var err error
	if to.Password != nil {
		server.Password, err = to.Password.Resolve(ctx, s.config.Dir(), s.app.getenv)
	}
	if err == nil {
		err = s.deliver(func(by *notifyio.Messenger) error { return by.Mail(ctx, server, to.From, to.To, m) })
	}
	s.undelivered("mail", err)
}

// maxReport is the largest page that a mail carries; a larger one would be
// refused by most servers.
const maxReport = 8 << 20

// message is what people are told of a session that ended with an error, or
// nil: the summary of its report, or why there is none; named: with the names of
// people.
func (s *session) message(cause error, named bool) notifyio.Message {
	m := notifyio.Message{Account: s.config.Name, Provider: s.config.Provider, ExitCode: exitOf(cause)}
	if s.dir != nil {
		m.RunID, m.Folder = s.dir.ID, s.dir.Path("")
		if page, err := plainfile.Read(s.dir.Path(rundir.ReportHTMLFile), maxReport); err == nil {
			m.Report = page
		}
	}
	var text bytes.Buffer
	if s.report != nil && s.draft.plan != nil {
		options := reportio.SummaryOptions{Folder: m.Folder, Files: []string{rundir.ReportHTMLFile}, Nameless: !named}
		if err := reportio.WriteSummary(&text, s.report, options); err != nil {
			text.Reset()
		}
	}
	m.Text = text.String()
	if text, ok := stoppedText(cause, m.Folder, named); ok {
		m.Text = text + s.unlistedLine(named)
	}
	first, _, _ := strings.Cut(m.Text, "\n")
	m.Subject = fmt.Sprintf("keyroster %s: %s", s.config.Name, clauses(first, subjectWidth))
	return m
}

// stoppedText says why a run has no result, if it has none.
func stoppedText(cause error, folder string, named bool) (string, bool) {
	if cause == nil {
		return "", false
	}
	f := classify(cause)
	if f.shown {
		return "", false
	}
	why := f.Error()
	if !named && f.nameless != "" {
		why = f.nameless
	}
	text := fmt.Sprintf("stopped: %s\n", termio.Escape(why))
	if f.hint != "" {
		text += fmt.Sprintf("hint: %s\n", termio.Escape(f.hint))
	}
	if folder != "" {
		text += fmt.Sprintf("run: %s\n", folder)
	}
	return text, true
}

// clauses is the beginning of a verdict that has a given width at most: as many of
// its clauses as fit, or else the first one, cut off.
func clauses(verdict string, width int) string {
	for utf8.RuneCountInString(verdict) > width {
		shorter := strings.LastIndex(verdict, "; ")
		if shorter < 0 {
			return string([]rune(verdict)[:width]) + "…"
		}
		verdict = verdict[:shorter]
	}
	return verdict
}

// subjectWidth is how much of the verdict a mail's subject shows.
const subjectWidth = 120

// expire deletes the account's run folders that are older than it keeps. Only a
// run that had the lock does it, and knows which the last good one is: of a state
// that was lost, nobody does.
func (s *session) expire() {
	if s.config.KeepRuns == 0 || s.state == nil || s.memory.LastGood == nil {
		return
	}
	keep := append([]string{s.memory.OpenRun, s.memory.LastGood.RunID}, s.memory.LeftParked...)
	if s.dir != nil {
		keep = append(keep, s.dir.ID)
	}
	gone, err := rundir.Expire(s.app.runs, s.config.Name, time.Now().Add(-s.config.KeepRuns), keep...)
	if err != nil {
		s.app.bare.Error().Str("account", s.config.Name).Err(err).Msg("old run folders could not be deleted")
	}
	if len(gone) > 0 {
		s.app.bare.Info().Str("account", s.config.Name).Int("runs", len(gone)).Msg("old run folders were deleted")
	}
}
