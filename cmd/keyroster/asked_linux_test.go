package main

import (
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/cmd/internal/terminal/terminaltest"
)

func init() { scriptCommands["asked"] = positive(3, cmdAsked) }

// cmdAsked runs a command on a terminal, answers its question once it is there, and checks the exit
// code: asked N ANSWER CMD... What the terminal shows becomes standard error. The opposite answer
// is typed ahead.
func cmdAsked(ts *testscript.TestScript, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	term := terminaltest.Open(worldOf(ts).tb)
	term.Type(map[string]string{"yes": "no\n", "no": "yes\n"}[args[1]])
	cmd := exec.Command(args[2], args[3:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.Stream, ts.Stdout(), term.Stream
	ts.Check(cmd.Start())
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		term.Await("[yes/no] ")
		term.Type(args[1] + "\n")
	}()
	err = cmd.Wait()
	shown := term.Close()
	<-answered
	_, _ = ts.Stderr().Write([]byte(shown))
	wantCode(ts, err, want)
}
