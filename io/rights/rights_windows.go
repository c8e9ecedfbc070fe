package rights

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// trusted may always have access, as security identifiers: the system, the
// administrators, and the placeholders for the owner in inherited lists.
var trusted = []string{"S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"}

// everyone are the groups that include every user of the machine: everyone,
// authenticated users, and users.
var everyone = []string{"S-1-1-0", "S-1-5-11", "S-1-5-32-545"}

// reading are the rights to read a file, or to change its list so that it can be read.
const reading = windows.FILE_READ_DATA | windows.GENERIC_READ | windows.GENERIC_ALL |
	windows.WRITE_DAC | windows.WRITE_OWNER

// user is the security identifier of the user who runs this process.
var user = sync.OnceValues(func() (string, error) {
	found, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", err
	}
	return found.User.Sid.String(), nil
})

func exposure(path string) (Exposure, error) {
	if _, err := os.Stat(path); err != nil {
		return Exposure{}, err
	}
	own, err := user()
	if err != nil {
		return Exposure{}, fmt.Errorf("find this user: %w", err)
	}
	described, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return Exposure{}, nil //nolint:nilerr // its file system keeps no lists
	}
	list, _, err := described.DACL()
	if err != nil || list == nil {
		return Exposure{Others: true, Everyone: true, Words: "everyone can read it"}, nil
	}
	var e Exposure
	var names []string
	for n := range uint32(list.AceCount) {
		sid := reader(list, n)
		if sid == nil {
			continue
		}
		id := sid.String()
		if id == own || slices.Contains(trusted, id) {
			continue
		}
		e.Everyone = e.Everyone || slices.Contains(everyone, id)
		if name := nameOf(sid); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		e.Others, e.Words = true, "others can read it ("+strings.Join(names, ", ")+")"
	}
	return e, nil
}

// reader is the user or group that the nth entry of a list allows to read, nil for none.
func reader(list *windows.ACL, n uint32) *windows.SID {
	var entry *windows.ACCESS_ALLOWED_ACE
	if windows.GetAce(list, n, &entry) != nil || entry.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE ||
		entry.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || entry.Mask&reading == 0 {
		return nil
	}
	return (*windows.SID)(unsafe.Pointer(&entry.SidStart))
}

// nameOf is a user or group as people know it.
func nameOf(sid *windows.SID) string {
	name, domain, _, err := sid.LookupAccount("")
	switch {
	case err != nil:
		return sid.String()
	case domain == "":
		return name
	}
	return domain + `\` + name
}

func remedy(path string) string {
	return `icacls "` + path + `" /inheritance:r /grant:r "%USERNAME%:F"`
}

// ownerOnly describes who has access to a new file or folder; what is made in a folder inherits it.
func ownerOnly() (*windows.SECURITY_DESCRIPTOR, error) {
	own, err := user()
	if err != nil {
		return nil, fmt.Errorf("find this user: %w", err)
	}
	return windows.SecurityDescriptorFromString(
		"D:P(A;OICI;FA;;;" + own + ")(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
	)
}

func attributes() (*windows.SecurityAttributes, error) {
	described, err := ownerOnly()
	if err != nil {
		return nil, err
	}
	sa := &windows.SecurityAttributes{SecurityDescriptor: described}
	sa.Length = uint32(unsafe.Sizeof(*sa))
	return sa, nil
}

func tighten(path string, _ fs.FileMode) error {
	e, err := exposure(path)
	if err != nil || !e.Others {
		return err
	}
	described, err := ownerOnly()
	if err != nil {
		return err
	}
	list, _, err := described.DACL()
	if err == nil {
		err = windows.SetNamedSecurityInfo(
			path, windows.SE_FILE_OBJECT,
			windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil,
		)
	}
	if err != nil && e.Everyone {
		return fmt.Errorf("%s is open to every user of this machine: %w", path, err)
	}
	return nil
}

func mkdir(path string) error {
	sa, err := attributes()
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = windows.CreateDirectory(name, sa)
	}
	if err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

func createTemp(folder, prefix string) (*os.File, error) {
	sa, err := attributes()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, prefix+rand.Text())
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	handle, err := windows.CreateFile(
		name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, sa,
		windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0,
	)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}
