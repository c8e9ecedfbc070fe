package store

// PlainName is the name of an account as it stands in ids.
var PlainName = fileNamePart
