package terminal

import "golang.org/x/sys/windows"

// supportsColors reports whether a console supports colours. It enables them where they are off
// by default, as in cmd.exe; older consoles do not have them, and would show the codes.
func supportsColors(stream any) bool {
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	console := windows.Handle(file(stream).Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return mode&wanted == wanted || windows.SetConsoleMode(console, mode|wanted) == nil
}
