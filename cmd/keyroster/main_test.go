package main

import (
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	testscript.Main(leakFree{m}, map[string]func(){"keyroster": main, dyingName: dying, panickingName: panicking})
}

// leakFree runs tests that must not leave a goroutine behind.
type leakFree struct{ *testing.M }

// Run implements [testscript.TestingM].
func (l leakFree) Run() int {
	tuned.readAgain = time.Second
	tuned.inFlight = -1 // only in this process, whose tests wait until the sandbox is idle
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		// Most of the time, the tests wait for a process or an answer.
		_ = flag.Set("test.parallel", strconv.Itoa(max(16, runtime.GOMAXPROCS(0))))
	}
	code := l.M.Run()
	if chaosFolder != "" {
		_ = os.RemoveAll(chaosFolder)
	}
	if code != 0 {
		return code
	}
	// The tests themselves leave idle connections to sandboxes.
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestScripts runs the command as its users do: as a process, on files, against a sandbox that is
// another process. A script can use scriptCommands besides testscript's own commands. Its folder
// holds account.json, a sandbox state with seven credentials of five people, and same.csv, a
// roster that asks for exactly those; $SAMPLES is the folder of the samples.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "script", nil)
}

// runScripts runs the scripts of a folder of testdata; more sets up what else each needs.
func runScripts(t *testing.T, folder string, more func(*testscript.Env)) {
	t.Helper()
	shipped, err := filepath.Abs(samples)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join("testdata", folder)
	files := scriptsHere(t, dir)
	if files != nil {
		dir = ""
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		Cmds:                scriptCommands,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("LOCALAPPDATA", filepath.Join(env.WorkDir, "local"))
			env.Setenv("APPDATA", filepath.Join(env.WorkDir, "roaming"))
			env.Setenv("SAMPLES", shipped)
			env.Values[worldKey{}] = newWorld(env.T().(testing.TB))
			for _, name := range []string{"account.json", "same.csv"} {
				data, err := os.ReadFile(filepath.Join("testdata", name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
					return err
				}
			}
			if more != nil {
				more(env)
			}
			return nil
		},
	})
}

