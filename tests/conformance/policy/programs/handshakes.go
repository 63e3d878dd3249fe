// Dial each port with each store: "port base64 ..." lines in, one answer a line out; a word that
// begins with "/" is a PEM bundle.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// dial does what lib/pq does for verify-ca: the chain is verified, the name is not.
func dial(words []string) string {
	roots := x509.NewCertPool()
	for _, word := range words[1:] {
		if strings.HasPrefix(word, "/") {
			text, err := os.ReadFile(word)
			if err != nil {
				return err.Error()
			}
			roots.AppendCertsFromPEM(text)
			continue
		}
		der, err := base64.StdEncoding.DecodeString(word)
		if err != nil {
			return err.Error()
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			continue // AppendCertsFromPEM skips what it cannot parse
		}
		roots.AddCert(certificate)
	}
	config := &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		_, err := state.PeerCertificates[0].Verify(options)
		return err
	}}
	dialer := &net.Dialer{Timeout: 20 * time.Second}
	connection, err := tls.DialWithDialer(dialer, "tcp", "127.0.0.1:"+words[0], config)
	if err != nil {
		return err.Error()
	}
	connection.Close()
	return "ok"
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		fmt.Println(strings.ReplaceAll(dial(strings.Fields(lines.Text())), "\n", " "))
	}
}
