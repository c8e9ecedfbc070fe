package store

// PlainName is the name of an account as it appears in ids.
var PlainName = fileNamePart
