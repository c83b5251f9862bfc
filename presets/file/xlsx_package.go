package file

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// workbook is an XLSX file: a zip archive with a table of texts, styles and sheets
// (ECMA-376 part 1, SpreadsheetML).
type workbook struct {
	in       *input
	zip      *zip.Reader
	strings  stringTable
	dates    []bool // by style: a number of this style is a date
	from1904 bool
	sheets   []sheetRef
	sheet    sheetRef
	rels     map[string]relation
	replaced int // invalid characters of the last reading
}

type sheetRef struct {
	name, id string
	hidden   bool
}

type relation struct{ kind, target string }

// openWorkbook checks the archive and chooses the sheet: by name or number, else
// the first one to be seen that has rows.
func openWorkbook(in *input, sheet string) (*workbook, error) {
	w := &workbook{in: in}
	var err error
	if w.zip, err = zip.NewReader(in.file, in.size); err != nil {
		return nil, failure(in.name, 0, wording.New("file.workbook_damaged_cut_off", "the workbook is damaged or was cut off"), wording.New("file.save_again_upload_again", "save it again or upload it again"))
	}
	if err := checkArchive(w.zip, in.size); err != nil {
		return nil, failure(in.name, 0, wording.Of(err), wording.Text{})
	}
	if err := w.load(sheet); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *workbook) close() { w.strings.close() }

// archiveEndings are names of files that are archives themselves.
var archiveEndings = []string{".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".ods", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".jar"}

// checkArchive holds what the archive says of itself against the bounds; what is
// read later is counted again.
func checkArchive(z *zip.Reader, size int64) error {
	if len(z.File) > maxMembers {
		return wording.Error("file.archive_has_more_than_most", "the archive has more than {Most} members", "Most", maxMembers)
	}
	var total uint64
	seen := map[string]bool{}
	for _, f := range z.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		switch {
		case path.IsAbs(name) || slices.Contains(strings.Split(name, "/"), ".."):
			return wording.Error("file.archive_has_member_outside_own", "the archive has a member outside of its own folders")
		case f.Mode()&^0o777 != 0 && !f.Mode().IsDir():
			return wording.Error("file.archive_has_member_no_ordinary", "the archive has a member that is no ordinary file")
		case f.Flags&1 != 0:
			return wording.Error("file.archive_protected_by_password", "the archive is protected by a password")
		case seen[name]:
			return wording.Error("file.archive_has_two_members_same", "the archive has two members of the same name")
		case slices.Contains(archiveEndings, strings.ToLower(path.Ext(name))):
			return wording.Error("file.archive_has_another_archive_inside", "the archive has another archive inside")
		}
		seen[name] = true
		if total += f.UncompressedSize64; total > maxUnpacked || f.UncompressedSize64 > maxUnpacked {
			return wording.Error("file.archive_larger_than_mib_mib", "the archive is larger than {MiB} MiB when unpacked", "MiB", maxUnpacked>>20)
		}
	}
	if total > smallUnpacked && total > maxRatio*uint64(size) {
		return wording.Error("file.archive_packed_more_than_most", "the archive is packed more than {Most} to 1", "Most", maxRatio)
	}
	return nil
}

// open reads a member; what is missing is nil.
func (w *workbook) open(name string) (io.ReadCloser, error) {
	name = strings.TrimPrefix(name, "/")
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f.Open()
		}
	}
	return nil, nil
}

// scan runs fn over the tokens of a member; a missing member has none.
func (w *workbook) scan(name string, fn func(*xmlScanner) error) error {
	r, err := w.open(name)
	if err != nil {
		return w.damaged(name, err)
	}
	if r == nil {
		return nil
	}
	defer func() { _ = r.Close() }()
	limited := &io.LimitedReader{R: r, N: maxUnpacked}
	if err := fn(newXMLScanner(limited)); err != nil {
		return w.damaged(name, err)
	}
	return nil
}

