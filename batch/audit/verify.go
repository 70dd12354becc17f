package audit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Verdict says whether something is as it was proven. The words are stable.
type Verdict string

// The verdicts.
const (
	Agrees  Verdict = "agrees"
	Differs Verdict = "differs"
	Remark  Verdict = "note" // neither
)

// Finding is one thing that Verify has looked at.
type Finding struct {
	Verdict Verdict
	Reason  msg.Reason
}

// Verification is what Verify finds.
type Verification struct {
	Findings []Finding
	Head     [32]byte // the hash of the newest manifest of the chain
	IsProven bool     // there is a manifest of the run
}

// Differences is how many things are not as they were proven.
func (v Verification) Differences() (n int) {
	for _, f := range v.Findings {
		if f.Verdict == Differs {
			n++
		}
	}
	return n
}

// Holds reports whether the run was proven and all is as it was then.
func (v Verification) Holds() bool { return v.IsProven && v.Differences() == 0 }

// Rows are the rows of the run as its files have them, in a language.
type Rows func(msg.Language) iter.Seq2[csvmodel.Result, error]

// Verify holds a run, which may be at work, and the files at its stem against the chain of
// manifests. Head is the hash of one that was kept elsewhere, or nil. Of a damaged run Verify
// looks at the chain alone.
func Verify(l *ledger.Ledger, run ledger.Run, damage *ledger.DamagedError, head *[32]byte, rows Rows) (Verification, error) {
	chain, err := readChain(l.Manifests(), run, head)
	if err == nil && chain.isNewer {
		err = errNewer
	}
	if err != nil {
		return Verification{}, err
	}
	result := Verification{Findings: chain.findings(head), Head: chain.head}
	if damage != nil {
		result.Findings = append(result.Findings, found(Differs, "proof.damaged", damage.What))
		return result, nil
	}
	v := verifier{l, run, chain, rows}
	files, err := v.checkFiles() // first: a run that is at work may make them anew
	if err != nil {
		return result, err
	}
	changed, err := v.checkRows()
	result.Findings, result.IsProven = slices.Concat(result.Findings, changed, files), chain.ofRun.ID != 0
	return result, err
}

type verifier struct {
	ledger *ledger.Ledger
	run    ledger.Run
	chain  *chain
	rows   Rows
}

func found(verdict Verdict, code msg.Code, args ...any) Finding {
	return Finding{verdict, msg.NewReason(code, args...)}
}

type chain struct {
	length  int
	head    [32]byte // the hash of the newest
	faults  []Finding
	altered []Finding // before manifests of the run were made, as they say
	after   int       // how many follow the one that was looked for; -1: it is not there

	ofRun   ledger.Manifest     // the newest of the run; ID 0: none
	ofFiles ledger.Manifest     // the newest about the files; ID 0: none
	outputs map[[32]byte]string // where the files are that manifests are about, by their hashes
	files   map[string]bool     // hashes of what manifests about these files name
	isNewer bool                // one was made by a newer version of the program
	// The files of ofFiles had all appeared: the next manifest says so, or a head was printed.
	isComplete bool
}

// readChain looks for the manifest with the hash wanted, which is nil for none.
func readChain(manifests iter.Seq2[ledger.Manifest, error], run ledger.Run, wanted *[32]byte) (*chain, error) {
	c := &chain{after: -1, outputs: map[[32]byte]string{}, files: map[string]bool{}}
	var before ledger.Manifest
	for link, err := range manifests {
		if err != nil {
			return nil, err
		}
		m, err := Parse(link.JSON) // the zero Manifest where it cannot be read
		c.isNewer = c.isNewer || errors.Is(err, errNewer)
		if fault := faultOf(before, link, m); !fault.IsZero() {
			c.faults = append(c.faults, Finding{Differs, fault})
		}
		if m.Altered != nil && m.Run.ID == run.ID {
			c.altered = append(c.altered, Finding{Differs, m.alteredReason()})
		}
		switch {
		case wanted != nil && link.Hash == *wanted:
			c.after = 0
		case c.after >= 0:
			c.after++
		}
		if c.ofFiles.ID == before.ID && m.Confirmed {
			c.isComplete = true
		}
		c.addFiles(link, m, run)
		before = link
		c.length++
	}
	c.head = before.Hash
	return c, nil
}

func (c *chain) addFiles(link ledger.Manifest, m Manifest, run ledger.Run) {
	c.outputs[link.Hash] = link.Output
	if link.Run == run.ID {
		c.ofRun = link
	}
	if link.Output != run.Output {
		return
	}
	c.ofFiles, c.isComplete, c.files[m.Results.SHA256], c.files[m.Report.SHA256] = link, c.after == 0, true, true
	if m.Fixme != nil {
		c.files[m.Fixme.SHA256] = true
	}
}

// faultOf is the zero Reason where nothing is wrong. Before the first one is the zero Manifest.
func faultOf(before, link ledger.Manifest, m Manifest) msg.Reason {
	first, last := int(before.ID+1), int(link.ID-1)
	switch {
	case sha256.Sum256(link.JSON) != link.Hash, m.Number != link.ID, m.Run.ID != link.Run:
		return msg.NewReason("proof.manifest", int(link.ID))
	case last > first:
		return msg.NewReason("proof.manifests-gone", first, last)
	case link.ID != before.ID+1:
		return msg.NewReason("proof.manifest-gone", first)
	case m.Previous != Hex(before.Hash) && link.ID == 1:
		return msg.NewReason("proof.manifest", 1)
	case m.Previous != Hex(before.Hash):
		return msg.NewReason("proof.manifest-link", int(before.ID))
	}
	return msg.Reason{}
}

func (m Manifest) alteredReason() msg.Reason {
	if m.Altered.Rows == 0 {
		return msg.NewReason("proof.altered", int(m.Number))
	}
	rows := make([]string, len(m.Altered.First))
	for i, row := range m.Altered.First {
		rows[i] = fmt.Sprint(row)
	}
	if len(rows) < m.Altered.Rows {
		rows = append(rows, "…")
	}
	return msg.NewReason("proof.altered-rows", int(m.Number), m.Altered.Rows, strings.Join(rows, ", "))
}

func (c *chain) findings(wanted *[32]byte) []Finding {
	all := c.faults
	if len(c.faults) == 0 && c.length > 0 {
		all = append(all, found(Agrees, "proof.chain", c.length))
	}
	switch {
	case wanted == nil:
		all = append(all, found(Remark, "proof.no-head"))
	case c.after < 0:
		all = append(all, found(Differs, "proof.head-gone"))
	case c.after == 0:
		all = append(all, found(Agrees, "proof.head-last"))
	default:
		all = append(all, found(Agrees, "proof.head", c.after))
	}
	return append(all, c.altered...)
}
