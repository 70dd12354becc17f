package batch

import (
	"errors"
	"hash/fnv"
	"io"
	"slices"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// accountFor returns which of the instances sends to a chat: the one that the chat knows, else
// the one that the file names, else one by rendezvous hashing, so that another instance more
// takes its share from each, and nothing else moves. The chat is an account.
func accountFor(chat, known, named string, instances []string) string {
	for _, instance := range []string{known, named} {
		if slices.Contains(instances, instance) {
			return instance
		}
	}
	best, most, of := "", uint64(0), fnv1a(chat)
	for _, instance := range instances {
		if w := mix(mix(fnv1a(instance)) ^ of); best == "" || w > most {
			best, most = instance, w
		}
	}
	return best
}

// fnv1a, with mix, is the same for ever: rows of one chat in several files go from
// one account.
func fnv1a(text string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, text)
	return h.Sum64()
}

// mix spreads each bit over all.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (j *Job) instances() (instances []string) {
	for _, s := range j.Senders {
		instances = append(instances, s.Instance)
	}
	return instances
}

// isNamed reports whether the accounts are those of a file, so that each row has its own.
func (j *Job) isNamed() bool { return len(j.Senders) > 0 && j.Senders[0].Name != "" }

// assign gives each row of the file its account. A row that names one which does not send is
// invalid: it must not go from another.
func (j *Job) assign(rows []csvmodel.Row) error {
	instances, chats := j.instances(), make([]string, len(rows))
	for i := range rows {
		row := &rows[i]
		if row.Valid() && row.Instance != "" && !slices.Contains(instances, row.Instance) {
			row.Faults = []msg.Reason{msg.Fault(msg.AccountOther, "idInstance", row.Instance)}
			row.Contact, row.Remarks, row.Instance = csvmodel.Contact{}, nil, ""
		}
		chats[i] = row.Fields.ChatID
	}
	if !j.isNamed() {
		return nil
	}
	known, err := j.Ledger.SendersTo(chats, instances)
	for i := range rows {
		if row := &rows[i]; row.Valid() {
			chat := phone.Account(chats[i])
			row.Instance = accountFor(chat, known[chat], row.Instance, instances)
		}
	}
	return err
}

// reassign gives accounts to the unsent rows of a run that have none yet, and takes from
// Job.Reassign those whose recipients it has not written to: all, if it does not send any more.
func (j *Job) reassign(file *ledger.Lease, run ledger.Run) error {
	if !j.isNamed() {
		return nil
	}
	to := j.instances()
	err := j.move(file, run, "", to, nil)
	if err != nil || j.Reassign == "" {
		return err
	}
	var keep []string
	if i := slices.Index(to, j.Reassign); i >= 0 {
		to, keep = slices.Delete(to, i, i+1), []string{j.Reassign}
	}
	return j.move(file, run, j.Reassign, to, keep)
}

// move leaves rows where they are whose recipients know an account that may keep them.
func (j *Job) move(file *ledger.Lease, run ledger.Run, from string, to, keep []string) error {
	return file.Reassign(run.ID, from, func(chats []string) ([]string, error) {
		kept, errKept := j.Ledger.SendersTo(chats, keep)
		known, err := j.Ledger.SendersTo(chats, to)
		for i, chat := range chats {
			chat = phone.Account(chat)
			if chats[i] = ""; kept[chat] == "" {
				chats[i] = accountFor(chat, known[chat], "", to)
			}
		}
		return chats, errors.Join(errKept, err)
	})
}
