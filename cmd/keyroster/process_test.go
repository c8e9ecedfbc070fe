package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long scripts wait for anything; only a failure takes that long.
const patience = 3 * time.Minute

// world is what one script has started. Only its own goroutine uses it.
type world struct {
	tb        testing.TB
	processes map[string]*process
	urls      map[string]string
	gates     map[string]*gate
	runs      map[string]bool
	// heard has what bells and mailboxes have received so far.
	heard map[string]func() []string
}

type worldKey struct{}

func newWorld(tb testing.TB) *world {
	return &world{tb: tb, processes: map[string]*process{}, urls: map[string]string{}, gates: map[string]*gate{}, runs: map[string]bool{}, heard: map[string]func() []string{}}
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// process is a command in the background.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr buffer
	ended          chan error
}

// buffer is a bytes.Buffer that may be read while it is filled.
type buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

func cmdExits(ts *testscript.TestScript, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	wantCode(ts, ts.Exec(args[1], args[2:]...), want)
}

func wantCode(ts *testscript.TestScript, err error, want int) {
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("run: %v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// launch starts a command in the script's folder and environment. The caller sees to it that it
// ends with the script.
func launch(ts *testscript.TestScript, name string, words []string) *process {
	w := worldOf(ts)
	if w.processes[name] != nil {
		ts.Fatalf("%s is started twice", name)
	}
	p := &process{cmd: exec.Command(words[0], words[1:]...), ended: make(chan error, 1)}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = environment(ts)
	p.cmd.SysProcAttr = apart(slices.Contains(words, "sandbox"))
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	ts.Check(p.cmd.Start())
	w.processes[name] = p
	go func() { p.ended <- p.cmd.Wait() }()
	return p
}

// environment returns the part of a script's environment that the program under test reads.
func environment(ts *testscript.TestScript) []string {
	var out []string
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "TMPDIR", "PATH"} {
		out = append(out, name+"="+ts.Getenv(name))
	}
	for _, name := range []string{
		"KEYROSTER_DATABASE", "KEYROSTER_FLEET_KEY", "SYSTEMROOT", "TMP", "LOCALAPPDATA",
		"APPDATA",
	} {
		if text := ts.Getenv(name); text != "" {
			out = append(out, name+"="+text)
		}
	}
	for name := range worldOf(ts).urls {
		for _, member := range []string{"TOKEN", "CLIENT_ID", "CLIENT_SECRET"} {
			out = append(out, name+"_"+member+"="+ts.Getenv(name+"_"+member))
		}
	}
	return out
}

func cmdStart(ts *testscript.TestScript, args []string) {
	p := launch(ts, args[0], args[1:])
	ts.Defer(func() {
		_ = p.cmd.Process.Kill() // it has ended, unless the script failed
	})
}

func started(ts *testscript.TestScript, name string) *process {
	p := worldOf(ts).processes[name]
	if p == nil {
		ts.Fatalf("nothing called %s was started", name)
	}
	return p
}

func cmdInterrupt(ts *testscript.TestScript, args []string) {
	how := ""
	if len(args) > 1 {
		how = args[1]
	}
	signal, known := map[string]os.Signal{
		"": os.Interrupt, "again": os.Interrupt, "kill": os.Kill, "hangup": syscall.SIGHUP,
		"freeze": freeze, "thaw": thaw,
	}[how]
	if !known {
		ts.Fatalf("there is no way to interrupt called %q", how)
	}
	p := started(ts, args[0])
	ts.Check(deliver(p.cmd, signal))
	runs := slices.ContainsFunc(p.cmd.Args, func(arg string) bool {
		return arg == "apply" || arg == "resume" || arg == "migrate"
	})
	switch {
	case how == "again":
		p.press(ts)
	case runs && (how == "" || how == "hangup"):
		// Whatever the script lets go on next must not overtake the signal.
		if !soon(func() bool { return strings.Contains(p.stderr.String(), "interrupted: ") }) {
			ts.Fatalf("%s took no note of the interrupt", args[0])
		}
	}
}

// press keeps interrupting until the process has ended, since no other process can tell when it
// has noticed the first interrupt.
func (p *process) press(ts *testscript.TestScript) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		select {
		case err := <-p.ended:
			p.ended <- err
			return
		case <-tick.C:
			_ = deliver(p.cmd, os.Interrupt) // it may just have ended
		case <-late:
			ts.Fatalf("interrupting again and again ends nothing")
		}
	}
}

// cmdWaitOut waits until a running process has written something that matches a pattern to one of
// its streams.
func cmdWaitOut(ts *testscript.TestScript, args []string) {
	p := started(ts, args[0])
	if !soon(func() bool { return matching(ts, []string{p.stdout.String(), p.stderr.String()}, args[1]) > 0 }) {
		ts.Fatalf("%s never wrote anything like %q", args[0], args[1])
	}
}

func cmdEnds(ts *testscript.TestScript, args []string) {
	p := started(ts, args[0])
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	select {
	case err = <-p.ended:
	case <-time.After(patience):
		ts.Fatalf("%s is still running", args[0])
	}
	_, _ = strings.NewReader(p.stdout.String()).WriteTo(ts.Stdout())
	_, _ = strings.NewReader(p.stderr.String()).WriteTo(ts.Stderr())
	if want == -1 {
		want = killed
	}
	wantCode(ts, err, want)
	delete(worldOf(ts).processes, args[0])
}
