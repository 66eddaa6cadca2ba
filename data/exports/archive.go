package exports

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/archive"
	"tradeoff/data/ddi"
	"tradeoff/data/limesurvey"
	"tradeoff/data/syntax"
	"tradeoff/data/triples"
	"tradeoff/data/xlsx"
)

// How much of an unpacked file is held in memory: text is read from the front, and
// can be unpacked as it is read; other formats are read from many places.
const (
	holdText   = 64 << 20
	holdOthers = 512 << 20
)

// isArchive reports whether a file holds exports rather than being one.
func isArchive(in *data.Input, head []byte) bool {
	return archive.IsGzip(head) || archive.IsZip(head) && !looksLikeWorkbook(head) ||
		archive.IsZip(head) && !xlsx.IsWorkbook(in) && looksListed(in)
}

// looksListed reports whether the archive's directory can be read.
func looksListed(in *data.Input) bool {
	_, err := archive.Zip(in)
	return err == nil
}

// openArchive opens the one export in an archive.
func openArchive(in *data.Input, head []byte) (*data.Survey, error) {
	chosen, others := archive.Gzip(in), []archive.File(nil)
	if archive.IsZip(head) {
		files, err := archive.Zip(in)
		if err != nil {
			return nil, err
		}
		if chosen, err = choose(in, files); err != nil {
			return nil, err
		}
		others = slices.DeleteFunc(files, func(f archive.File) bool { return f.Name == chosen.Name })
	}
	head, err := chosen.Head(headSize)
	if err != nil {
		return nil, err
	}
	var s *data.Survey
	var inner *data.Input
	if err := chosen.Open(holdFor(head), func(in *data.Input) (err error) {
		if in.Size > holdOthers && !isText(head) {
			return &data.Fault{File: in.Name(), Found: fmt.Sprintf("the file has %d MB unpacked, and no more than %d MB of such a file are read out of an archive; unpack it and name what comes out", in.Size>>20, holdOthers>>20)}
		}
		inner = in
		s, err = openFile(in)
		return err
	}); err != nil {
		return nil, err
	}
	for _, b := range inner.Siblings() {
		others = slices.DeleteFunc(others, func(f archive.File) bool { return f.Base() == b.FileName() })
	}
	if len(others) > 0 {
		s.Codebook.Notes = append(s.Codebook.Notes, fmt.Sprintf("%s also holds files that were not read: %s.", in.Name(), enumerate(bases(others))))
	}
	return s, nil
}

// holdFor is how much is held of a file that begins like this.
func holdFor(head []byte) int64 {
	if isText(head) {
		return holdText
	}
	return holdOthers
}

// choose finds the one export among the files of a zip archive. Files that may be
// data or something about them, such as read-me files, count where there is no
// other; data files beside a definition are its own, and syntax counts where no file
// has labels of its own.
func choose(in *data.Input, files []archive.File) (archive.File, error) {
	var sure, programs, texts, doubtful []archive.File
	defined := false
	all := formats()
	for _, f := range files {
		ending := strings.ToLower(path.Ext(f.Name))
		i := slices.IndexFunc(all, func(k format) bool { return slices.Contains(k.endings, ending) })
		switch {
		case ending == ".sss", ending == ".xml" && isDefinition(f):
			sure, defined = append(sure, f), true
		case ending == ".sps", ending == ".r", ending == ".lss":
			if isDefinition(f) {
				programs = append(programs, f)
			}
		case i < 0, ending == ".xml":
		case ending == ".txt", ending == ".json":
			doubtful = append(doubtful, f)
		case i == len(all)-1:
			texts = append(texts, f)
		default:
			sure = append(sure, f)
		}
	}
	if len(sure) == 0 && len(programs) > 0 {
		sure, defined = programs, true
	}
	if !defined {
		sure = append(sure, texts...)
	}
	if len(sure) == 0 {
		sure = doubtful
	}
	switch {
	case len(sure) == 1:
		return sure[0], nil
	case len(sure) > 1:
		return archive.File{}, &data.Fault{File: in.Name(), Found: fmt.Sprintf("this is a zip archive of several exports: %s; unpack it and name the one to read", enumerate(bases(sure)))}
	case len(files) == 0:
		return archive.File{}, &data.Fault{File: in.Name(), Found: "this is a zip archive and not a workbook, and it is empty; ask for a new export"}
	}
	return archive.File{}, &data.Fault{File: in.Name(), Found: fmt.Sprintf("this is a zip archive and not a workbook, and it holds no export that is read: %s; unpack it if the data are inside under another name", enumerate(bases(files)))}
}

// isDefinition reports whether a file describes data that lie in another.
func isDefinition(f archive.File) bool {
	head, err := f.Head(headSize)
	return err == nil && (triples.Sniff(head) || ddi.Sniff(head) || syntax.SniffSPSS(head) || syntax.SniffR(head) || limesurvey.Sniff(head))
}

// bases are the names of files without their folders.
func bases(files []archive.File) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.Base()
	}
	return out
}
