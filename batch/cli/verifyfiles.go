package cli

import (
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
)

// checkFiles holds the files of the run against the newest manifest about them.
func (v *verifying) checkFiles() error {
	proof, err := v.records.ProofAt(v.run)
	if err != nil {
		return err
	}
	m, errParse := report.ParseManifest(proof.JSON)
	l := v.language
	switch {
	case !v.proven:
		return nil
	case proof.ID == 0:
		v.found(differs, say(l, "no manifest is about files in %[1]s: --out DIR says where they are", filepath.Dir(v.run.Output)))
		return nil
	case proof.Run != v.run.ID && m.Input.SHA256 == report.Hex(v.run.Content):
		v.found(remark, say(l, "the files in %[1]s are of run %[2]s, which came later: contact-distributor report %[2]s --verify looks at them", filepath.Dir(v.run.Output), fmt.Sprint(proof.Run)))
		return nil
	}
	if err := v.checkManifest(proof); err != nil {
		return err
	}
	if errParse != nil {
		return nil // told of with the chain
	}
	v.records.Language = msg.Language(m.Language) // in which they were written
	err = errors.Join(v.checkInput(m.Input),
		v.checkFile(m.Results, report.ResultsDifference), v.checkFile(m.Report, nil))
	if m.Fixme != nil {
		err = errors.Join(err, v.checkFixme(*m.Fixme))
	}
	return err
}

// checkFixme looks at the fixme file. Where the run went on since, other rows may have
// to stand there by now, or none: then the program takes it away.
func (v *verifying) checkFixme(file report.FileSum) error {
	if v.still {
		return v.checkFile(file, report.FixmeDifference)
	}
	if isGone(filepath.Join(filepath.Dir(v.run.Output), file.Name)) {
		v.interrupted(file.Name)
		return nil
	}
	return v.checkFile(file, nil)
}

// checkManifest looks at the copy of the newest manifest beside the files.
func (v *verifying) checkManifest(proof batch.Manifest) error {
	path, is, err := v.manifestFile(proof.Hash)
	there := !errors.Is(err, fs.ErrNotExist)
	if err != nil && there {
		return err
	}
	written, replaced, err := v.records.Outputs(v.run).At(path)
	if err != nil {
		return err
	}
	places, err := publish.PlacesIn(v.records, proof)
	if err != nil {
		return err
	}
	l, name := v.language, filepath.Base(path)
	switch none := [32]byte{}; {
	case written != none && places[written] == publish.Nowhere && (is == written || is == proof.Hash):
		v.found(differs, say(l, "%[1]s, as the program wrote it last, is in no place of the chain: the newest manifest was altered or made anew in the ledger, or the end of the chain was cut off", name))
	case is == proof.Hash:
		v.found(agrees, name)
	case places.Explain(is, written, replaced):
		v.interrupted(name)
	case !there:
		v.missing(name)
	case places[is] != publish.Nowhere:
		v.found(differs, say(l, "%[1]s is not the newest manifest of these files: somebody has put an older one there", name))
	default:
		v.found(differs, say(l, "%[1]s is in no place of the chain: it was changed, or the end of the chain was cut off", name))
	}
	return nil
}

// manifestFile is the file that has this hash or, if none has, the first of those
// that it can be.
func (v *verifying) manifestFile(hash [32]byte) (path string, is [32]byte, err error) {
	path = publish.ManifestPath(v.run, 1)
	is, err = report.Sum(path)
	for n := 2; is != hash; n++ {
		other := publish.ManifestPath(v.run, n)
		sum, errOther := report.Sum(other)
		if errOther != nil {
			break
		}
		if sum == hash {
			return other, sum, nil
		}
	}
	return path, is, err
}

// checkInput looks at the file that was sent, which need not be there any more.
func (v *verifying) checkInput(input report.FileSum) error {
	sum, err := report.Sum(v.run.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.found(remark, say(v.language, "%[1]s is not there any more, which the proof does not need", input.Name))
	case err != nil:
		return err
	case report.Hex(sum) == input.SHA256:
		v.found(agrees, input.Name)
	default:
		v.found(differs, say(v.language, "%[1]s is not the file that was sent: it was changed since, or another one is in its place", input.Name))
	}
	return nil
}

// comparison finds where a file is not what its rows would make it.
type comparison = func(path string, form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (report.Difference, error)

// checkFile looks at one of the files that were written.
func (v *verifying) checkFile(file report.FileSum, compare comparison) error {
	path := filepath.Join(filepath.Dir(v.run.Output), file.Name)
	is, err := report.Sum(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.missing(file.Name)
		return nil
	case err != nil:
		return err
	case report.Hex(is) == file.SHA256:
		v.found(agrees, file.Name)
		return nil
	}
	sum, before, err := v.records.Outputs(v.run).At(path)
	if err != nil {
		return err
	}
	d, where, err := v.where(path, compare)
	if left := report.Hex(sum) != file.SHA256 && (is == sum || is == before); left && (d.Kind == report.SameCells || !v.still) {
		v.interrupted(file.Name)
		return err
	}
	v.found(differs, say(v.language, "%[1]s was changed after the program wrote it", file.Name)+where)
	return err
}

func (v *verifying) missing(name string) {
	v.found(differs, say(v.language, "%[1]s is not there: contact-distributor report %[2]s writes it again", name, fmt.Sprint(v.run.ID)))
}

// interrupted is what a crash leaves, and nobody's doing.
func (v *verifying) interrupted(name string) {
	v.found(remark, say(v.language, "%[1]s is as the program left it when it was interrupted, between writing the files and proving them: contact-distributor report %[2]s does both again", name, fmt.Sprint(v.run.ID)))
}

// where finds what is different first, and says it if that can be told.
func (v *verifying) where(path string, compare comparison) (d report.Difference, text string, err error) {
	if compare == nil {
		return d, "", nil
	}
	d, err = compare(path, v.run.Layout, publish.Rows(v.records.Ledger, v.run, v.records.Language))
	if err == nil {
		text = v.differenceText(d)
	}
	return d, text, err
}

func (v *verifying) differenceText(d report.Difference) string {
	l := v.language
	switch {
	case d.Kind == report.SameCells:
		return say(l, ": its cells are the same, written in another way")
	case d.Kind == report.MissingRow:
		return say(l, ": row %[1]s is missing, or not in its place", d.Row)
	case d.Kind == report.SurplusRow:
		return say(l, ": row %[1]s does not belong there", d.Row)
	case d.Column != "":
		return say(l, ": the first cell that the ledger has otherwise is in row %[1]s, column %[2]s", d.Row, d.Column)
	case d.Row != "":
		return say(l, ": row %[1]s is not as the ledger has it", d.Row)
	}
	return ""
}
