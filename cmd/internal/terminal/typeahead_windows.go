package terminal

import "golang.org/x/sys/windows"

// dropTyped discards what was typed at a console but not read yet.
func dropTyped(fd uintptr) error { return windows.FlushConsoleInputBuffer(windows.Handle(fd)) }
