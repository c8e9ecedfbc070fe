package configio

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"keyroster/io/plainfile"
	"keyroster/io/rights"
	"keyroster/reconcile"
)

const (
	execTimeout = 10 * time.Second
	// execGrace is how long a command's children may keep its output open.
	execGrace = time.Second
	// maxSecret is above any token; a larger file must be the wrong one.
	maxSecret = 64 << 10
)

type referenceKind uint8

const (
	literal referenceKind = iota
	fromEnv
	fromFile
	fromExec
)

// Reference says where a value is found: env:NAME, file:PATH, exec:WORDS or, for members that
// are not secret, the value itself. The zero value is empty.
type Reference struct {
	kind referenceKind
	// text is the name, the path or the value.
	text  string
	words []string
	// dir is the folder of the file that it is written in; empty for none.
	dir string
}

// ParseReference reads a reference. The error does not quote the text.
func ParseReference(text string) (Reference, error) {
	ref, problem := parseReference(text)
	if problem != "" {
		return Reference{}, errors.New("read reference: " + problem)
	}
	return ref, nil
}

func parseReference(text string) (ref Reference, problem string) {
	scheme, rest, _ := strings.Cut(text, ":")
	switch scheme {
	case "env":
		if !environmentName.MatchString(rest) {
			return ref, "what follows env: is not the name of an environment variable"
		}
		return Reference{kind: fromEnv, text: rest}, ""
	case "file":
		if rest == "" || strings.ContainsRune(rest, 0) {
			return ref, "what follows file: is not a path"
		}
		return Reference{kind: fromFile, text: rest}, ""
	case "exec":
		words, problem := splitWords(rest, os.PathSeparator)
		return Reference{kind: fromExec, words: words}, problem
	}
	return Reference{kind: literal, text: text}, ""
}

// Literal reports whether the text is the value itself.
func (r Reference) Literal() bool { return r.kind == literal }

// String names the reference for messages. Of a command it shows the first
// word alone, since its arguments may be secrets; of a value nothing.
func (r Reference) String() string {
	switch r.kind {
	case fromEnv:
		return "env:" + r.text
	case fromFile:
		return "file:" + r.text
	case fromExec:
		if len(r.words) > 1 {
			return "exec:" + r.words[0] + " …"
		}
		return "exec:" + strings.Join(r.words, "")
	}
	return "a value"
}

// Format implements [fmt.Formatter]: every verb prints [Reference.String].
func (r Reference) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(r.String())) }

// Resolve reads the value that the reference leads to. Paths, and commands
// with a slash, are relative to the folder of the file that it is written in, or to
// baseDir where it is written in none; commands run there, too. A command
// is run without a shell and killed after 10 s. One newline at the end of a
// file or output is cut off. A value that is empty, has several lines or
// control characters is an error. Errors name the reference and never the
// value.
func (r Reference) Resolve(ctx context.Context, baseDir string, getenv func(string) string) (reconcile.Secret, error) {
	return r.resolve(ctx, baseDir, getenv, func(text string) string { return text })
}

// ResolveTrimmed is [Reference.Resolve] for a value that may end in white space, which is cut off.
func (r Reference) ResolveTrimmed(
	ctx context.Context, baseDir string, getenv func(string) string,
) (reconcile.Secret, error) {
	return r.resolve(ctx, baseDir, getenv, func(text string) string { return strings.TrimRight(text, " \t\r\n") })
}

func (r Reference) resolve(
	ctx context.Context, baseDir string, getenv func(string) string, trim func(string) string,
) (reconcile.Secret, error) {
	text, err := r.read(ctx, baseDir, getenv)
	text = trim(text)
	if err == nil {
		err = checkSecret(text)
	}
	if err != nil {
		return reconcile.Secret{}, fmt.Errorf("resolve %s: %w", r, err)
	}
	return reconcile.NewSecret(text), nil
}

func (r Reference) read(ctx context.Context, baseDir string, getenv func(string) string) (string, error) {
	switch r.kind {
	case fromEnv:
		if text := getenv(r.text); text != "" {
			return text, nil
		}
		return "", errors.New("the environment variable is empty or not set")
	case fromFile:
		return readSecretFile(r.path(baseDir))
	case fromExec:
		return runCommand(ctx, execTimeout, cmp.Or(r.dir, baseDir), r.words)
	}
	return r.text, nil
}

func (r Reference) path(baseDir string) string {
	return within(cmp.Or(r.dir, baseDir), r.text)
}

// Path is the path in a literal reference, below the folder of the file that it is
// written in; empty for other references.
func (r Reference) Path(baseDir string) string {
	if !r.Literal() || r.text == "" {
		return ""
	}
	return r.path(baseDir)
}

// Warning says what is unsafe about the reference, or is empty: a file that
// every user of the machine can read.
func (r Reference) Warning(baseDir string) string {
	if r.kind != fromFile {
		return ""
	}
	path := r.path(baseDir)
	exposed, err := rights.Of(path)
	if err != nil || !exposed.Everyone {
		return ""
	}
	return fmt.Sprintf("%s can be read by every user of this machine; restrict it with %s", r, rights.Remedy(path))
}

func readSecretFile(path string) (string, error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return "", pathCause(err)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", pathCause(err)
	}
	return trimNewline(data), nil
}

// pathCause drops the path of a file error: the reference names it already.
func pathCause(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// runCommand returns what a command writes to its standard output. Its
// standard error is not shown: it may quote what it was given.
func runCommand(ctx context.Context, timeout time.Duration, dir string, words []string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	defer cancel()
	name := words[0]
	if filepath.Base(name) != name {
		abs, err := filepath.Abs(within(dir, name))
		if err != nil {
			return "", err
		}
		name = abs
	}
	out := &cappedBuffer{}
	cmd := exec.CommandContext(ctx, name, words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.WaitDelay = dir, out, execGrace
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", commandCause(err)
	}
	return trimNewline(out.buf.Bytes()), nil
}

func commandCause(err error) error {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("the command ended with %s; run it by hand to see why", e.ProcessState)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return errors.New("the command left a background process that keeps its output open")
	}
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err
	}
	return pathCause(err)
}

// cappedBuffer keeps what fits and one byte more, so that checkSecret sees that
// there was more; the command notices nothing.
type cappedBuffer struct{ buf bytes.Buffer }

// Write implements io.Writer.
func (b *cappedBuffer) Write(p []byte) (int, error) {
	b.buf.Write(p[:min(len(p), maxSecret+1-b.buf.Len())])
	return len(p), nil
}

func trimNewline(data []byte) string {
	text := strings.TrimSuffix(string(data), "\n")
	if len(text) < len(data) {
		text = strings.TrimSuffix(text, "\r")
	}
	return text
}

func checkSecret(text string) error {
	control := func(c rune) bool { return unicode.IsControl(c) || c == '\ufeff' }
	switch {
	case text == "":
		return errors.New("the value is empty")
	case len(text) > maxSecret:
		return fmt.Errorf("the value is larger than %d KiB", maxSecret>>10)
	case strings.ContainsAny(text, "\r\n"):
		return errors.New("the value has more than one line")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, control):
		return errors.New("the value holds bytes that are not plain text, such as a byte order mark")
	}
	return nil
}
