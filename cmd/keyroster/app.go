package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"keyroster/cmd/internal/failure"
	"keyroster/io/termio"
	"keyroster/reconcile/rescue"
)

// app is what every command shares: the process's streams and the common
// flags. It is filled before a command runs and only read afterwards.
type app struct {
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer

	config    string
	logFormat string
	verbose   bool
	quiet     bool
	noColor   bool
	json      bool
	runs      string
	state     string

	log zerolog.Logger
	// bare is the log of those who name the account themselves.
	bare   zerolog.Logger
	tuning tuning
}

// version is set by the linker.
var version = "dev"

// tool is how documents name the program.
var tool = "keyroster " + version

// openLog makes the logger. Secrets cannot reach it: they print as masks.
func (a *app) openLog() error {
	level := zerolog.InfoLevel
	switch {
	case a.verbose:
		level = zerolog.DebugLevel
	case a.quiet:
		level = zerolog.ErrorLevel
	}
	out := a.stderr
	switch a.logFormat {
	case "json":
	case "console", "auto":
		if a.logFormat == "console" || isTerminal(a.stderr) {
			out = zerolog.ConsoleWriter{
				Out: a.painted(a.stderr), NoColor: !a.color(a.stderr), TimeFormat: "15:04:05", FormatMessage: consoleText, FormatFieldValue: consoleText,
			}
		}
	default:
		return failure.New(failure.Usage, "", "--log-format is auto, console or json, not %q", a.logFormat)
	}
	a.log = zerolog.New(out).Level(level).With().Timestamp().Logger()
	a.bare = a.log
	return nil
}

func isTerminal(stream any) bool {
	if filter, ok := stream.(*termio.Writer); ok {
		stream = termio.Raw(filter)
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// color reports whether a stream gets colours: a terminal, unless the user said
// otherwise (https://no-color.org).
func (a *app) color(stream io.Writer) bool {
	return isTerminal(stream) && !a.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// painted is where a text goes that has colours of its own: past the filter where
// there are any. Who writes there has escaped each text of others.
func (a *app) painted(stream io.Writer) io.Writer {
	if a.color(stream) {
		return termio.Raw(stream)
	}
	return stream
}

// consoleText is a part of a log line, which zerolog surrounds with colours.
func consoleText(part any) string {
	if part == nil {
		return ""
	}
	return termio.Escape(fmt.Sprintf("%s", part))
}

// width is the number of columns that a text on the stream may take.
func width(stream io.Writer) int {
	if f, ok := termio.Raw(stream).(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			return w
		}
	}
	return 120
}

// operator is who runs the program, as reports name them.
func (a *app) operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return a.getenv("USER")
}

// confirm asks a question on the terminal; only yes goes on.
func (a *app) confirm(ctx context.Context, question string) (bool, error) {
	fmt.Fprintf(a.stderr, "%s [yes/no] ", question)
	type answer struct {
		text string
		err  error
	}
	// Reading cannot be cancelled; on an interrupt the process ends and takes
	// the reader with it.
	read := make(chan answer, 1)
	go func() {
		var text string
		err := rescue.Guarded(func() error { _, err := fmt.Fscanln(a.stdin, &text); return err })()
		read <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return false, context.Cause(ctx)
	case got := <-read:
		return strings.EqualFold(got.text, "yes") || strings.EqualFold(got.text, "y"), nil
	}
}
