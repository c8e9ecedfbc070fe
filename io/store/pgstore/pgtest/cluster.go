//go:build postgres

// Package pgtest provides PostgreSQL for tests: a cluster of their own, and databases in it. It
// is only for tests with the build tag postgres.
package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// Variable is the environment variable with the URL of a PostgreSQL that tests may fill, in
// place of one that [WithDatabase] starts.
const Variable = "KEYROSTER_POSTGRES"

// WithDatabase calls do with the URL of a database: a TestMain runs all tests of its package in
// it. The server ends with it.
func WithDatabase(do func(url string)) error {
	if url := os.Getenv(Variable); url != "" {
		do(url)
		return nil
	}
	c, err := Start()
	if err != nil {
		return err
	}
	do(c.URL())
	return c.Stop()
}

// Cluster is a PostgreSQL in a folder of its own, reachable only through a socket in that
// folder. It ends with the process that started it.
type Cluster struct {
	dir    string
	server *exec.Cmd
	alive  io.Closer
	says   *bufio.Reader
	tell   io.Writer
}

// serve makes the data, starts the server, and says so; "crash" on its input is a power
// cut and a restart, and the end of the input is its end.
const serve = `
set -e
cd "$1"
PATH=$2:$PATH
start() {
    pg_ctl -D data -l log \
        -o "-c listen_addresses='' -c unix_socket_directories='$1' -c max_connections=200 $3" \
        -w start >/dev/null
    echo ready
}
initdb -D data -U keyroster -A trust -E UTF8 --locale=C --no-sync >/dev/null
start "$@"
while read -r word; do
    pg_ctl -D data -m immediate stop >/dev/null
    start "$@"
done
pg_ctl -D data -m immediate stop >/dev/null
`

// Start makes a cluster and starts it, with further settings, such as fsync=off.
func Start(settings ...string) (*Cluster, error) {
	programs, err := Programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "keyroster-postgres-")
	if err != nil {
		return nil, err
	}
	said := ""
	for _, setting := range settings {
		said += " -c " + setting
	}
	c := &Cluster{dir: dir, server: exec.Command("sh", "-c", serve, "sh", dir, programs, said)}
	c.server.Stderr = os.Stderr
	c.server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that an interrupt only reaches the tests
	if err := c.notAsRoot(); err != nil {
		return nil, err
	}
	in, err := c.server.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.alive, c.tell, c.says = in, in, bufio.NewReader(out)
	if err := c.server.Start(); err != nil {
		return nil, err
	}
	if err := c.ready(); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// Programs is the folder of PostgreSQL's programs.
func Programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("find initdb: install PostgreSQL, or name a database of the tests' own in " + Variable)
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// notAsRoot runs the server as another user, since it refuses to run as root.
func (c *Cluster) notAsRoot() error {
	if os.Getuid() != 0 {
		return nil
	}
	as, err := user.Lookup("postgres")
	if err != nil {
		if as, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, err := strconv.ParseUint(as.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(as.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.server.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.dir, int(uid), int(gid))
}

// URL is that of its database postgres, where the role keyroster may do anything.
func (c *Cluster) URL() string { return "postgres:///postgres?user=keyroster&host=" + c.dir }

// ready waits until the server says that it is.
func (c *Cluster) ready() error {
	if _, err := c.says.ReadString('\n'); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// Crash ends the server as a power cut would, and restarts it.
func (c *Cluster) Crash() error {
	if _, err := io.WriteString(c.tell, "crash\n"); err != nil {
		return err
	}
	return c.ready()
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() error {
	return errors.Join(c.alive.Close(), c.server.Wait(), os.RemoveAll(c.dir))
}