// damaged names the member and what is wrong with it.
func (w *workbook) damaged(name string, err error) error {
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = wording.Error("file.damaged", "it is damaged")
	}
	return failure(w.in.name, 0, wording.New("file.member", "member {Name}: {Reason}", "Name", path.Base(name), "Reason", err), wording.New("file.save_again_upload_again", "save it again or upload it again"))
}

// endOf turns the proper end of a document into no error.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// each calls fn for every start of an element.
func each(fn func(*xmlToken)) func(*xmlScanner) error {
	return func(s *xmlScanner) error {
		for {
			tok, err := s.next()
			if err != nil {
				return endOf(err)
			}
			if tok.kind == tokenStart {
				fn(tok)
			}
		}
	}
}

func (w *workbook) load(sheet string) error {
	root, err := w.relations("_rels/.rels")
	if err != nil {
		return err
	}
	main := ""
	for _, r := range root {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = strings.TrimPrefix(r.target, "/")
		}
	}
	if path.Ext(main) != ".xml" {
		return failure(w.in.name, 0, wording.New("file.archive_no_xlsx_workbook", "this archive is no XLSX workbook"), wording.New("file.save_as_xlsx", "save it as .xlsx"))
	}
	if w.rels, err = w.relations(path.Join(path.Dir(main), "_rels", path.Base(main)+".rels")); err != nil {
		return err
	}
	for id, r := range w.rels {
		if !strings.HasPrefix(r.target, "/") {
			r.target = path.Join(path.Dir(main), r.target)
			w.rels[id] = r
		}
	}
	if err := w.scan(main, each(w.workbookElement)); err != nil {
		return err
	}
	return w.loadParts(sheet)
}

func (w *workbook) workbookElement(t *xmlToken) {
	switch t.name {
	case "sheet":
		state := t.attr("state")
		w.sheets = append(w.sheets, sheetRef{name: t.attr("name"), id: t.attr("id"), hidden: state == "hidden" || state == "veryHidden"})
	case "workbookPr":
		w.from1904 = t.attr("date1904") == "1" || t.attr("date1904") == "true"
	}
}

// relations reads a .rels member: what a document refers to, by id.
func (w *workbook) relations(name string) (map[string]relation, error) {
	rels := map[string]relation{}
	err := w.scan(name, each(func(t *xmlToken) {
		if t.name == "Relationship" && t.attr("TargetMode") != "External" {
			rels[t.attr("Id")] = relation{t.attr("Type"), t.attr("Target")}
		}
	}))
	return rels, err
}

func (w *workbook) loadParts(sheet string) error {
	for _, r := range w.rels {
		switch {
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			if err := w.scan(r.target, func(s *xmlScanner) error { return readStrings(s, &w.strings) }); err != nil {
				return err
			}
		case strings.HasSuffix(r.kind, "/styles"):
			if err := w.scan(r.target, w.readStyles); err != nil {
				return err
			}
		}
	}
	return w.chooseSheet(sheet)
}

func (w *workbook) chooseSheet(wanted string) error {
	var names []string
	for i, s := range w.sheets {
		if !strings.HasSuffix(w.rels[s.id].kind, "/worksheet") {
			continue
		}
		names = append(names, s.name)
		switch {
		case wanted != "" && (strings.EqualFold(s.name, wanted) || strconv.Itoa(i+1) == wanted):
			w.sheet = s
			return nil
		case wanted != "" || s.hidden:
			continue
		}
		filled, err := w.hasRows(s)
		if err != nil {
			return err
		}
		if filled {
			w.sheet = s
			return nil
		}
	}
	if wanted != "" {
		return failure(w.in.name, 0, wording.New("file.no_sheet_value", `there is no sheet "{Value}"`, "Value", wanted), wording.New("file.sheets", "its sheets are {List}", "List", columns.Clip(strings.Join(names, ", "), 300)))
	}
	return failure(w.in.name, 0, wording.New("file.no_visible_sheet_has_rows", "no visible sheet has rows"), wording.Text{})
}
