//go:build postgres

package pgstore_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/storetest"
	"keyroster/reconcile"
)

// nightVariable makes a process of these tests take a run through a store: it names the database
// and the schema.
const nightVariable = "KEYROSTER_TEST_NIGHT"

// runNight prints a line after each step, and continues once it reads one.
func runNight(where string) int {
	url, schema, _ := strings.Cut(where, "\n")
	err := func() error {
		pool, err := pgstore.Connect(background, reconcile.NewSecret(url), 8)
		if err != nil {
			return err
		}
		w, err := pgstore.NewWrapping(reconcile.NewSecret(testKey))
		if err != nil {
			return err
		}
		s, err := pgstore.OpenIn(background, pool, schema, w, long)
		if err != nil {
			return err
		}
		in := bufio.NewReader(os.Stdin)
		return storetest.Night(s, func() {
			fmt.Println("done")
			if _, err := in.ReadString('\n'); err != nil {
				os.Exit(1)
			}
		})
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestKilledInEachStep: when a process is killed in any step of a run, at whatever point of the
// step, another completes the run once the lease has run out.
func TestKilledInEachStep(t *testing.T) {
	pool := connect(t, database)
	for done := range storetest.Steps() {
		schema := place(t, pool)
		err := killedAfter(t, schema, done)
		s := process(t, pool, schema, long)
		err = errors.Join(err, s.Exec("UPDATE keyroster.tenant SET expires = clock_timestamp() WHERE expires IS NOT NULL"))
		if err == nil {
			err = storetest.AfterNight(func() store.Store { return process(t, pool, schema, long) }, done)
		}
		if err != nil {
			t.Errorf("killed after %d steps: %v", done, err)
		}
	}
}

// killedAfter has a process take the given number of steps, and kills it in the next.
func killedAfter(t *testing.T, schema string, done int) error {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), nightVariable+"="+database+"\n"+schema)
	cmd.Stderr = os.Stderr
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
