//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// histories are what a fleet must come through, and the tests of each: in this
// package unless another is named.
var histories = []struct{ history, tests string }{
	{"killed between intent and request", "TestFleetKilledBetweenIntentAndRequest"},
	{"killed after the request, the card taken at the last moment", "TestFleetKilledAfterARequestThatIsTakenLate"},
	{"frozen before the write", "TestFleetFrozenBeforeTheWrite batch/ledger.TestAProcessThatStoodStillBeginsNothing"},
	{"frozen after the write", "TestFleetFrozenAfterTheWrite"},
	{"frozen inside a transaction", "TestFleetFrozenInsideATransaction"},
	{"the database away for one, for less than the term, for longer, for both", "TestFleetDatabaseAway"},
	{"the answer lost of a commit that intends, ends, takes over, plans, gives back", "TestFleetAnswerOfACommitLost batch/ledger.TestAnAnswerThatIsLost"},
	{"the database's clock an hour off, ours jumping", "batch/ledger.TestNoClockButThoseOfALeaseCounts"},
	{"a machine that slept", "TestFleetAMachineThatSlept"},
	{"eight that take at once", "batch/ledger.TestOfEightThatTakeALeaseAtOnceOneHasIt"},
	{"a take-over during a group", "batch/ledger.TestATakeOverWaitsForTheGroupThatIsBeingCommitted"},
	{"a late give-back of an old epoch", "TestFleetLateGiveBack"},
	{"one card by two instances at once, opposite claims", "TestFleetOneCardByTwoInstancesAtOnce batch/ledger.TestOfTwoInstancesThatClaimCardsInOppositeOrderOneHasEach batch/ledger.TestBothFormsAtOnce"},
	{"the server restarted under load", "TestFleetServerRestartedUnderLoad batch/ledger.TestAServerThatEndsItsSessionsUnderLoad"},
	{"a lagging promotion", "TestFleetLaggingPromotion batch/ledger.TestAPromotedStandbyPutsAllInstancesToRest"},
	{"a restored backup", "TestFleetRestoredBackup batch/ledger.TestARestoredBackupIsNotSentFrom"},
	{"eight that open an empty ledger, or an old one beside an older program", "TestFleetEightOpenAnEmptyLedgerAtOnce batch/ledger.TestEightOpenAnEmptyLedgerAtOnce batch/ledger/postgres.TestEightThatOpenAnOldSchemaAtOnce batch/ledger/sqlite.TestANewFileIsOpenedBesideAnother"},
	{"a pooler", "TestFleetAPoolerIsRefused batch/ledger.TestAPoolerIsRefused"},
	{"bytes that are no text", "TestFleetBytesThatAreNoText batch/ledger.TestTextThatAServerRefuses"},
	{"a seal beside a writer", "batch/ledger.TestSeal batch/ledger.TestNotesUpToASealDoNotChange"},
	{"settled by hand beside the holder", "TestFleetSettleByHandBesideTheHolder"},
	{"the file only on the dead machine", "TestFleetFileOnTheDeadMachine"},
	{"eight workers over four accounts and twenty files, killed at random", "TestFleetEightWorkers"},
	{"two machines, disturbed at random", "TestFleet"},
}

func TestEveryHistoryHasItsTest(t *testing.T) {
	for _, h := range histories {
		for _, test := range strings.Fields(h.tests) {
			dir, name, isElsewhere := strings.Cut(test, ".")
			if !isElsewhere {
				dir, name = "batch/cli", test
			}
			if !hasTest(t, filepath.Join("../..", dir), name) {
				t.Errorf("%s: there is no %s", h.history, test)
			}
		}
	}
}

func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`(?m)^func ` + name + `\(t \*testing\.T\)`)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if head.Match(text) {
			return true
		}
	}
	return false
}
