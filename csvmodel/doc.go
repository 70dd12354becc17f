// Package csvmodel is what is in the files: the contact cards that a CSV file
// asks to hand out, and the results that are written for it.
//
// Reading never gives up at a bad row. A row that cannot be understood comes
// out of the Reader all the same, with its place and its faults, and the rows
// after it are read as if nothing had been. Only a file that is no table of
// contacts at all is refused as a whole.
//
// The package imports nothing else of this program and knows nothing of the
// service but the form of its fields.
package csvmodel
