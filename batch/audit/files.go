package audit

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func (v *verifier) checkFiles() ([]Finding, error) {
	proof, folder := v.chain.ofFiles, filepath.Dir(v.run.Output)
	m, errParse := Parse(proof.JSON)
	switch {
	case v.chain.ofRun.ID == 0:
		return nil, nil
	case !filepath.IsAbs(folder):
		return []Finding{found(Remark, "proof.elsewhere", folder)}, nil
	case proof.ID == 0:
		return []Finding{found(Differs, "proof.no-files", folder)}, nil
	case proof.Run != v.run.ID && m.Input.SHA256 == Hex(v.run.Content):
		return []Finding{found(Remark, "proof.later-run", folder, int(proof.Run))}, nil
	}
	copied, err := v.checkCopy(proof)
	if err != nil || errParse != nil { // what cannot be read is a fault of the chain
		return []Finding{copied}, err
	}
	input, err := v.checkInput(m.Input)
	all := []Finding{copied, input}
	if newest := v.chain.ofRun; newest.Output != proof.Output {
		all = append(all, found(Remark, "proof.newer-files", newest.Output+Suffix))
	}
	rows := v.rows(msg.Language(m.Language)) // in which they were written
	check := func(file *FileSum, t *table) {
		if file != nil && err == nil {
			var f Finding
			f, err = v.checkFile(*file, t, copied.Reason.Code == "proof.interrupted")
			all = append(all, f)
		}
	}
	check(&m.Results, &table{v.run.Layout, rows, csvmodel.WriteResults, true})
	check(&m.Report, nil)
	check(m.Fixme, &table{v.run.Layout, rows, csvmodel.WriteFixme, false})
	return all, err
}

// checkCopy looks at the copy of the newest manifest beside the files. It appears last.
func (v *verifier) checkCopy(proof ledger.Manifest) (Finding, error) {
	path, is, errIs := copyOf(v.run.Output, proof.Hash)
	written, replaced, err := v.ledger.Output(path, v.run.Content)
	name, none := filepath.Base(path), [32]byte{}
	isOurs := func(hash [32]byte) bool { return hash == none || v.chain.outputs[hash] == v.run.Output }
	isWritten := !v.chain.isComplete && (is == written || is == replaced)
	switch err = errors.Join(errIs, err); {
	case err != nil:
		return Finding{}, err
	case written != none && v.chain.outputs[written] == "" && (is == written || is == proof.Hash):
		return found(Differs, "proof.copy-cut", name), nil
	case is == proof.Hash:
		return found(Agrees, "proof.file", name), nil
	case isWritten && isOurs(written) && isOurs(is):
		return found(Remark, "proof.interrupted", name, v.which()), nil
	case is == none:
		return found(Differs, "proof.file-gone", name, v.which()), nil
	case v.chain.outputs[is] != "":
		return found(Differs, "proof.copy-older", name), nil
	}
	return found(Differs, "proof.copy-strange", name), nil
}

// which names the run to report, which writes to its newest place if it has the number.
func (v *verifier) which() string {
	if v.run.Output != v.chain.ofRun.Output {
		return v.run.Path
	}
	return strconv.FormatInt(v.run.ID, 10)
}

// copyOf is the copy that has this hash or, if none has, the first.
func copyOf(stem string, hash [32]byte) (path string, is [32]byte, err error) {
	for n := 1; ; n++ {
		other := copyPath(stem, n)
		sum, errSum := checksum(other)
		if n == 1 || sum == hash {
			path, is, err = other, sum, errSum
		}
		if is == hash || n > 1 && sum == [32]byte{} {
			return path, is, err
		}
	}
}

func (v *verifier) checkInput(input FileSum) (Finding, error) {
	switch sum, err := checksum(v.run.Path); {
	case err != nil:
		return Finding{}, err
	case sum == [32]byte{}:
		return found(Remark, "proof.input-gone", input.Name), nil
	case Hex(sum) == input.SHA256:
		return found(Agrees, "proof.file", input.Name), nil
	}
	return found(Differs, "proof.input-changed", input.Name), nil
}

// checkFile knows that a program which was interrupted leaves a file that is older, or none.
func (v *verifier) checkFile(file FileSum, table *table, isInterrupted bool) (Finding, error) {
	path := filepath.Join(filepath.Dir(v.run.Output), file.Name)
	is, err := checksum(path)
	isGone := is == [32]byte{}
	switch {
	case err != nil:
		return Finding{}, err
	case Hex(is) == file.SHA256:
		return found(Agrees, "proof.file", file.Name), nil
	case isInterrupted && (isGone || v.chain.files[Hex(is)]):
		return found(Remark, "proof.interrupted", file.Name, v.which()), nil
	case isGone:
		return found(Differs, "proof.file-gone", file.Name, v.which()), nil
	}
	if table != nil {
		if where, err := table.difference(path); err != nil || !where.IsZero() {
			return found(Differs, "proof.file-changed-at", file.Name, where), err
		}
	}
	return found(Differs, "proof.file-changed", file.Name), nil
}

func copyPath(stem string, n int) string {
	if n > 1 {
		stem += "-" + strconv.Itoa(n)
	}
	return stem + Suffix
}

