// Package csvmodel reads the contact cards that a CSV file asks to hand out, and writes
// the files that come back: a result for each row, and the rows to correct.
//
// A bad row never stops the reading. It comes out of the Reader with its place and its
// faults, and the rows after it are read as if nothing had been. A whole file is refused
// only where it is no table of contacts at all, with a *FileError that says what to do.
// A Contact can only be had valid.
//
// Open, DetectEncoding and NewReader come first, in this order. The Layout of a Reader
// and the Source of a Row are all that WriteResults and WriteFixme need later.
package csvmodel
