package cli

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// readingOptions are the flags that say how a file is to be read.
type readingOptions struct {
	encoding  string
	delimiter string
	region    string
	card      string
	maps      []string
}

func (o *readingOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.encoding, "encoding", "", "`NAME` of the file's encoding: "+strings.Join(charset.Names(), ", ")+" (default: found out)")
	f.StringVar(&o.delimiter, "delimiter", "", "`WHAT` separates cells: comma, semicolon, tab or bar (default: found out)")
	f.StringVar(&o.region, "region", "", "`COUNTRY` of numbers without a country code, such as RU (default: such numbers are invalid)")
	f.StringArrayVar(&o.maps, "map", nil, "`FIELD=COLUMN`: which column of the file is a field, such as \"phoneContact=Phone 1 - Value\"; may be given several times, in the variable separated by semicolons")
	f.StringVar(&o.card, "card", "", "vCard `FILE` with the contact for rows whose contact columns are empty")
}

// read is what the flags say. What they say wrongly is wrong use.
func (o *readingOptions) read() (how csvmodel.Options, err error) {
	var errs [4]error
	if o.encoding != "" {
		how.Encoding, errs[0] = charset.Parse(o.encoding)
	}
	if o.delimiter != "" {
		how.Delimiter, errs[1] = csvmodel.ParseDelimiter(o.delimiter)
	}
	how.Region, errs[2] = phone.ParseRegion(o.region)
	how.Map, errs[3] = mappings(o.maps)
	for i, flag := range []string{"encoding", "delimiter", "region", "map"} {
		if errs[i] != nil {
			return how, usageError{msg.Problem("usage.flag-value", msg.Args{"Flag": "--" + flag, "Err": errs[i]})}
		}
	}
	if o.card != "" {
		err = reading(o.card, func(f *os.File) error {
			how.Card, err = csvmodel.ReadCard(f, how.Region)
			return err
		})
	}
	return how, err
}

// mappings takes what --map says apart. In an environment variable, semicolons
// are between several.
func mappings(all []string) (parsed []csvmodel.Mapping, err error) {
	for _, value := range all {
		for _, mapping := range strings.Split(value, ";") {
			field, column, ok := strings.Cut(mapping, "=")
			if !ok || field == "" || column == "" {
				return nil, msg.Problem("usage.map", msg.Args{"Value": mapping})
			}
			parsed = append(parsed, csvmodel.Mapping{Field: strings.TrimSpace(field), Column: column})
		}
	}
	return parsed, nil
}

// reading opens a file that somebody names, and says its path with what is wrong.
func reading(path string, read func(*os.File) error) error {
	f, err := csvmodel.Open(path)
	if err == nil {
		err = errors.Join(read(f), f.Close())
	}
	if err != nil {
		return msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	return nil
}

func suppressFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "suppress", "", "`FILE` of chats that must not be written to: one chat or number a line, or a table")
}

// readSuppressed reads the list of chats that must not be written to. Its numbers
// are read as those of the contacts, its form is found out.
func readSuppressed(path string, how csvmodel.Options) (chats csvmodel.ChatList, err error) {
	if path == "" {
		return chats, nil
	}
	err = reading(path, func(f *os.File) error {
		list, err := csvmodel.DetectEncoding(f, csvmodel.Options{Region: how.Region})
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err == nil {
			chats, err = csvmodel.ReadChatList(f, list)
		}
		return err
	})
	return chats, err
}
