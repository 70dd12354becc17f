package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
	"encoding/json"
	"fmt"
	"io"
	"iter"
)

// verifying holds a run's files, and what the ledger says of it, against the
// manifests that were made of them.
type verifying struct {
	records  batch.Records
	run      ledger.Run
	head     *[32]byte // that a person has kept; nil: none
	language msg.Language
	chain    report.Chain
	proven   bool // there is a manifest of the run
	still    bool // and nothing of the run has gone on since
	findings []finding
}

// finding is one thing that was looked at.
type finding struct {
	Verdict verdict `json:"verdict"`
	Text    string  `json:"text"`
}

type verdict string

const (
	agrees  verdict = "agrees"
	differs verdict = "differs"
	remark  verdict = "note" // neither
)

func (v *verifying) found(verdict verdict, text string) {
	v.findings = append(v.findings, finding{verdict, text})
}

// runVerify says what agrees with the manifests and what does not. Of a run that is
// damaged only that is said.
func runVerify(s Streams, records batch.Records, run ledger.Run, damaged *ledger.DamagedError, head string, asJSON bool) error {
	v := verifying{records: records, run: run, language: cmp.Or(records.Language, run.Layout.Language())}
	if head != "" {
		kept, err := report.ParseHash(head)
		if err != nil {
			return usageError{fmt.Errorf("--head %w: give what was printed as Proof", err)}
		}
		v.head = &kept
	}
	checks := []func() error{v.checkChain, v.checkRows, v.checkFiles}
	if damaged != nil {
		checks = []func() error{v.checkChain, func() error { v.damaged(damaged); return nil }}
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	if err := v.write(s.Out, asJSON); err != nil {
		return err
	}
	if v.differing() > 0 {
		return statusError(exitRows)
	}
	return nil
}

func (v *verifying) differing() (n int) {
	for _, f := range v.findings {
		if f.Verdict == differs {
			n++
		}
	}
	return n
}

func (v *verifying) write(w io.Writer, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(map[string]any{
			"run": v.run.ID, "file": v.run.Path, "ledger": v.records.Ledger.Path(), "head": report.Hex(v.chain.Head),
			"agrees": v.differing() == 0, "proven": v.proven, "findings": v.findings,
		})
	}
	l := v.language
	words := map[verdict]string{agrees: say(l, "agrees "), differs: say(l, "DIFFERS"), remark: say(l, "note   ")}
	text := say(l, "%[1]s, run %[2]s, against the ledger %[3]s\n\n", v.run.Name, fmt.Sprint(v.run.ID), v.records.Ledger.Path())
	for _, f := range v.findings {
		text += "  " + words[f.Verdict] + "  " + f.Text + "\n"
	}
	if n := v.differing(); n > 0 {
		text += say(l, "\n%[1]s ${thingsDo(1)} not agree.\n", n)
	} else if !v.proven {
		text += say(l, "\nNothing of this run is proven yet.\n")
	} else {
		text += say(l, "\nAll of it agrees.\n")
	}
	_, err := io.WriteString(w, text)
	return err
}

// checkChain follows the manifests of all runs.
func (v *verifying) checkChain() error {
	chain, err := report.CheckChain(v.links(), v.head)
	if err != nil {
		return err
	}
	v.chain = chain
	for _, fault := range chain.Faults {
		v.found(differs, v.faultText(fault))
	}
	if len(chain.Faults) == 0 && chain.Links > 0 {
		v.found(agrees, say(v.language, "the chain of %[1]s ${manifests(1)} in the ledger", chain.Links))
	}
	v.checkHead()
	for _, m := range chain.Altered {
		if m.Run.ID == v.run.ID {
			v.found(differs, v.alteredText(m))
		}
	}
	return nil
}

func (v *verifying) links() iter.Seq2[report.Link, error] {
	return func(yield func(report.Link, error) bool) {
		for m, err := range v.records.Chain() {
			if !yield(report.Link{Number: m.ID, Run: m.Run, JSON: m.JSON, Hash: m.Hash}, err) {
				return
			}
		}
	}
}

func (v *verifying) checkHead() {
	l := v.language
	switch after := v.chain.After; {
	case v.head == nil:
		v.found(remark, say(l, "an end that was cut off the chain is not seen without --head HASH, with a Proof that was printed after a run and kept elsewhere"))
	case after < 0:
		v.found(differs, say(l, "no manifest of the chain is the one of --head: the end of the chain was cut off or made anew, or that one is of another ledger"))
	case after == 0:
		v.found(agrees, say(l, "the chain ends with the manifest of --head"))
	default:
		v.found(agrees, say(l, "the manifest of --head is in the chain, and %[1]s ${manifests(1)} after it", after))
	}
}

func (v *verifying) faultText(fault report.ChainFault) string {
	l, number := v.language, fmt.Sprint(fault.Number)
	switch {
	case fault.Kind == report.FaultMissing && fault.Until > fault.Number:
		return say(l, "the chain lacks the manifests %[1]s to %[2]s: they were taken out of the ledger", number, fmt.Sprint(fault.Until))
	case fault.Kind == report.FaultMissing:
		return say(l, "the chain lacks the manifest %[1]s: it was taken out of the ledger", number)
	case fault.Kind == report.FaultUnlinked:
		return say(l, "the manifest %[1]s is not the one behind which the next one was made: it was altered or put in its place", number)
	}
	return say(l, "the manifest %[1]s was altered in the ledger", number)
}