// scriptCommands are the commands of scripts beyond testscript's own. Arguments are in capitals:
//
//	exits N CMD...              run a command and want exactly that exit code
//	asked N yes|no CMD...       run a command on a terminal, answer its question, and want that exit
//	                            code; standard error is what the terminal shows (Linux)
//	start NAME CMD...           run a command in the background
//	interrupt NAME [HOW]        send it SIGINT, or, as HOW says: SIGINT until it ends (again), SIGKILL (kill),
//	                            SIGHUP (hangup), SIGSTOP (freeze), SIGCONT (thaw)
//	waitout NAME PATTERN        wait until it has written something that matches
//	ends NAME N                 wait for it and want that exit code (-1: killed)
//	sandbox NAME FLAG...        start keyroster sandbox; sets $NAME_URL, $NAME_TOKEN, …
//	stub NAME KIND              start a server that misbehaves; sets $NAME_URL
//	gate NAME N PATTERN         close a gate in front of a sandbox: of the answers to requests like
//	                            "PUT /path" the first N pass, and all others are held back; the first
//	                            gate of a sandbox comes before its account
//	held NAME                   wait until an answer is held back
//	pass NAME                   open the gate, until it is closed again
//	account ACCOUNT NAME LINE... add an account on a sandbox or stub to keyroster.yaml
//	consent HOW N CMD...        run a login that ends with that exit code, and play the person; HOW is
//	                            approve, deny, forge (another state, then its own), browser (as $BROWSER wrote to
//	                            the file opened), paste or paste-forge
//	waitlog NAME N PATTERN      wait until the sandbox has answered that many matching requests
//	sblog NAME N PATTERN        want that many in its log; N may be + for at least one
//	nowrites NAME               want no request in its log that could change a record
//	sbstate NAME FILE           save its state
//	sbedit NAME JSON            change a record behind the client's back
//	sbreset NAME                go back to the start, log included
//	lastrun                     set $RUN to the one run folder that is new
//	json FILE PATH is|count|like|missing WANT...  look into a JSON document
//	jsonlines FILE OUT          want each line to be a JSON object; write {"lines":[…]} of them
//	pick FILE PATH OUT          write what a path of a JSON document leads to, a value a line
//	budget REPORT ACCOUNT=NAME... want the calls that a migration's report predicts to be those in the logs
//	yaml FILE OUT               write the documents of a YAML file as JSON: {"documents":[…]}
//	unit FILE OUT               write a systemd unit as JSON: {"Section":{"Key":["value"]}}
//	task FILE OUT               write a task of the Task Scheduler of Windows as JSON
//	crontab FILE OUT            write the one command of a crontab as a shell script
//	bell NAME [tls]             start a webhook server that records its calls; sets $NAME_URL; with tls
//	                            only a client that knows NAME.pem trusts it
//	mailbox NAME [tls]          start a mail server; sets $NAME_HOST, $NAME_PORT
//	heard NAME N PATTERN        want that many calls or mails that match; N may be + for at least one
//	closes RUN                  want the totals of a run's reports to add up
//	nowhere TEXT PLACE...       want a text in no file, packed or not, below the places
//	workbook FILE SHEET...      make a workbook of CSV files and raw sheet XML
//	damage FILE cut|replace ARG...  damage a file
//	age RUN KEY                 turn an open run into one of a version whose seal does not name its run
//	bytes FILE QUOTED [TIMES]   write a file of arbitrary bytes
//	pack FILE ENTRY...          zip files
//	expand FILE...              replace ${NAME} in files
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":     positive(2, cmdExits),
	"age":       positive(2, cmdAge),
	"start":     positive(2, cmdStart),
	"interrupt": positive(1, cmdInterrupt),
	"waitout":   positive(2, cmdWaitOut),
	"ends":      positive(2, cmdEnds),
	"sandbox":   positive(1, cmdSandbox),
	"stub":      positive(2, cmdStub),
	"gate":      positive(3, cmdGate),
	"held":      positive(1, cmdHeld),
	"pass":      positive(1, cmdPass),
	"account":   positive(2, cmdAccount),
	"consent":   positive(3, cmdConsent),
	"waitlog":   positive(3, cmdWaitLog),
	"sblog":     positive(3, cmdLog),
	"nowrites":  positive(1, cmdNoWrites),
	"sbstate":   positive(2, cmdState),
	"sbedit":    positive(2, cmdEdit),
	"sbreset":   positive(1, cmdReset),
	"lastrun":   positive(0, cmdLastRun),
	"json":      positive(3, cmdJSON),
	"jsonlines": positive(2, cmdJSONLines),
	"bell":      positive(1, cmdBell),
	"mailbox":   positive(1, cmdMailbox),
	"heard":     positive(3, cmdHeard),
	"pick":      positive(3, cmdPick),
	"budget":    positive(2, cmdBudget),
	"yaml":      positive(2, cmdYAML),
	"unit":      positive(2, cmdUnit),
	"task":      positive(2, cmdTask),
	"crontab":   positive(2, cmdCrontab),
	"closes":    positive(1, cmdCloses),
	"nowhere":   positive(2, cmdNowhere),
	"workbook":  positive(2, cmdWorkbook),
	"damage":    positive(2, cmdDamage),
	"bytes":     positive(2, cmdBytes),
	"pack":      positive(2, cmdPack),
	"expand":    positive(1, cmdExpand),
}

// positive makes a command that takes at least that many arguments and cannot be negated.
func positive(least int, cmd func(*testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("this command cannot be negated")
		}
		if len(args) < least {
			ts.Fatalf("want at least %d arguments, got %q", least, args)
		}
		cmd(ts, args)
	}
}

// TestEverySampleIsRun checks that a script runs each sample: one that no script runs is a claim
// that no test checks.
func TestEverySampleIsRun(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	err = filepath.WalkDir(samples, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "bench" {
			return fs.SkipDir // a program, with a test of its own
		}
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(samples, path)
		if err == nil && !strings.Contains(all.String(), "$SAMPLES/"+filepath.ToSlash(name)) {
			t.Errorf("no script runs samples/%s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
