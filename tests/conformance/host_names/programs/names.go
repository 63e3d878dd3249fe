// Compare names as crypto/tls does: "host in hex, certificate in base64" lines in, + or - out.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

func verify(words []string) error {
	host, err := hex.DecodeString(strings.TrimPrefix(words[0], "x"))
	if err != nil {
		return err
	}
	der, err := base64.StdEncoding.DecodeString(words[1])
	if err != nil {
		return err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	if len(host) == 0 { // tls.Dial: either ServerName or InsecureSkipVerify must be specified
		return fmt.Errorf("no name")
	}
	return certificate.VerifyHostname(string(host))
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		if err := verify(strings.Fields(lines.Text())); err != nil {
			fmt.Println("-\t" + strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("+")
		}
	}
}
