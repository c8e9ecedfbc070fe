// Package terminaltest gives tests a terminal. Like the terminals it makes, it exists
// on Linux alone.
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

// New makes a terminal as programs see it, of no size until the test sets one. text
// closes it and returns what was written to it, and may be called again; so does the
// end of the test.
func New(t testing.TB) (stream *os.File, text func() string) {
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
	var all strings.Builder
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(&all, master) // ends when the other end is closed
	}()
	text = sync.OnceValue(func() string {
		_ = slave.Close()
		<-drained
		_ = master.Close()
		return all.String()
	})
	t.Cleanup(func() { text() })
	return slave, text
}

// Resize sets the number of the terminal's columns.
func Resize(t testing.TB, stream *os.File, columns uint16) {
	t.Helper()
	size := &unix.Winsize{Col: columns, Row: 24}
	if err := unix.IoctlSetWinsize(int(stream.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
}
