package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/io/configio"
)

// TestReadmeSessions runs the commands of README, then those of each topic of the manual, in the
// order in which a reader would, on the samples, and compares what they print with what is shown.
// Blocks fenced as console are run; a block below a comment <!-- file: NAME --> is written to
// that file first.
func TestReadmeSessions(t *testing.T) {
	pages := readPages(t)
	root := filepath.Dir(pages[0].path)
	folder := t.TempDir()
	t.Chdir(folder)
	if err := os.Symlink(filepath.Join(root, "samples"), "samples"); err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, root: root, env: map[string]string{"HOME": folder, "XDG_STATE_HOME": filepath.Join(folder, "state")}}
	for _, one := range pages {
		r.page = filepath.Base(one.path)
		one.text = r.follow(one.text)
	}
	if r.ran < 8 {
		t.Errorf("only %d commands of README and manual were run: are their blocks still fenced as console?", r.ran)
	}
	r.fitTemplate("hq")
	pages.fresh(t, "run-files", readmeRunFiles(t, "runs"))
	pages.fresh(t, "problem-lines", readmeProblems(t, "runs"))
	pages.keep(t)
}

// fitTemplate checks that the first configuration looks for its roster where the README says to
// write the template: its sheet is found.
func (r *reader) fitTemplate(folder string) {
	config := filepath.Join(folder, "keyroster.yaml")
	r.run("keyroster template doorflow --out "+filepath.Join(folder, "badges.xlsx"), "")
	got := r.run("keyroster check --account hq --config "+config, "")
	if !strings.Contains(got, "there are no rows except the template's example") {
		r.t.Errorf("the README's template is not the roster of its configuration:\n%s", got)
	}
}

// reader acts as a reader who types the commands of a page.
type reader struct {
	t          *testing.T
	root, page string
	env        map[string]string
	// url is where the tour's sandbox listens, shown the address in the README.
	url, shown string
	code, ran  int
}

var (
	fileComment = regexp.MustCompile(`^<!-- file: (\S+) -->$`)
	logLine     = regexp.MustCompile(`(?m)^\{"level":.*\n`)
)

// follow runs the console blocks of a page and returns its text with what they
// print now.
func (r *reader) follow(text string) string {
	lines := strings.SplitAfter(text, "\n")
	var out strings.Builder
	for n := 0; n < len(lines); n++ {
		out.WriteString(lines[n])
		line := strings.TrimSpace(lines[n])
		if file := fileComment.FindStringSubmatch(line); file != nil {
			r.write(file[1], fenced(lines[n+2:]))
		}
		if line == "```console" {
			block := fenced(lines[n+1:])
			out.WriteString(r.session(strings.Join(block, "")))
			n += len(block)
		}
	}
	return out.String()
}

// fenced returns the lines before the next fence.
func fenced(lines []string) []string {
	end := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "```") })
	return lines[:max(end, 0)]
}

func (r *reader) write(name string, lines []string) {
	text := strings.Join(lines, "")
	if r.url != "" {
		text = strings.ReplaceAll(text, r.shown, r.url)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if filepath.Ext(name) == ".yaml" {
		if _, err := configio.Load(name, account.ProviderKeys()); err != nil {
			r.t.Errorf("%s: its %s: %v", r.page, name, err)
		}
	}
}

// session runs the commands of one block.
func (r *reader) session(block string) string {
	var out strings.Builder
	for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		shown = strings.TrimSuffix(shown, "\n")
		got := strings.TrimSuffix(r.run(command, shown), "\n")
		if steady(got) != steady(shown) {
			if !*update {
				r.t.Errorf("%s: $ %s\nprints other things than are shown: %s\n%s",
					r.page, command, refresh, cmp.Diff(steady(shown), steady(got)))
			}
			shown = steady(got)
		}
		out.WriteString("$ " + command + "\n")
		if shown != "" {
			out.WriteString(shown + "\n")
		}
	}
	return out.String()
}

// run carries out one command and returns what it prints, or shown if that output cannot be
// produced here.
func (r *reader) run(command, shown string) string {
	command, byGo := strings.CutPrefix(command, "go run ./cmd/")
	words := strings.Fields(command)
	switch {
	case command == "go test ./...":
		r.packages(shown)
		return shown
	case command == "echo $?":
		return fmt.Sprint(r.code)
	case words[0] == "export":
		name, value, _ := strings.Cut(words[1], "=")
		r.env[name] = value
		return ""
	case words[0] == "keyroster" && words[1] == "sandbox":
		r.sandbox(words[1:], shown)
		return shown
	case words[0] != "keyroster":
		r.t.Fatalf("%s shows a command that this test cannot run: %s", r.page, command)
	}
	r.ran++
	var output buffer
	r.code = execute(words[1:], r.getenv, strings.NewReader(""), &output, &output)
	text := logLine.ReplaceAllString(output.String(), "")
	if byGo && r.code != exit.OK {
		text += fmt.Sprintf("exit status %d\n", r.code)
		r.code = 1
	}
	return text
}

func (r *reader) getenv(name string) string { return r.env[name] }

// packages checks that the packages in a test's output exist.
func (r *reader) packages(output string) {
	for _, line := range strings.Split(output, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "ok" {
			continue
		}
		if _, err := os.Stat(filepath.Join(r.root, strings.TrimPrefix(fields[1], "keyroster/"))); err != nil {
			r.t.Errorf("the README shows tests of %s: %v", fields[1], err)
		}
	}
}

// sandbox starts the tour's sandbox, on a free port instead of the one shown.
func (r *reader) sandbox(words []string, shown string) {
	ctx, cancel := context.WithCancel(context.Background())
	in, out := io.Pipe()
	a := &app{Console: console.Console{
		Getenv: r.getenv, Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard,
	}}
	root := a.root()
	root.SetArgs(append(words, "--listen", "127.0.0.1:0"))
	ended := make(chan error, 1)
	go func() {
		err := root.ExecuteContext(ctx)
		_ = out.CloseWithError(err)
		ended <- err
	}()
	r.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("the README's sandbox: %v", err)
		}
	})
	var now, then struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(in).Decode(&now); err != nil {
		r.t.Fatalf("the README's sandbox says: %v", err)
	}
	if err := json.Unmarshal([]byte(shown), &then); err != nil {
		r.t.Fatalf("the README's first line of the sandbox: %v", err)
	}
	r.url, r.shown = now.URL, then.URL
}

var unsteady = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\d{8}T\d{6}Z-([\w.-]+)-[0-9a-f]{6}`), "20260131T020001Z-$1-4f9c21"},
	{regexp.MustCompile(`\btook [^\n]+`), "took 1s"},
	{regexp.MustCompile(`sha256:[0-9a-f]+…?`), "sha256:5d0c2e…"},
}

// steady replaces what differs from run to run.
func steady(text string) string {
	for _, u := range unsteady {
		text = u.what.ReplaceAllString(text, u.with)
	}
	return text
}
