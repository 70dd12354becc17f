package cli

import (
	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// checkRows holds the rows of the run against its newest manifest.
func (v *verifying) checkRows() error {
	proof, changes, err := publish.ChangesSince(v.records, v.run)
	if err != nil {
		return err
	}
	if proof.ID == 0 {
		return v.checkUnproven()
	}
	l := v.language
	v.proven, v.still = true, !changes.Working && changes.Later+changes.Delivered == 0
	v.checkRun(proof, changes)
	v.foundRows(changes)
	if changes.Record && changes.Unkept > 0 {
		v.found(differs, say(l, "what the ledger kept to compare the rows with was altered or is gone, as where a newer manifest was cut off: %[1]s ${rows(1)} cannot be compared", changes.Unkept))
	} else if changes.Record {
		v.found(differs, say(l, "what the ledger kept to compare the rows with was altered"))
	}
	if changes.Notes {
		v.found(differs, say(l, "the notes on the run were altered in the ledger, or some were taken out"))
	}
	if !changes.Any() {
		v.found(agrees, say(l, "what became of %[1]s ${rows(1)}", v.run.Rows))
	}
	if changes.Later > 0 {
		v.found(remark, say(l, "%[1]s ${rows(1)} went on after the newest manifest, as the notes in the ledger say: contact-distributor report %[2]s makes a new one", changes.Later, fmt.Sprint(v.run.ID)))
	}
	if changes.Delivered > 0 {
		v.found(remark, say(l, "of %[1]s ${rows(1)} more is known of the delivery than when the newest manifest was made: contact-distributor report %[2]s makes a new one", changes.Delivered, fmt.Sprint(v.run.ID)))
	}
	return nil
}

// foundRows names the rows that no note explains.
func (v *verifying) foundRows(changes batch.Changes) {
	for _, row := range changes.Altered {
		v.found(differs, v.rowText(row))
	}
	if more := changes.Rows - len(changes.Altered); more > 0 {
		v.found(differs, say(v.language, "and %[1]s ${moreRows(1)} in the same way", more))
	}
}

func (v *verifying) rowText(row batch.Row) string {
	l, number, line := v.language, fmt.Sprint(row.Number), fmt.Sprint(row.Line)
	switch {
	case row.Misdelivered:
		return say(l, "the delivery of row %[1]s (line %[2]s) was altered in the ledger: it is %[3]s, and by the notes %[4]s", number, line, deliveryText(l, row.Delivery), deliveryText(l, row.Noted))
	case row.Is == "":
		return say(l, "row %[1]s among those of the file was taken out of the ledger", fmt.Sprint(row.Place))
	case row.Was == "":
		return say(l, "row %[1]s (line %[2]s) was put into the ledger", number, line)
	case row.Was == row.Is:
		return say(l, "row %[1]s (line %[2]s) was altered in the ledger: it is %[3]s as it was, and something else of it is not", number, line, string(row.Is))
	}
	return say(l, "row %[1]s (line %[2]s) was altered in the ledger: it was %[3]s and is %[4]s, and no note says why", number, line, string(row.Was), string(row.Is))
}

func deliveryText(l msg.Language, d csvmodel.Delivery) string {
	if d == "" {
		return say(l, "not known yet")
	}
	return visible(string(d))
}

// checkRun looks at what is never changed of a run, and at what only a start changes.
// What cannot be read was told of with the chain.
func (v *verifying) checkRun(proof batch.Manifest, changes batch.Changes) {
	m, err := report.ParseManifest(proof.JSON)
	if err != nil {
		return
	}
	run := v.run
	same := m.Input.SHA256 == report.Hex(run.Content) && m.Counts.Rows() == run.Rows && m.Run.Started.Equal(run.Started) &&
		m.Run.Machine == run.Machine && m.Run.User == run.User && m.Run.Version == run.Version
	if !same {
		v.found(differs, say(v.language, "what the ledger says of the run itself was altered: the hash of its file, the number of its rows, by whom or when it was started"))
	}
	if changes.Working || run.Finished.IsZero() {
		return // a start may have changed the rest, and been killed before it noted more
	}
	if m.Input.Name != run.Name || !m.Run.Finished.Equal(run.Finished) || !sameJSON(m.Settings, run.Settings) {
		v.found(differs, say(v.language, "what the ledger says of the newest start of the run was altered: the name of its file, the settings or when it finished"))
	}
}

func sameJSON(a, b []byte) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}

// damaged is said of a run that the ledger cannot tell of any more.
func (v *verifying) damaged(e *ledger.DamagedError) {
	v.found(differs, say(v.language, "what the ledger says of the run itself was damaged or altered, so that it cannot be read and nothing else of the run can be looked at: %[1]s", e.What))
}

// alteredText is what a manifest says of what was altered before it was made.
func (v *verifying) alteredText(m report.Manifest) string {
	l, number := v.language, fmt.Sprint(m.Number)
	if m.Altered.Rows == 0 {
		return say(l, "before the manifest %[1]s was made, what the ledger keeps of the run was altered", number)
	}
	rows := make([]string, len(m.Altered.First))
	for i, row := range m.Altered.First {
		rows[i] = fmt.Sprint(row)
	}
	if len(rows) < m.Altered.Rows {
		rows = append(rows, "…")
	}
	return say(l, "before the manifest %[1]s was made, %[2]s ${rows(2)} of the run had been altered in the ledger: %[3]s", number, m.Altered.Rows, strings.Join(rows, ", "))
}
