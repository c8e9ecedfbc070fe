package rightstest

import "golang.org/x/sys/windows"

// widen also lets the group use what is made below a folder.
func widen(path string, everyone bool) error {
	group := "BG" // guests
	if everyone {
		group = "WD"
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	described, err := windows.SecurityDescriptorFromString(
		"D:P(A;OICI;FA;;;" + user.User.Sid.String() + ")(A;OICI;FR;;;" + group + ")",
	)
	if err != nil {
		return err
	}
	list, _, err := described.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(
		path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil,
	)
}
