package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// A bar moves the cursor, which a dumb terminal shows as letters.
func TestProgressOnADumbTerminal(t *testing.T) {
	for term, bar := range map[string]bool{"xterm": true, "": true, "dumb": false} {
		stderr, _ := terminal(t)
		a := &app{stderr: stderr, logFormat: "auto", getenv: func(name string) string {
			return map[string]string{"TERM": term}[name]
		}}
		if err := a.openLog(); err != nil {
			t.Fatal(err)
		}
		p := a.progress("listing", 25).(*progress)
		p.Set(7, 25)
		if (p.bar != nil) != bar {
			t.Errorf("TERM=%q: a bar: %v, want %v", term, p.bar != nil, bar)
		}
		p.Done()
	}
}

// terminal is one as programs see it; said closes it and returns what was
// written to it.
func terminal(t *testing.T) (stream io.Writer, said func() string) {
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
	var text strings.Builder
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(&text, master) // ends when the other end is closed
	}()
	said = sync.OnceValue(func() string {
		_ = slave.Close()
		<-drained
		_ = master.Close()
		return text.String()
	})
	t.Cleanup(func() { said() })
	return slave, said
}