// traceOf returns the name of a manifest of the run that was written, if the chain has none.
func traceOf(l *ledger.Ledger, run ledger.Run) (name string, err error) {
	for n := 1; ; n++ {
		path := copyPath(run.Output, n)
		written, _, errWritten := l.Output(path, run.Content)
		link, errLink := l.ManifestWith(written)
		text, errText := readManifest(path)
		isGone, isWritten := errors.Is(errText, fs.ErrNotExist), written != [32]byte{}
		if isGone {
			errText = nil
		}
		m, errParse := Parse(text)
		switch err := errors.Join(errWritten, errLink, errText); {
		case err != nil, isGone && !isWritten:
			return "", err
		case isWritten && link.ID == 0, errParse == nil && m.Ledger == l.ID && m.Run.ID == run.ID:
			return filepath.Base(path), nil
		}
	}
}

// checksum is zero where there is no file.
func checksum(path string) (sum [32]byte, err error) {
	file, err := open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return sum, nil
	}
	if err != nil {
		return sum, err
	}
	defer file.Close()
	return csvmodel.Sum(file)
}

// open takes what is no ordinary file any more for an empty one.
func open(path string) (io.ReadCloser, error) {
	file, err := csvmodel.Open(path)
	if refused := (*csvmodel.FileError)(nil); errors.As(err, &refused) && refused.Err == nil {
		return io.NopCloser(strings.NewReader("")), nil
	}
	return file, err
}

// table is a file of rows, as it would be if it were written now.
type table struct {
	form       csvmodel.Layout
	rows       iter.Seq2[csvmodel.Result, error]
	write      func(io.Writer, csvmodel.Layout, string, iter.Seq2[csvmodel.Result, error]) error
	isNumbered bool // by its first column, as results are
}

const utf8Mark = "\xef\xbb\xbf"

// difference is the first place at which the file is not what it would be, zero where that
// cannot be told. Deliveries count only where nothing else is different: they go on.
func (t table) difference(path string) (msg.Reason, error) {
	if t.form.Sheet != "" {
		return msg.Reason{}, nil // a workbook has no cells before it is unpacked
	}
	file, err := open(path)
	if err != nil {
		return msg.Reason{}, err
	}
	defer file.Close()
	is, encoding := bufio.NewReader(file), t.form.Encoding
	if start, _ := is.Peek(len(utf8Mark)); string(start) == utf8Mark {
		encoding = csvmodel.UTF8
	}
	if strings.HasPrefix(encoding, "utf-16") {
		return msg.Reason{}, nil // cells of two bytes a letter cannot be told apart here
	}
	should, w := io.Pipe()
	defer should.Close()
	go func() { w.CloseWithError(t.write(w, t.form, encoding, t.rows)) }()
	found, err := t.compare(t.cells(is), t.cells(should))
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return msg.Reason{}, nil
	}
	return found, err
}

func (t table) cells(r io.Reader) *csv.Reader {
	cells := csv.NewReader(r)
	if t.form.Delimiter != "" {
		cells.Comma = []rune(t.form.Delimiter)[0]
	}
	cells.FieldsPerRecord, cells.LazyQuotes, cells.ReuseRecord = -1, true, true
	return cells
}

func (t table) compare(is, should *csv.Reader) (msg.Reason, error) {
	var header []string
	found := msg.NewReason("proof.same-cells")
	for n := 1; ; n++ {
		want, errWant := should.Read()
		got, err := is.Read()
		row := strconv.Itoa(n)
		if all := slices.Concat(want, got); t.isNumbered && n > 1 && len(all) > 0 {
			row = all[0]
		}
		switch {
		case errWant != nil && errWant != io.EOF:
			return msg.Reason{}, errWant
		case err == io.EOF && errWant == io.EOF:
			return found, nil
		case errWant == io.EOF:
			return msg.NewReason("proof.surplus-row", row), nil
		case err == io.EOF, err == nil && t.isNumbered && got[0] != want[0]:
			return msg.NewReason("proof.missing-row", row), nil
		case err != nil:
			return msg.NewReason("proof.other-row", row), nil
		case n == 1:
			header = slices.Clone(want)
			header[0] = strings.TrimPrefix(header[0], utf8Mark)
		}
		code, column := t.compareRow(header, got, want)
		switch reason := msg.NewReason(code, row, column); {
		case code == "proof.other-row":
			return msg.NewReason(code, row), nil
		case code != "" && column != "delivery":
			return reason, nil
		case code != "" && found.Code == "proof.same-cells":
			found = reason
		}
	}
}

// compareRow returns the first column that is different. That is delivery only if nothing is
// different but what follows from one: what to do about a card that did not arrive, say.
func (t table) compareRow(header, got, want []string) (code msg.Code, column string) {
	both := min(len(got), len(want))
	delivery := slices.Index(header, "delivery")
	if t.isNumbered && delivery >= 0 && delivery < both && got[delivery] != want[delivery] {
		code, column = "proof.cell", "delivery"
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(header):
			return "proof.other-row", ""
		case i < both && isSameCell(got[i], want[i]):
		case i < both && column != "" && slices.Contains([]string{"delivery", "error", "code"}, header[i]):
		default:
			return "proof.cell", header[i]
		}
	}
	return code, column
}

// isSameCell takes times of different zones for the same if they are.
func isSameCell(a, b string) bool {
	at, errA := time.Parse(time.RFC3339, a)
	bt, errB := time.Parse(time.RFC3339, b)
	return a == b || errA == nil && errB == nil && at.Equal(bt)
}
