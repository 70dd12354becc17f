package report

import (
	"crypto/sha256"
	"errors"
	"iter"
)

// Link is a manifest as the ledger's chain holds it.
type Link struct {
	Number int64
	Run    int64
	JSON   []byte
	Hash   [32]byte
}

// Chain is what was found of the manifests of a ledger.
type Chain struct {
	Links  int
	Head   [32]byte // the hash of the newest
	Faults []ChainFault
	// Altered are the manifests that say that something was.
	Altered []Manifest
	// After is how many came after the one that was looked for; -1: it is not
	// there.
	After int
}

// ChainFault is one manifest that is not what it was.
type ChainFault struct {
	Kind   FaultKind
	Number int64
	Until  int64 // of FaultMissing, the last that is missing
}

// FaultKind says what is wrong in a chain.
type FaultKind int

const (
	FaultAltered  FaultKind = iota // it is not what its hash says, or nothing that can be read
	FaultMissing                   // it was taken out, and perhaps those after it
	FaultUnlinked                  // the one that follows was made behind another one
)

// CheckChain goes through a ledger's manifests from the first one, and looks for the
// one with this hash, or for none where it is nil. Whether any are missing at the end can only be told by one
// that was kept elsewhere.
func CheckChain(links iter.Seq2[Link, error], wanted *[32]byte) (Chain, error) {
	c := Chain{After: -1}
	var before Link
	for link, err := range links {
		if err != nil {
			return c, err
		}
		m, err := ParseManifest(link.JSON)
		if errors.Is(err, ErrNewerManifest) {
			return c, err
		}
		c.take(before, link, m)
		switch {
		case wanted != nil && link.Hash == *wanted:
			c.After = 0
		case c.After >= 0:
			c.After++
		}
		before = link
	}
	c.Head = before.Hash
	return c, nil
}

// take adds a link behind the one before it, the zero Link before the first. What
// cannot be read is the zero Manifest.
func (c *Chain) take(before, link Link, m Manifest) {
	c.Links++
	if m.Altered != nil {
		c.Altered = append(c.Altered, m)
	}
	if fault, found := faultOf(before, link, m); found {
		c.Faults = append(c.Faults, fault)
	}
}

func faultOf(before, link Link, m Manifest) (fault ChainFault, found bool) {
	switch {
	case sha256.Sum256(link.JSON) != link.Hash, m.Number != link.Number, m.Run.ID != link.Run:
		return ChainFault{Kind: FaultAltered, Number: link.Number}, true
	case link.Number != before.Number+1:
		return ChainFault{Kind: FaultMissing, Number: before.Number + 1, Until: link.Number - 1}, true
	case m.Previous != Hex(before.Hash) && link.Number == 1:
		return ChainFault{Kind: FaultAltered, Number: link.Number}, true
	case m.Previous != Hex(before.Hash):
		return ChainFault{Kind: FaultUnlinked, Number: before.Number}, true
	}
	return ChainFault{}, false
}
