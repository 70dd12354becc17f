package csvmodel

import (
	"crypto/sha256"
	"io"
)

// Checksum returns the SHA-256 of a file that Open opens.
func Checksum(path string) (sum [32]byte, err error) {
	file, err := Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	return Sum(file)
}

// Sum returns the SHA-256 of what is read.
func Sum(r io.Reader) (sum [32]byte, err error) {
	hash := sha256.New()
	_, err = io.Copy(hash, r)
	hash.Sum(sum[:0])
	return sum, err
}
