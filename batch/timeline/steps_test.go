package timeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const testInstance = "1101000001"

// minute is a time in the story of a row.
func minute(n int) time.Time {
	return time.Date(2026, 3, 1, 12, n, 0, 0, time.UTC)
}

func noted(kind ledger.NoteKind, at int, code msg.Code) ledger.Note {
	return ledger.Note{At: minute(at), Kind: kind, Instance: testInstance, Attempt: 1, Reason: msg.Reason{Code: code}}
}

func beganAt(at int) ledger.Note { return noted(ledger.NoteStart, at, "") }

func endedAt(at int, code msg.Code) ledger.Note { return noted(ledger.NoteStop, at, code) }

// rowThatIs makes a row with this status and what it is for.
func rowThatIs(status csvmodel.Status, codes ...msg.Code) ledger.Row {
	row := ledger.Row{Run: 1, Seq: 1, State: ledger.State(status)}
	for _, code := range codes {
		row.Reasons = append(row.Reasons, msg.Reason{Code: code})
	}
	return row
}

// askedAt is a row that the service was asked about in that minute.
func askedAt(row ledger.Row, at int) ledger.Row {
	row.Attempt, row.Instance, row.Intended = 1, testInstance, minute(at)
	return row
}

func answeredAt(row ledger.Row, at int) ledger.Row {
	row.ResolvedBy, row.Accepted, row.IDMessage = "answer", minute(at), "3EB0"
	return row
}

