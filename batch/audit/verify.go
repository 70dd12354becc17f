package audit

import (
	"iter"
	"slices"

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

// Verify holds what the ledger says of a run, and the files at its stem, against the
// chain of manifests. Head is the hash of a manifest that was kept elsewhere; nil is none.
// The run may be at work. Of a damaged run, with an error that is not nil, Verify looks at
// the chain alone.
func Verify(l *ledger.Ledger, run ledger.Run, damage *ledger.DamagedError, head *[32]byte, rows Rows) (Verification, error) {
	chain, err := readChain(l.Manifests(), run, head)
	if err == nil && chain.isNewer {
		err = ErrNewer
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
