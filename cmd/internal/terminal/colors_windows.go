package terminal

import "golang.org/x/sys/windows"

// supportsColors reports whether a console takes colours. One that does not take them yet, as
// that of cmd.exe, is told to here; older ones cannot, and would show them as letters.
func supportsColors(stream any) bool {
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	console := windows.Handle(file(stream).Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return mode&wanted == wanted || windows.SetConsoleMode(console, mode|wanted) == nil
}
