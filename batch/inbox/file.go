package inbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func (r *run) process(ctx context.Context, f *spool.File) error {
	if isBack, err := r.putBackChanged(f); isBack || err != nil {
		return err
	}
	in, errOpen := r.read(f)
	if errOpen == nil {
		defer in.Close()
	}
	if f.IsCancelled() {
		return r.cancel(f)
	}
	if isBack, err := r.putBackChanged(f); isBack || err != nil { // while it was read
		return err
	}
	var refused *csvmodel.FileError
	switch {
	case errors.As(errOpen, &refused):
		return r.refuse(f, refused)
	case errOpen != nil:
		return errOpen
	case !r.blocked().IsZero():
		return r.keep(f, r.languageOf(in.Layout), batch.Summary{Stop: r.blocked()})
	}
	if err := r.checkUnknown(f, in); err != nil {
		return err
	}
	if r.PlanOnly {
		return r.plan(ctx, f, in)
	}
	return r.send(ctx, f, in)
}

// checkUnknown refuses a file of which the ledger does not know all: a person has to decide.
func (r *run) checkUnknown(f *spool.File, in batch.Input) error {
	err := r.unknown.Check(f.Name(), in.Content)
	if errors.Is(err, audit.ErrUnknown) {
		err = errors.Join(err, f.SetNote(msg.Explain(r.languageOf(in.Layout), err)))
	}
	return err
}

func (r *run) languageOf(form csvmodel.Layout) msg.Language {
	return cmp.Or(r.Language, form.Language()).Office()
}

// languageOfName is that of who writes such a name, or "" where it does not say.
func (r *run) languageOfName(name string) msg.Language {
	if r.Language == "" && strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return msg.Russian
	}
	return r.Language
}

func (r *run) read(f *spool.File) (in batch.Input, err error) {
	reading := r.CSV
	card, err := f.OpenCard()
	if err == nil {
		reading.Card, err = csvmodel.ReadCard(card, reading)
		err = errors.Join(err, card.Close())
	}
	if refused := (*csvmodel.FileError)(nil); errors.As(err, &refused) {
		refused = refused.OfCard(f.CardName())
		refused.Cyrillic = refused.Cyrillic || isCyrillic(f, reading)
		return in, refused
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return in, err
	}
	file, err := f.Open()
	if err != nil {
		return in, err
	}
	in, err = batch.ReadInput(file, f.Path(), reading)
	in.Output = f.OutputPath("")
	return in, err
}

// isCyrillic reports whether a table, as far as it can be read, is one of people who write so.
func isCyrillic(f *spool.File, reading csvmodel.Options) bool {
	file, err := f.Open()
	if err != nil {
		return false
	}
	table, err := batch.ReadInput(file, f.Path(), reading)
	if refused, isRefused := errors.AsType[*csvmodel.FileError](err); isRefused {
		return refused.Cyrillic
	}
	defer table.Close()
	return table.Layout.Cyrillic
}

func (r *run) send(ctx context.Context, f *spool.File, in batch.Input) error {
	r.job.Cancelled = f.IsCancelled
	r.job.Forecast = func(forecast batch.Forecast) { r.ask(func() { r.noteBegin(f, forecast) }) }
	sending, summary, err := r.job.Open(ctx, in)
	switch {
	case sending != nil:
		return r.share(&openFile{Sending: sending, file: f})
	case errors.Is(err, batch.ErrChanged):
		return r.putBack(f)
	case !summary.Stop.IsZero():
		err = errors.Join(err, r.keep(f, r.languageOf(in.Layout), summary))
	}
	return err
}

func topic(f *spool.File) string { return fmt.Sprintf("file %q", filepath.Base(f.Path())) }

func (r *run) noteBegin(f *spool.File, forecast batch.Forecast) {
	if r.notices.last(topic(f)) != "" || !forecast.Begins {
		return
	}
	_, err := r.notices.change(topic(f), "begun")
	r.addError(err)
	r.Notify(Notice{Event: Started, IsNew: true, Language: r.languageOf(forecast.Run.Layout), File: f.Name(), Path: f.Path(), Forecast: forecast})
}

