package folder

import "os"

// truncate goes by the name: a file that was opened to be appended to cannot be cut here.
func truncate(f *os.File, size int64) error { return os.Truncate(f.Name(), size) }
