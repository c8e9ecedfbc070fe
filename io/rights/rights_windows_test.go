package rights

import (
	"testing"

	"golang.org/x/sys/windows"
)

// widen lets a group, or every user, read what is at a path, and what is made below it.
func widen(t *testing.T, path string, everyone bool) {
	t.Helper()
	group := "BG" // guests
	if everyone {
		group = "BU"
	}
	own, err := user()
	must(t, err)
	described, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;" + own + ")(A;OICI;FR;;;" + group + ")")
	must(t, err)
	list, _, err := described.DACL()
	must(t, err)
	must(t, windows.SetNamedSecurityInfo(
		path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil,
	))
}
