package cli

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
)

// accountFlags name the instance to send for.
type accountFlags struct {
	url, instance, tokenFile string
}

func (a *accountFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.url, "api-url", "", "`URL` of the instance, apiUrl in the console")
	cmd.Flags().StringVar(&a.instance, "id-instance", "", "`NUMBER` of the instance, idInstance in the console")
	cmd.Flags().StringVar(&a.tokenFile, "token-file", "",
		"`FILE` that holds apiTokenInstance; or the token itself in "+tokenVariable)
}

// read returns the account. Everything that is missing is named at once.
func (a *accountFlags) read() (greenapi.Account, error) {
	var missing []string
	if a.url == "" {
		missing = append(missing, "GREENAPI_API_URL")
	}
	if a.instance == "" {
		missing = append(missing, "GREENAPI_ID_INSTANCE")
	}
	token, err := a.token()
	if err != nil {
		return greenapi.Account{}, usageError{err}
	}
	if token == "" {
		missing = append(missing, tokenVariable)
	}
	if len(missing) > 0 {
		return greenapi.Account{}, usageError{msg.Problem("usage.account", msg.Args{"Variables": strings.Join(missing, ", ")})}
	}
	return greenapi.Account{APIURL: a.url, IDInstance: a.instance, Token: greenapi.NewToken(token)}, nil
}

// token reads the file, or the variable. White space around it is not part of it.
func (a *accountFlags) token() (string, error) {
	if a.tokenFile == "" {
		return strings.TrimSpace(os.Getenv(tokenVariable)), nil
	}
	token, err := os.ReadFile(a.tokenFile)
	var path *fs.PathError
	switch {
	case errors.As(err, &path):
		// Not by name: people give the token itself in its place.
		return "", msg.Problem("usage.token-file", msg.Args{"Variable": tokenVariable, "Err": path.Err})
	case err != nil:
		return "", err
	case strings.TrimSpace(string(token)) == "":
		return "", msg.Problem("usage.token-empty", nil)
	}
	return strings.TrimSpace(string(token)), nil
}
