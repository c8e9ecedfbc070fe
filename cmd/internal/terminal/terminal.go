// Package terminal handles the user's terminal: whether a stream is one, how wide it is and
// whether it has colours, asking questions, showing progress, and opening a page in a browser.
//
// Invariants:
//
//   - Streams, environment and preferences are passed in: the package parses no flag, knows no
//     command and touches no stream of the process by itself.
//   - Colours and cursor movements are written only to a terminal. They bypass the filter of
//     package termio, which all other text passes.
//   - A read cannot be cancelled. A call that waits for input returns when its context ends;
//     its reader ends with the input or the process.
//
// All functions and methods are safe for concurrent use if the streams passed to them are.
package terminal

import (
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"keyroster/cmd/internal/failure"
	"keyroster/io/termio"
)

// Is reports whether an input or output stream is a terminal. For a stream with the filter of
// package termio, the stream below the filter counts.
func Is(stream any) bool {
	f := file(stream)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// file is the file below a stream, nil for none.
func file(stream any) *os.File {
	if filter, ok := stream.(*termio.Writer); ok {
		stream = termio.Raw(filter)
	}
	f, _ := stream.(*os.File)
	return f
}

// Width is the number of columns available for text; 120 if the stream has no width, or one below 40.
func Width(stream io.Writer) int {
	if f := file(stream); f != nil {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			return w
		}
	}
	return 120
}

// WrapWidth is the number of columns to fold lines at: a terminal's width, and 0, for no
// folding, on any other stream.
func WrapWidth(stream io.Writer) int {
	if !Is(stream) {
		return 0
	}
	return Width(stream)
}

// Style is the user's colour settings.
type Style struct {
	// Getenv reads the environment; it is only called if the stream is a terminal.
	Getenv func(string) string
	// NoColor: no colours, even on a terminal.
	NoColor bool
}

// Colors reports whether a stream gets colours: a terminal that supports them, unless the user
// turned them off (https://no-color.org).
func (s Style) Colors(stream io.Writer) bool {
	return Is(stream) && !s.NoColor && s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb" && supportsColors(stream)
}

// Painted is the writer for text that contains colours: it bypasses the filter if the stream
// gets colours. The caller must have escaped every text from a provider or a file.
func (s Style) Painted(stream io.Writer) io.Writer {
	if s.Colors(stream) {
		return termio.Raw(stream)
	}
	return stream
}

// Log makes the log for a stream, in the format auto, console or json. machine: its lines are JSON.
func (s Style) Log(stream io.Writer, format string, verbose, quiet bool) (log zerolog.Logger, machine bool, err error) {
	level := zerolog.InfoLevel
	switch {
	case verbose:
		level = zerolog.DebugLevel
	case quiet:
		level = zerolog.ErrorLevel
	}
	machine = true
	switch format {
	case "json":
	case "console", "auto":
		if format == "console" || Is(stream) {
			stream, machine = s.Console(stream), false
		}
	default:
		return log, machine, failure.New(failure.Usage, "", "--log-format is auto, console or json, not %q", format)
	}
	return zerolog.New(stream).Level(level).With().Timestamp().Logger(), machine, nil
}

// Console writes log lines for people, in colours if the stream gets them.
func (s Style) Console(stream io.Writer) io.Writer {
	return zerolog.ConsoleWriter{
		Out: s.Painted(stream), NoColor: !s.Colors(stream), TimeFormat: "15:04:05",
		FormatMessage: consoleText, FormatFieldValue: consoleText,
	}
}

// consoleText escapes a part of a log line, which zerolog then colours.
func consoleText(part any) string {
	if part == nil {
		return ""
	}
	return termio.Escape(fmt.Sprintf("%s", part))
}
