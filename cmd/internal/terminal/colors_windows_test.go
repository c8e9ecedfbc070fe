package terminal

import (
	"os"
	"testing"

	"golang.org/x/sys/windows"
)

// TestConsoleTakesColours: asking whether a console takes colours makes it take them from then on;
// its width comes from the console.
func TestConsoleTakesColours(t *testing.T) {
	console, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return // this process has no console, like a service
	}
	defer console.Close()
	var mode uint32
	handle := windows.Handle(console.Fd())
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.SetConsoleMode(handle, mode) }()
	plain := mode &^ windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(handle, plain); err != nil {
		t.Fatal(err)
	}
	if (Style{NoColor: true}).Colors(console) {
		t.Error("colours, although nobody wants them")
	}
	var now uint32
	if err := windows.GetConsoleMode(handle, &now); err != nil || now != plain {
		t.Errorf("mode %x, %v: a console was told to take colours that nobody wants", now, err)
	}
	if !(Style{Getenv: environment("TERM", "")}).Colors(console) {
		t.Error("no colours")
	}
	if err := windows.GetConsoleMode(handle, &now); err != nil || now&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING == 0 {
		t.Errorf("mode %x, %v: colours would be shown as letters", now, err)
	}
	var size windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(handle, &size); err != nil {
		t.Fatal(err)
	}
	columns := int(size.Window.Right-size.Window.Left) + 1
	if columns < 40 {
		columns = 120
	}
	if got := Width(console); got != columns {
		t.Errorf("width %d of %d columns", got, columns)
	}
}
