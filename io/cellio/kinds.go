package cellio

// Kinds of files that cannot be used: stable words for scripts, in [InputError.Kind]
// and in the Kind of a reconcile.Problem. Words are added, never renamed. Those of
// headers, rows and cells are in rosterio.
const (
	// KindMissingFile: there is no such file, or it cannot be opened.
	KindMissingFile = "missing_file"
	// KindDirectory: the path names a folder.
	KindDirectory = "directory"
	// KindEmptyFile: the file has no content at all.
	KindEmptyFile = "empty_file"
	// KindFileType: not a file that keyroster reads (.xls, .odt, a zip that
	// is not a workbook).
	KindFileType = "file_type"
	// KindPassword: the workbook is protected by a password.
	KindPassword = "password"
	// KindTooLarge: the file unpacks to more than the limit.
	KindTooLarge = "too_large"
	// KindDamaged: the file is cut off, malformed or changed while read.
	KindDamaged = "damaged"
	// KindEncoding: bytes that are not text in the file's encoding.
	KindEncoding = "encoding"
	// KindDuplicateInput: one roster is named twice.
	KindDuplicateInput = "duplicate_input"
	// KindSheet: the workbook has no such sheet, or none with a known header; as a
	// warning, a sheet that may hold rows is left out.
	KindSheet = "sheet"
	// KindOtherSheet: a sheet has known columns, and is left out since no roster
	// could have these alone; a warning.
	KindOtherSheet = "other_sheet"
)
