package rosterio

// The kinds of problems besides those of files (cellio): stable words for scripts,
// in the Kind of a reconcile.Problem. Words are added, never renamed.

// Kinds of headers and whole tables.
const (
	// KindNoHeader: no line among the first ones names a known column.
	KindNoHeader = "no_known_column"
	// KindDuplicateColumn: two headers mean one column.
	KindDuplicateColumn = "duplicate_column"
	// KindMisspeltColumn: an unknown header within two edits of a known one.
	KindMisspeltColumn = "misspelt_column"
	// KindUnknownColumn: a header that is no known column; a warning.
	KindUnknownColumn = "unknown_column"
	// KindAmbiguousColumn: a header such as ID that could be several columns;
	// a warning.
	KindAmbiguousColumn = "ambiguous_column"
	// KindColumnMap: a fault in the customer's own map of columns.
	KindColumnMap = "column_map"
	// KindWideTable: a column that a wide table cannot have.
	KindWideTable = "wide_table"
	// KindFillDown: a name in fill_down that is not a column which can be filled.
	KindFillDown = "fill_down"
	// KindNothingManaged: no column that the roster could decide.
	KindNothingManaged = "nothing_managed"
	// KindNoKey: no column by which a row could name its record.
	KindNoKey = "no_key"
	// KindBlankHeader: content below a header that is blank; a warning.
	KindBlankHeader = "blank_header"
	// KindNoRows: a header and nothing below it.
	KindNoRows = "no_rows"
	// KindHiddenRows: rows that the workbook hides are read; a warning.
	KindHiddenRows = "hidden_rows"
	// KindStruckRows: rows with crossed-out text are read; a warning.
	KindStruckRows = "struck_rows"
	// KindSecondTable: what follows the table below a blank line or a title is
	// not read.
	KindSecondTable = "second_table"
	// KindBeside: lines with content beside the table only; a warning.
	KindBeside = "beside_table"
	// KindRowsAbove: lines above the header that look like rows of the table.
	KindRowsAbove = "rows_above_header"
	// KindFootnote: remarks or totals below a blank line, which are not rows; a warning.
	KindFootnote = "footnote"
	// KindTotalsRow: the totals row of a spreadsheet's table, which is left
	// out; a warning.
	KindTotalsRow = "totals_row"
)

// Kinds of rows.
const (
	// KindRagged: a CSV row with more or fewer fields than the header.
	KindRagged = "ragged_row"
	// KindSwallowedRows: a quoted CSV cell over several lines holds what looks
	// like rows of the table.
	KindSwallowedRows = "swallowed_rows"
	// KindHeaderAgain: the header is repeated among the rows, or continues in one; a warning.
	KindHeaderAgain = "header_again"
	// KindExample: the example line of a template, which is ignored; a warning.
	KindExample = "example_row"
	// KindNoHolder: a row with a value but no holder, below another. Scripts see the word
	// that providers use for a row that names no credential.
	KindNoHolder = "no_credential"
	// KindStateOfAbove: a row that is filled down from one that is to be absent, with a blank
	// state of its own.
	KindStateOfAbove = "state_of_above"
	// KindRemovesNothing: an absent line of a wide table without a filled cell that says what to
	// remove.
	KindRemovesNothing = "removes_nothing"
	// KindDuplicateRow: two rows name one record by its id.
	KindDuplicateRow = "duplicate_row"
)

// Kinds of cells.
const (
	// KindNumber: a number where only text keeps every digit.
	KindNumber = "number"
	// KindRounded: a number of more than 15 digits; spreadsheets keep 15.
	KindRounded = "rounded"
	// KindExponent: 1.23E+10, as a number or as text.
	KindExponent = "exponent"
	// KindFraction: a number with decimals, or a trailing .0.
	KindFraction = "fraction"
	// KindThousands: digits with separators of thousands.
	KindThousands = "thousands"
	// KindDate: a date where text is expected, such as spreadsheets make of 1-2.
	KindDate = "date"
	// KindNotDate: a number or TRUE or FALSE where a date is expected.
	KindNotDate = "not_a_date"
	// KindBool: a TRUE or FALSE cell where text is expected.
	KindBool = "boolean"
	// KindUnmended: a refused cell of a failed.csv that was not corrected since.
	KindUnmended = "not_mended"
	// KindSheetError: #N/A, #REF! and their like.
	KindSheetError = "spreadsheet_error"
	// KindBrokenCell: the content of the cell makes no sense in its file.
	KindBrokenCell = "broken_cell"
	// KindNoResult: a formula whose result the file does not hold.
	KindNoResult = "formula_without_result"
	// KindFormula: the column holds formulas; their stored results are used.
	// A warning.
	KindFormula = "formula"
	// KindSpaces: spaces before or after a text that is compared exactly.
	KindSpaces = "surrounding_spaces"
	// KindInvisible: an invisible character: a non-breaking or
	// zero-width space, a control character.
	KindInvisible = "invisible_character"
	// KindForeignDigits: digits that only look like 0 to 9, and other full-width characters.
	KindForeignDigits = "foreign_digits"
	// KindApostrophe: an apostrophe in front, as spreadsheets mark text.
	KindApostrophe = "apostrophe"
	// KindTextForm: ="…", with which lists protect the zeros of a text from spreadsheets.
	KindTextForm = "text_form"
	// KindImplausible: a value that cannot be a number or code in any system.
	KindImplausible = "implausible"
	// KindMistyped: a letter that looks like a digit in a number, where the others of its
	// type are digits; a warning.
	KindMistyped = "mistyped"
	// KindLookAlike: letters of two scripts in one word of an e-mail address.
	KindLookAlike = "look_alike"
	// KindCutCell: a text of exactly 32,767 characters, the most a cell holds.
	KindCutCell = "cut_cell"
	// KindReplacement: U+FFFD, which replaces text that was lost.
	KindReplacement = "replacement_character"
	// KindGarbled: a text that was read in a wrong encoding and saved like that.
	KindGarbled = "garbled"
	// KindEmptyMarker: <empty> misspelt, or in a column it cannot clear.
	KindEmptyMarker = "empty_marker"
	// KindState: a state other than present and absent.
	KindState = "state"
	// KindTruth: a word that is neither true nor false, where one belongs.
	KindTruth = "truth_value"
	// KindDetail: a row of a detail sheet, such as that of a card's fields,
	// that cannot be used.
	KindDetail = "detail"
	// KindSideFile: @path names a file that cannot be used, or that lies
	// outside of the roster's folder.
	KindSideFile = "side_file"
	// KindUnknownType: a type that the account did not have when its types were last read;
	// a warning.
	KindUnknownType = "unknown_type"
	// KindRepaired: cells were repaired as the configuration asks; a warning.
	KindRepaired = "repaired"
	// KindZerosSuspect: values shorter than the others of their type, in a
	// column whose values begin with zeros; a warning.
	KindZerosSuspect = "zeros_suspect"
)
