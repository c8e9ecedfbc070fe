package main

import (
	"fmt"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// A bar moves the cursor, which a dumb terminal shows as letters.
func TestProgressOnADumbTerminal(t *testing.T) {
	for term, bar := range map[string]bool{"xterm": true, "": true, "dumb": false} {
		a := &app{stderr: terminal(t), logFormat: "auto", getenv: func(name string) string {
			return map[string]string{"TERM": term}[name]
		}}
		if err := a.openLog(); err != nil {
			t.Fatal(err)
		}
		p := a.progress("listing", 25)
		p.set(7, 25)
		if (p.bar != nil) != bar {
			t.Errorf("TERM=%q: a bar: %v, want %v", term, p.bar != nil, bar)
		}
		p.done()
	}
}

// terminal is one whose output nobody looks at.
func terminal(t *testing.T) *os.File {
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
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, master) // ends when the other end is closed
	}()
	t.Cleanup(func() {
		_ = slave.Close()
		<-drained
		_ = master.Close()
	})
	return slave
}