func (r *run) end(f *spool.File, summary batch.Summary, isFailed bool) error {
	if err := r.publish(summary); err != nil {
		return err
	}
	if isFailed && summary.Stop.IsZero() {
		return nil // the error says why its rows wait
	}
	if summary.Stop.Action() >= msg.ByNextRun {
		return r.keep(f, r.languageOf(summary.Run.Layout), summary)
	}
	if isBack, err := r.putBackChanged(f); isBack || err != nil {
		return err
	}
	return r.putAway(f, summary, f.Archive)
}

func (r *run) publish(summary batch.Summary) error {
	publisher := r.publisher
	publisher.Replace = true
	_, err := publisher.Publish(summary)
	return err
}

func (r *run) keep(f *spool.File, language msg.Language, summary batch.Summary) error {
	err := f.SetNote(waitingNote(f.Name(), language, summary))
	isNew, errNotice := r.notices.change(topic(f), string(summary.Stop.Code))
	files, errFiles := r.publisher.FilesOf(summary.Run)
	r.Notify(Notice{Event: Waiting, IsNew: isNew, Language: language, File: f.Name(), Path: f.Path(), Summary: summary, Files: files})
	return errors.Join(err, errNotice, errFiles)
}

func waitingNote(name string, l msg.Language, s batch.Summary) string {
	key, args := "inbox.unfinished", msg.Args{"File": name, "Why": sentence(s.Stop.Text(l))}
	if s.Run.ID != 0 {
		key, args["Left"], args["Rows"] = "inbox.rows-left", s.Counts[csvmodel.Unsent]+s.Counts[csvmodel.Unknown], s.Run.Rows
	}
	note := msg.Text(l, key, args)
	if !s.ForecastDeparture.IsZero() {
		note += "\n" + msg.Text(l, "inbox.last-card", msg.Args{"At": s.ForecastDeparture.In(s.Zone)})
	}
	return note + "\n" + msg.Text(l, "inbox.continues", nil)
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// cancel ends the work on a file that was taken away between two runs, or before its first card.
func (r *run) cancel(f *spool.File) error {
	summary, err := r.job.Cancel(f.Path(), msg.Cancelled)
	switch {
	case err != nil:
		return err
	case summary.Run.ID == 0:
		return r.putAway(f, summary, f.Archive)
	}
	return r.end(f, summary, false)
}

func (r *run) putBackChanged(f *spool.File) (bool, error) {
	hasChanged, err := f.HasChanged()
	if !hasChanged || err != nil {
		return false, err
	}
	return true, r.putBack(f)
}

func (r *run) putBack(f *spool.File) error {
	summary, err := r.job.Cancel(f.Path(), msg.Changed)
	if err != nil {
		return err
	}
	if summary.Run.ID == 0 { // nobody was told of it
		_, err := f.PutBack()
		return err
	}
	summary.Stop = msg.NewReason(msg.Changed)
	if err := r.publish(summary); err != nil {
		return err
	}
	return r.putAway(f, summary, f.PutBack)
}

func (r *run) putAway(f *spool.File, summary batch.Summary, move func() (folder string, err error)) error {
	r.endings[f] = summary
	_, err := move()
	return err
}

// archived is called by the next run where one was killed before it could.
func (r *run) archived(f *spool.File, folder string) error {
	path := f.Path()
	if folder != "" {
		if err := r.runs.Move(path, folder); err != nil {
			return err
		}
		path = filepath.Join(folder, filepath.Base(path))
	}
	for _, topic := range []string{topic(f), countsTopic(f)} {
		if _, err := r.notices.change(topic, ""); err != nil {
			return err
		}
	}
	n := Notice{Event: Archived, IsNew: true, File: f.Name(), Path: path, Folder: folder}
	if refusal := f.Refusal(); refusal != (spool.Refusal{}) {
		n.Event = Refused
		err := json.Unmarshal([]byte(refusal.Code), &n.Reasons)
		n.Language = r.languageOfName(f.Name())
		for _, l := range msg.Languages() { // that of WHY.txt
			if strings.Contains(refusal.Text, msg.Join(n.Reasons, l.Office())) {
				n.Language = l
			}
		}
		r.Notify(n)
		return err
	}
	summary, isKnown := r.endings[f]
	if folder == "" && !isKnown {
		return nil // it was given back
	}
	err := r.addSummary(&n, summary)
	if err == nil {
		r.Notify(n)
	}
	return err
}

func (r *run) addSummary(n *Notice, summary batch.Summary) error {
	run, err := r.runs.PlannedAt(n.Path)
	if err != nil || run.ID == 0 {
		return err
	}
	if n.Summary = summary; summary.Run.ID == 0 {
		if n.Summary, err = r.runs.Summary(run); err != nil {
			return err
		}
	}
	n.Summary.Run, n.Language = run, r.languageOf(run.Layout)
	n.Files, err = r.publisher.FilesOf(run)
	return err
}

func (r *run) refuse(f *spool.File, refused *csvmodel.FileError) error {
	l, reasons := cmp.Or(r.languageOfName(f.Name()), msg.LanguageOf(refused.Cyrillic)).Office(), unquoted(refused.Reasons)
	text := msg.Text(l, "inbox.unusable", msg.Args{"File": f.Name(), "Why": msg.Join(reasons, l)})
	_, err := f.Refuse(spool.Refusal{Code: encodeReasons(reasons...), Text: text})
	return err
}

// unquoted leaves out what reasons quote of a file, but for names of columns: those who are told
// need not be those whose file it is.
func unquoted(reasons []msg.Reason) []msg.Reason {
	own := []string{"Encoding", "Field", "Fields", "File", "Mapping", "Other", "Sheet", "Sheets"} // names and flags
	masked := make([]msg.Reason, len(reasons))
	for i, reason := range reasons {
		masked[i] = reason.MapArgs(func(name string, arg any) any {
			text, isText := arg.(string)
			_, isList := arg.([]string)
			isName := (name == "Columns" || name == "Mappings") && !cellLike.MatchString(fmt.Sprint(arg)) || slices.Contains(own, name) || slices.Contains(columns, text)
			if isName || !isText && !isList {
				return arg
			}
			switch name {
			case "Countries": // the cell once more
				return []string{}
			case "Meant":
				return ""
			}
			return "…"
		})
	}
	return masked
}

// cellLike matches what names no column: a first line may be one of rows.
var cellLike = regexp.MustCompile(`@|\d(\D*\d){4}`)

var columns = append(csvmodel.FieldNames(), "TEL")

func (r *run) refusalOf(name string, isCard bool) spool.Refusal {
	l, ending := cmp.Or(r.languageOfName(name), r.Fallback).Office(), filepath.Ext(name)
	args := msg.Args{"File": name, "Table": strings.TrimSuffix(name, ending) + ".csv"}
	if isCard {
		return spool.Refusal{Code: encodeReasons(msg.NewReason(loneCard)), Text: msg.Text(l, "inbox.lone-card-why", args)}
	}
	if ending == "" {
		return spool.Refusal{Code: encodeReasons(msg.NewReason(noEnding)), Text: msg.Text(l, "inbox.no-ending-why", args)}
	}
	return spool.Refusal{Code: encodeReasons(msg.NewReason(noTable)),
		Text: msg.Text(l, "inbox.no-table-why", args) + "\n\n" + msg.Text(l, cmp.Or(advice[strings.ToLower(ending)], "inbox.save-table"), nil)}
}

const (
	noTable  msg.Code = "inbox.no-table"
	noEnding msg.Code = "inbox.no-ending"
	loneCard msg.Code = "inbox.lone-card"
)

func encodeReasons(reasons ...msg.Reason) string {
	text, _ := json.Marshal(reasons)
	return string(text)
}

var advice = map[string]string{
	".xlsb": "inbox.save-sheet", ".xls": "inbox.save-sheet",
	".gsheet": "inbox.save-link", ".numbers": "inbox.save-numbers", ".pdf": "inbox.find-table",
	".zip": "inbox.unpack", ".gz": "inbox.unpack", ".7z": "inbox.unpack", ".rar": "inbox.unpack",
}
