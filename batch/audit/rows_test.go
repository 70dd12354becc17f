package audit

import (
	"testing"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestWhatExplainsThatARowIsNotWhatItWas(t *testing.T) {
	const (
		accepted   = ledger.State(csvmodel.Accepted)
		duplicate  = ledger.State(csvmodel.Duplicate)
		suppressed = ledger.State(csvmodel.Suppressed)
		invalid    = ledger.State(csvmodel.Invalid)
		rejected   = ledger.State(csvmodel.Rejected)
		unknown    = ledger.State(csvmodel.Unknown)
		planned    = ledger.Planned
		intended   = ledger.Intended
		gone       = ledger.State("")
	)
	working, open, none := changeContext{isWorking: true, isOpen: true}, changeContext{isOpen: true}, changeContext{}
	for _, c := range []struct {
		name          string
		context       changeContext
		before, after ledger.State
		settled       msg.Code
		want          bool
	}{
		{"a card is accepted by a run at work", working, planned, accepted, "", true},
		{"but not by none", open, planned, accepted, "", false},
		{"a row is intended when the run is killed", working, planned, intended, "", true},
		{"an answer comes", working, intended, accepted, "", true},
		{"an answer is lost", working, intended, unknown, "", true},
		{"what is accepted stays accepted", working, accepted, rejected, "", false},
		{"with the same idMessage", working, accepted, accepted, "", false},
		{"what is invalid stays invalid", working, invalid, planned, "", false},
		{"an unknown row is found in the records", open, unknown, accepted, msg.Found, true},
		{"or somebody says so", none, unknown, accepted, msg.SaidSent, true},
		{"or it is surely not taken", open, unknown, planned, msg.Free, true},
		{"or it was so too often", open, unknown, rejected, msg.GivenUp, true},
		{"and goes again", working, unknown, accepted, msg.Free, true},
		{"which it does not by itself", open, unknown, accepted, msg.Free, false},
		{"nobody has settled it", working, unknown, accepted, "", false},
		{"it was settled in another way", working, unknown, planned, msg.SaidSent, false},
		{"a duplicate is looked at again", working, duplicate, accepted, "", true},
		{"a start was killed when it had begun to look", open, suppressed, planned, "", true},
		{"there was no start", none, rejected, planned, "", false},
		{"a start does not accept", open, rejected, accepted, "", false},
		{"a row is gone", working, planned, gone, "", false},
		{"a row has come", working, gone, planned, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.context.allows(ledger.RowChange{Before: c.before, After: c.after}, c.settled); got != c.want {
				t.Error("got", got)
			}
		})
	}
}

func TestWhoIsAtWorkOnARun(t *testing.T) {
	start := func(id int64, instance string) ledger.Note {
		return ledger.Note{ID: id, Kind: ledger.NoteStart, Instance: instance}
	}
	stop := func(id int64, instance string) ledger.Note {
		return ledger.Note{ID: id, Kind: ledger.NoteStop, Instance: instance}
	}
	for _, c := range []struct {
		name         string
		notes        []ledger.Note
		was, started bool
	}{
		{"nobody", nil, false, false},
		{"one that has begun", []ledger.Note{start(1, "a")}, true, false},
		{"one that has stopped", []ledger.Note{start(1, "a"), stop(2, "a")}, false, false},
		{"one of two, when the other has stopped", []ledger.Note{start(1, "a"), start(2, "b"), stop(3, "b")}, true, false},
		{"neither of two that have stopped", []ledger.Note{start(1, "a"), start(2, "b"), stop(3, "b"), stop(4, "a")}, false, false},
		{"one that has begun since", []ledger.Note{start(1, "a"), stop(2, "a"), start(6, "a")}, false, true},
		{"one that has stopped since", []ledger.Note{start(1, "a"), stop(6, "a")}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if was, started := workAt(c.notes, 5); was != c.was || started != c.started {
				t.Error("got", was, started)
			}
		})
	}
}
