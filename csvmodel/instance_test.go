package csvmodel_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel"
)

func TestTheInstanceThatIsToSendARow(t *testing.T) {
	const rows = "12025550101,12025550191,Ann, 7105000001 \n12025550102,12025550192,Bob,\n12025550103,12,Eve,7105000000123\n"
	head := func(name string) string { return "chatId,phoneContact,firstName," + name + "\n" }
	fixed, _ := fixme(t, head("idInstance")+rows)
	cases := []struct{ name, file, want string }{
		{"is in a column of its own", head("idInstance") + rows, "7105000001||"},
		{"as people write it", head("ID_Instance") + rows, "7105000001||"},
		{"in Russian too", head("Инстанс") + rows, "7105000001||"},
		{"a column of another name says nothing", head("campaign") + rows, "||"},
		{"is still that of the file when its results go in again, not that which sent", results(t, head("idInstance")+rows), "7105000001||"},
		{"and when its fixme file does", strings.Replace(fixed, ",12,", ",12025550193,", 1), "7105000000123"},
		{"below a second line of headings", head("idInstance") + "idInstance,chatId,phoneContact,firstName\n7105000001,12025550101,12025550191,Ann\n", "|7105000001"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rd, err := open(c.file)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for row, err := rd.Read(); err == nil; row, err = rd.Read() {
				got = append(got, row.Instance)
			}
			if strings.Join(got, "|") != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
	rd, err := open(head("idInstance") + rows)
	if err != nil {
		t.Fatal(err)
	}
	if i := rd.Layout().InstanceColumn(); i != 3 || csvmodel.IsField(rd.Layout().Columns[i]) {
		t.Errorf("column %d is %q", i, rd.Layout().Columns[i])
	}
}
