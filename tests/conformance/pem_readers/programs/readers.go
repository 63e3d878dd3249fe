// Say of each file on standard input which certificates a CertPool takes from it.
package main

import (
	"bufio"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		data, err := os.ReadFile(lines.Text())
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(data) {
			fmt.Println("refused")
			continue
		}
		names := map[string]bool{}
		for _, raw := range pool.Subjects() {
			var name pkix.RDNSequence
			asn1.Unmarshal(raw, &name)
			var subject pkix.Name
			subject.FillFromRDNSequence(&name)
			names[subject.CommonName] = true
		}
		var sorted []string
		for name := range names {
			sorted = append(sorted, name)
		}
		sort.Strings(sorted)
		fmt.Println(strings.Join(sorted, ""))
	}
}
