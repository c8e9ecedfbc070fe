// Package terminal is what commands know of a person's terminal: whether a stream is
// one, how wide it is and whether it takes colours, how a question is asked there, how
// the progress of a phase is shown, and which browser opens a page.
//
// Invariants:
//
//   - Streams, environment and preferences are passed in: the package parses no flag,
//     knows no command and touches no stream of the process by itself.
//   - A colour or a movement of the cursor goes to a terminal alone. It goes past the
//     filter of package termio, which every other text passes.
//   - Reading cannot be cancelled. A call that waits for input ends with its context, and
//     its reader ends with the input or the process.
//
// All functions and methods may be called by several goroutines, as far as the streams
// that they are given may be used by several.
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

// Is reports whether a stream, of input or of output, is a terminal. One behind the
// filter of package termio is what lies below the filter.
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

// Width is the number of columns that a text on the stream may take. Of a stream that
// has none, or fewer than 40, it is 120.
func Width(stream io.Writer) int {
	if f := file(stream); f != nil {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			return w
		}
	}
	return 120
}

// WrapWidth is the number of columns at which lines are folded: the width of a terminal, and
// 0 for any other stream, where each line stays whole.
func WrapWidth(stream io.Writer) int {
	if !Is(stream) {
		return 0
	}
	return Width(stream)
}

// Style is what a person says of colours.
type Style struct {
	// Getenv reads the environment, and is not asked where the stream is no terminal.
	Getenv func(string) string
	// NoColor: no colours, also on a terminal.
	NoColor bool
}

// Colors reports whether a stream gets colours: a terminal that has them, unless the person
// said otherwise (https://no-color.org).
func (s Style) Colors(stream io.Writer) bool {
	return Is(stream) && !s.NoColor && s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb" && supportsColors(stream)
}

// Painted is where a text goes that has colours of its own: past the filter where the
// stream gets colours. The caller has escaped each text of a provider or a file in it.
func (s Style) Painted(stream io.Writer) io.Writer {
	if s.Colors(stream) {
		return termio.Raw(stream)
	}
	return stream
}

// Log is the log on a stream, in a format that a person has named: auto, console or json.
// machine: its lines are JSON.
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

// Console writes the lines of a log for people, in colours where the stream gets them.
func (s Style) Console(stream io.Writer) io.Writer {
	return zerolog.ConsoleWriter{
		Out: s.Painted(stream), NoColor: !s.Colors(stream), TimeFormat: "15:04:05",
		FormatMessage: consoleText, FormatFieldValue: consoleText,
	}
}

// consoleText is a part of a log line, which zerolog surrounds with colours.
func consoleText(part any) string {
	if part == nil {
		return ""
	}
	return termio.Escape(fmt.Sprintf("%s", part))
}
