package folder_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/storetest"
)

// inRoot returns the store that a process of these tests has.
func inRoot(root string) *folder.Folder {
	return folder.New(filepath.Join(root, "state"), filepath.Join(root, "runs"))
}

// runNight prints a line after each step, and continues once it reads one.
func runNight(root string) int {
	in := bufio.NewReader(os.Stdin)
	err := storetest.Night(inRoot(root), func() {
		fmt.Println("done")
		if _, err := in.ReadString('\n'); err != nil {
			os.Exit(1)
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestKilledInEachStep: when a process is killed in any step of a run, at whatever point of the
// step, the next one finds the lock free and the files whole, and completes the run.
func TestKilledInEachStep(t *testing.T) {
	for done := range storetest.Steps() {
		root, _ := quickDir(t)
		if err := killedAfter(t, root, done); err != nil {
			t.Errorf("killed after %d steps: %v", done, err)
		}
		if err := storetest.AfterNight(func() store.Store { return inRoot(root) }, done); err != nil {
			t.Errorf("killed after %d steps: %v", done, err)
		}
	}
}

// killedAfter has a process take the given number of steps, and kills it in the next.
func killedAfter(t *testing.T, root string, done int) error {
	t.Helper()
	cmd := process(t, root, "night")
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	said := bufio.NewReader(stdout)
	for range done {
		if _, lineErr := said.ReadString('\n'); lineErr != nil {
			err = lineErr
			break
		}
		_, err = io.WriteString(stdin, "\n")
	}
	err = errors.Join(err, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	return err
}
