//go:build unix

package cli

import (
	"sync/atomic"
	"syscall"
	"testing"
)

// TestFleetRecipientsKnowOneAccount sends two files to the same recipients, kills the program at
// each, and adds an account in between.
func TestFleetRecipientsKnowOneAccount(t *testing.T) {
	skipUnlessLong(t)
	onBoth(t, func(f *fleet) {
		two, accounts := f.worker("two", instanceOf(1), instanceOf(2))
		three, moreAccounts := f.worker("three", instanceOf(1), instanceOf(2), instanceOf(3))
		first := f.file(two, "first.csv", 447400123101, from(0, 60)...)
		second := f.file(three, "second.csv", 447400123102, from(0, 90)...)
		var taken atomic.Int32
		f.service.watch(func(x *passage) {
			if x.taken {
				if n := taken.Add(1); n == 20 || n == 100 {
					x.machine.all(syscall.SIGKILL)
				}
			}
		})
		for _, send := range []func() int{
			func() int { return two.run("send", first.path, "--accounts", accounts) },
			func() int { return three.run("send", second.path, "--accounts", moreAccounts) },
		} {
			f.untilDone(func() bool { return send() == exitDone })
		}
		f.check()
		sender, cards := map[string]string{}, map[string]int{}
		for _, one := range f.service.taken() {
			if before := sender[one.Chat]; before != "" && before != one.instance {
				t.Errorf("%s was written to from %s and from %s", one.Chat, before, one.instance)
			}
			sender[one.Chat] = one.instance
			cards[one.instance]++
		}
		for n, least := range []int{40, 40, 5} {
			if cards[instanceOf(n+1)] < least {
				t.Errorf("the accounts have sent %v", cards)
			}
		}
	})
}
