package csvmodel

import "io"

func findEncoding(r io.Reader) (string, error) { return UTF8, nil }