// inShort is steps in short: the minute, the kind, and codes.
func inShort(steps []Step) string {
	var all []string
	for _, s := range steps {
		text := fmt.Sprintf("%d %s", s.At.Minute(), s.Kind)
		if s.Undated {
			text = fmt.Sprintf("%d? %s", s.At.Minute(), s.Kind)
		}
		if codes := msg.Codes(s.Reasons); codes != "" {
			text += " " + codes
		}
		if s.Times > 0 {
			text += fmt.Sprintf(" x%d until %d", s.Times, s.Until.Minute())
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestStepsOfARow(t *testing.T) {
	remarked := rowThatIs(ledgerPlanned)
	remarked.Remarks = []msg.Reason{{Code: msg.NumberUnusual}}
	for _, c := range []struct {
		name    string
		row     ledger.Row
		notes   []ledger.Note
		turns   []ledger.Note
		resumes []ledger.Note
		want    string
	}{
		{name: "a card that was taken at once", row: answeredAt(askedAt(rowThatIs(csvmodel.Accepted), 2), 3), turns: []ledger.Note{beganAt(0)},
			want: "1 read, 2 asked, 3 accepted"},
		{name: "of an earlier attempt only the end is kept", row: answeredAt(func() ledger.Row {
			row := askedAt(rowThatIs(csvmodel.Accepted), 4)
			row.Attempt = 2
			return row
		}(), 5), notes: []ledger.Note{noted(ledger.NoteAttempt, 2, msg.Throttled), noted(ledger.NoteSettled, 3, msg.Free)}, turns: []ledger.Note{beganAt(0)},
			want: "1 read, 2? asked, 2 attempt throttled, 3 settled free, 4 asked, 5 accepted"},
		{name: "what happens to the run later does not concern it", row: answeredAt(askedAt(rowThatIs(csvmodel.Accepted), 2), 3),
			turns: []ledger.Note{beganAt(0), endedAt(4, msg.Window), beganAt(5), beganAt(6)},
			want:  "1 read, 2 asked, 3 accepted, 5 passed x2 until 6"},
		{name: "what is remarkable about a row is told when it was read", row: remarked, turns: []ledger.Note{beganAt(0)},
			want: "1 read number-unusual"},
		{name: "an answer that was lost and found", row: askedAt(rowThatIs(csvmodel.Accepted), 2),
			notes: []ledger.Note{noted(ledger.NoteAttempt, 3, msg.NoAnswer), noted(ledger.NoteSettled, 9, msg.Found)},
			turns: []ledger.Note{beganAt(0), endedAt(4, msg.Unsettled), beganAt(8)},
			want:  "1 read, 2 asked, 3 attempt no-answer, 4 stopped unsettled, 8 started, 9 settled found"},
		{name: "a run that stops in the moment of an answer", row: askedAt(rowThatIs(csvmodel.Unknown), 2),
			notes: []ledger.Note{noted(ledger.NoteAttempt, 3, msg.NoAnswer)}, turns: []ledger.Note{beganAt(0), endedAt(3, msg.Unsettled)},
			want: "1 read, 2 asked, 3 attempt no-answer, 3 stopped unsettled"},
		{name: "a card that was not taken, and then was", row: answeredAt(askedAt(rowThatIs(csvmodel.Accepted), 10), 11),
			notes: []ledger.Note{noted(ledger.NoteAttempt, 3, msg.NoAnswer), noted(ledger.NoteSettled, 9, msg.Free)},
			turns: []ledger.Note{beganAt(0)},
			want:  "1 read, 3 attempt no-answer, 9 settled free, 10 asked, 11 accepted"},
		{name: "a note of another kind, as on a delivery", row: answeredAt(askedAt(rowThatIs(csvmodel.Accepted), 2), 3), notes: []ledger.Note{noted("delivery", 4, msg.Found)},
			turns: []ledger.Note{beganAt(0), endedAt(5, msg.Window)},
			want:  "1 read, 2 asked, 3 accepted, 4 delivery found"},
		{name: "an invalid row", row: rowThatIs(csvmodel.Invalid, msg.Phone, msg.NameMissing), turns: []ledger.Note{beganAt(0), endedAt(2, msg.Window)},
			want: "1 read, 1 decided phone name-missing"},
		{name: "of a duplicate it is known since which start", row: rowThatIs(csvmodel.Duplicate, msg.Duplicate),
			turns: []ledger.Note{beganAt(0), endedAt(2, msg.Window), beganAt(5), endedAt(6, msg.Window)},
			want:  "1 read, 2 stopped window, 5 started, 5? decided duplicate"},
		{name: "a reason that is noted is told once", row: askedAt(rowThatIs(csvmodel.Rejected, msg.Refused), 2),
			notes: []ledger.Note{noted(ledger.NoteAttempt, 3, msg.Refused)}, turns: []ledger.Note{beganAt(0)},
			want: "1 read, 2 asked, 3 attempt refused"},
		{name: "a run outside of its hours, again and again", row: rowThatIs(ledgerPlanned),
			turns: []ledger.Note{beganAt(0), endedAt(2, msg.Window), beganAt(10), endedAt(11, msg.Window), beganAt(20), endedAt(21, msg.Window), beganAt(30), endedAt(31, msg.DayFull)},
			want:  "1 read, 2 stopped window x3 until 21, 30 started, 31 stopped day-full"},
		{name: "what happens to the row is never left out between", row: askedAt(rowThatIs(csvmodel.Unknown, msg.NoAnswer), 12),
			notes: []ledger.Note{noted(ledger.NoteAttempt, 13, msg.NoAnswer)},
			turns: []ledger.Note{beganAt(0), endedAt(2, msg.Window), beganAt(10), endedAt(14, msg.Window)},
			want:  "1 read, 2 stopped window, 10 started, 12 asked, 13 attempt no-answer, 14 stopped window"},
		{name: "runs that were killed", row: rowThatIs(ledgerPlanned), turns: []ledger.Note{beganAt(0), beganAt(10), beganAt(20)},
			want: "1 read, 10 started x2 until 20"},
		{name: "a rest that a person ended", row: rowThatIs(ledgerPlanned), turns: []ledger.Note{beganAt(0), endedAt(2, msg.Rest)},
			resumes: []ledger.Note{noted(ledger.NoteResume, 8, msg.Resumed), {At: minute(9), Instance: "1102", Kind: ledger.NoteResume}},
			want:    "1 read, 2 stopped rest, 8 resumed resumed"},
		{name: "a rest that ended before or after does not matter", row: answeredAt(askedAt(rowThatIs(csvmodel.Accepted), 2), 3), turns: []ledger.Note{beganAt(0)},
			resumes: []ledger.Note{noted(ledger.NoteResume, 0, msg.Resumed), noted(ledger.NoteResume, 8, msg.Resumed)},
			want:    "1 read, 2 asked, 3 accepted"},
		{name: "starts that ended before the file was read to its end", row: rowThatIs(ledgerPlanned), turns: []ledger.Note{beganAt(0), endedAt(0, msg.Interrupted), beganAt(1)},
			want: "1 read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := rowHistory{runRecord{ledger.Run{ID: 1, Planned: minute(1)}, c.turns}, c.row, c.notes, c.resumes}
			if got := inShort(p.steps()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

const ledgerPlanned = csvmodel.Status(ledger.Planned)

func TestWhatIsToBeExpectedOfARow(t *testing.T) {
	none, itself, other := ledger.Row{}, ledger.Row{Run: 1, Seq: 1}, ledger.Row{Run: 1, Seq: 2}
	for _, c := range []struct {
		name        string
		row, holder ledger.Row
		want        Outlook
	}{
		{"it waits", rowThatIs(ledgerPlanned), none, WillSend},
		{"another row with the card was asked for first", rowThatIs(ledgerPlanned), other, WaitsForDuplicate},
		{"it went", rowThatIs(csvmodel.Accepted), itself, Sent},
		{"it went, and then the card went again on purpose", rowThatIs(csvmodel.Accepted), other, Sent},
		{"it went, and its claim was given back", rowThatIs(csvmodel.Accepted), none, MayResend},
		{"a duplicate of a row that went", rowThatIs(csvmodel.Duplicate), other, WaitsForDuplicate},
		{"a duplicate of a row that turned out not to have gone", rowThatIs(csvmodel.Duplicate), none, WillSend},
		{"one that is suppressed is looked at again", rowThatIs(csvmodel.Suppressed), none, WillSend},
		{"one that was refused is tried again", rowThatIs(csvmodel.Rejected), none, WillSend},
		{"one that is wrong is not", rowThatIs(csvmodel.Invalid), none, ToCorrect},
		{"the records of a day decide", askedAt(rowThatIs(csvmodel.Unknown), 1), itself, Decidable},
		{"and then only a person", askedAt(rowThatIs(csvmodel.Unknown), -24*60), itself, NeedsPerson},
		{"a request is under way", askedAt(rowThatIs(csvmodel.Status(ledger.Intended)), 1), itself, UnderWay},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := outlook(c.row, c.holder, minute(2)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatHappenedIsToldInWords(t *testing.T) {
	reasons := []msg.Reason{{Code: msg.TimeLimit}}
	until := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name string
		step Step
		want string
	}{
		{"a row with nothing remarkable", Step{Kind: StepRead}, "the file was read"},
		{"a row with something", Step{Kind: StepRead, Reasons: reasons}, "the file was read: the time for this run was over; the next one goes on"},
		{"what happened again and again", Step{Kind: StepStarted, Times: 3, Until: until}, "the file was run again (in all 3 times, the last on 2026-03-01 12:00:00)"},
		{"an attempt", Step{Kind: StepAttempt, Attempt: 2, Reasons: reasons}, "attempt 2: the time for this run was over; the next one goes on"},
		{"a note of a kind that is told by its reason", Step{Kind: "moved", Reasons: reasons}, "the time for this run was over; the next one goes on"},
		{"a card that was taken", Step{Kind: StepAccepted, Attempt: 1, IDMessage: "3EB0"}, "attempt 1: the service has queued the card, as 3EB0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.step.Words(msg.English); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
