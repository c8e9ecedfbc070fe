// Package terminaltest provides terminals for tests. Both work on Linux only.
package terminaltest

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// Terminal is a terminal with a simulated user.
type Terminal struct {
	// Stream is the program's end of the terminal.
	Stream *os.File

	t       testing.TB
	master  *os.File
	drained chan struct{}

	mu   sync.Mutex
	news *sync.Cond
	all  strings.Builder
}

// New makes a terminal, without a size until the test sets one, and returns the program's end
// of it. text closes it and returns what was written to it; it may be called again, and runs at
// the end of the test.
func New(t testing.TB) (stream *os.File, text func() string) {
	t.Helper()
	term := Open(t)
	return term.Stream, term.Close
}

// Open is [New] for tests that type.
func Open(t testing.TB) *Terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	term := &Terminal{Stream: slave, t: t, master: master, drained: make(chan struct{})}
	term.news = sync.NewCond(&term.mu)
	go func() {
		_, _ = io.Copy(term, master) // ends when the other end is closed
		close(term.drained)
		term.news.Broadcast()
	}()
	t.Cleanup(func() { term.Close() })
	return term
}

// Write collects what the program writes.
func (term *Terminal) Write(p []byte) (int, error) {
	term.mu.Lock()
	defer term.mu.Unlock()
	term.news.Broadcast()
	return term.all.Write(p)
}

// Type types a text.
func (term *Terminal) Type(text string) {
	if _, err := term.master.WriteString(text); err != nil {
		term.t.Error(err)
	}
}

// Await waits until the terminal shows a text.
func (term *Terminal) Await(text string) {
	term.mu.Lock()
	defer term.mu.Unlock()
	for !strings.Contains(term.all.String(), text) {
		select {
		case <-term.drained:
			term.t.Errorf("the terminal never showed %q:\n%s", text, term.all.String())
			return
		default:
			term.news.Wait()
		}
	}
}

// Close closes the terminal and returns what was written to it. It may be called again.
func (term *Terminal) Close() string {
	_ = term.Stream.Close()
	<-term.drained
	_ = term.master.Close()
	return term.all.String()
}

// Resize sets the terminal's width in columns.
func Resize(t testing.TB, stream *os.File, columns uint16) {
	t.Helper()
	size := &unix.Winsize{Col: columns, Row: 24}
	if err := unix.IoctlSetWinsize(int(stream.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
}
