//go:build postgres

package pgstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

// database is a URL of the database that the tests are about.
var database string

// TestMain starts a PostgreSQL of the tests' own, unless KEYROSTER_POSTGRES is the URL of
// one that they may fill.
func TestMain(m *testing.M) {
	if root := os.Getenv(nightVariable); root != "" {
		os.Exit(runNight(root))
	}
	code := 1
	err := withDatabase(func() { code = m.Run() })
	if err == nil && code == 0 {
		err = goleak.Find()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withDatabase(do func()) error {
	if database = os.Getenv("KEYROSTER_POSTGRES"); database != "" {
		do()
		return nil
	}
	c, err := startCluster()
	if err != nil {
		return err
	}
	database = c.url()
	do()
	return c.stop()
}

// cluster is a PostgreSQL in a folder of its own, which is reached through a socket in
// that folder alone. It ends with the process that started it.
type cluster struct {
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
    pg_ctl -D data -l log -o "-c listen_addresses='' -c unix_socket_directories='$1' -c max_connections=200" -w start >/dev/null
    echo ready
}
initdb -D data -U keyroster -A trust -E UTF8 --locale=C --no-sync >/dev/null
start "$1"
while read -r word; do
    pg_ctl -D data -m immediate stop >/dev/null
    start "$1"
done
pg_ctl -D data -m immediate stop >/dev/null
`

func startCluster() (*cluster, error) {
	programs, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "keyroster-postgres-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, server: exec.Command("sh", "-c", serve, "sh", dir, programs)}
	c.server.Stderr = os.Stderr
	c.server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt is for the tests
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
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// programs is the folder of PostgreSQL's programs.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("find initdb: install PostgreSQL, or name a database of the tests' own in KEYROSTER_POSTGRES")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// notAsRoot has the server run as another user, which it wants.
func (c *cluster) notAsRoot() error {
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

func (c *cluster) url() string { return "postgres:///postgres?user=keyroster&host=" + c.dir }

// ready waits until the server says that it is.
func (c *cluster) ready() error {
	if _, err := c.says.ReadString('\n'); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// crash ends the server as a power cut does, and starts it again.
func (c *cluster) crash() error {
	if _, err := io.WriteString(c.tell, "crash\n"); err != nil {
		return err
	}
	return c.ready()
}

func (c *cluster) stop() error {
	return errors.Join(c.alive.Close(), c.server.Wait(), os.RemoveAll(c.dir))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// connect are connections to a database that end with the test, for several goroutines.
func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	more := "?"
	if strings.Contains(url, more) {
		more = "&"
	}
	url += more + "pool_max_conns=20"
	pool, err := pgstore.Connect(t.Context(), reconcile.NewSecret(url))
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

var background = context.Background()
