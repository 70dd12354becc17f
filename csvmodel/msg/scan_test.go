package msg_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

// source is a file of the program that is no test.
type source struct {
	path string // from root
	tree *ast.File
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		all = append(all, source{filepath.ToSlash(strings.TrimPrefix(path, filepath.FromSlash(root+"/"))), tree})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	severalWords = regexp.MustCompile(`\pL{2,}[,:;]? (?:\pL+[,:;]? )*\pL{2,}`)
	query        = regexp.MustCompile(`\b(?:SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|CREATE|PRAGMA|JOIN|CASE|COALESCE|BEGIN|NOT NULL|ORDER BY|GROUP BY|VALUES|AND|IN|VACUUM|INDEXED BY|FOR KEY SHARE|FOR UPDATE|RETURNING)\b|, "user", `)
	names        = regexp.MustCompile(`^(?:\w+, )+(?:\w+)?$`)
)

// noSentences are literals of several words that nobody reads as a sentence.
var noSentences = map[string]bool{
	// What the service says, and what libraries say.
	"instance in starting process try later": true, "instance is starting or not authorized": true,
	"instance account not authorized": true, "instance is deleted": true, "validation failed": true, "account is expired": true,
	"message not found": true, "remote error": true, "local error": true, "server closed idle connection": true,
	// What programs write for a name that they have not.
	"Null Null": true,
	// Errors that are told apart, and never told.
	"greenapi: the answer is too long": true, "greenapi: message not found": true, "greenapi: a value of another type": true,
	"csvmodel: the encoding lacks a character": true,
	// Errors of who writes the program, or a message.
	"%T is not a time": true, "%T is not a duration": true, "no text": true,
	"msg: no argument can be a %T": true,
	// Words that are stored, or stand in for something in a debugger.
	"said inbox ": true, "added to": true, "reports deliveries ": true, "not taken": true, "(no token)": true,
	// What the library calls the values of a key.
	"String Integer": true, "Float Integer": true,
	// Names of a kind of file system and of a folder of Windows, and lines for a shell.
	"network drive": true, "system volume information": true,
	"export GREENAPI_API_URL=%s\nexport GREENAPI_ID_INSTANCE=%s\nexport %s=%s\n": true,
	// An element of a workbook.
	`<col min="%d" max="%d" width="%d" customWidth="true" style="%d"></col>`: true,
}

// TestNoSentenceIsInGoCode finds what a person may read outside of the message files.
// Help texts are the manual, and stay in Go; panics are for who works on the program.
func TestNoSentenceIsInGoCode(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "batch/sandbox/") || strings.HasPrefix(s.path, "batch/ledger/pgtest/") { // is for tests alone
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec, *ast.Field:
				_, isField := n.(*ast.Field)
				return isField && n.(*ast.Field).Tag == nil
			case *ast.KeyValueExpr:
				return !isHelpField(n)
			case *ast.ValueSpec:
				return !strings.HasSuffix(n.Names[0].Name, "Help")
			case *ast.CallExpr:
				return !isHelpCall(n)
			case *ast.BasicLit:
				text, err := strconv.Unquote(n.Value)
				isSentence := severalWords.MatchString(text) && !query.MatchString(text) && !names.MatchString(text)
				if n.Kind == token.STRING && err == nil && isSentence && !noSentences[text] {
					t.Errorf("%s: %q", s.path, text)
				}
			}
			return true
		})
	}
}

// isHelpField reports whether a field is one of a cobra command.
func isHelpField(field *ast.KeyValueExpr) bool {
	name, is := field.Key.(*ast.Ident)
	return is && (name.Name == "Use" || name.Name == "Short" || name.Name == "Long" || name.Name == "Example")
}

// isHelpCall reports whether a call defines a flag, or panics.
func isHelpCall(call *ast.CallExpr) bool {
	if name, is := call.Fun.(*ast.Ident); is {
		return name.Name == "panic"
	}
	function, is := call.Fun.(*ast.SelectorExpr)
	return is && strings.HasSuffix(function.Sel.Name, "Var")
}
