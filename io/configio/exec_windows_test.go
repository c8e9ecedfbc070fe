package configio_test

import (
	"path/filepath"
	"testing"
)

// TestCommands: a path keeps its backslashes, and is relative to the configuration's folder.
func TestCommands(t *testing.T) {
	const secret = "s3cret-4f9Q"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"show.cmd": "@echo %~1\r\n", `below\my show.cmd`: "@cd\r\n", "fail.cmd": "@exit /b 3\r\n", "empty.cmd": "@rem\r\n",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	runs(t, dir, map[string]string{
		`exec:.\show.cmd "a  b"`:    "a  b",
		"exec:./show.cmd x":         "x",
		`exec:'below\my show.cmd'`:  dir,
		`exec:"` + dir + `\show" 7`: "7",
		"exec:cmd /c echo s3cret":   "s3cret",
	})
	fails(t, dir, secret, map[string]string{
		`exec:.\fail.cmd ` + secret: "resolve exec:.\\fail.cmd …: the command ended with exit status 3; run it by hand",
		`exec:.\empty.cmd`:          "resolve exec:.\\empty.cmd: the value is empty",
	})
}
