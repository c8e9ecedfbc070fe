package folder

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asNobody runs do as a user without rights: root ignores permissions, and tests often run as root
// in a container. The thread is not reused.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Getuid() != 0 {
		do()
		return
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := syscall.Setfsuid(65534)
		if err == nil {
			do()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestCreateInAnUnwritableFolder(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "runs")
	for path, mode := range map[string]os.FileMode{dir: 0o755, filepath.Dir(dir): 0o755} { // for the user without rights
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(root, 0o555); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		_, err := runs(root).create("hq", time.Now())
		want := "make run folder in " + root + ": this user cannot write there; " +
			"choose another folder with --runs ("
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v", err)
		}
	})
	if entries, _ := os.ReadDir(root); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}
