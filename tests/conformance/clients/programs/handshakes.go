// Try many handshakes in one Go process: `handshakes tls|pq`, see clients/client.py.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"os"
	"strings"

	_ "github.com/lib/pq"
)

func overTLS(store, port, host string) error {
	text, err := os.ReadFile(store)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	connection, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: pool, ServerName: host})
	if err != nil {
		return err
	}
	return connection.Close()
}

func withPq(store, port, host string) error {
	database, err := sql.Open("postgres", "host="+host+" port="+port+
		" user=postgres dbname=postgres sslmode=verify-full connect_timeout=10 sslrootcert="+store)
	if err != nil {
		return err
	}
	defer database.Close()
	return database.Ping()
}

func main() {
	connect := map[string]func(string, string, string) error{"tls": overTLS, "pq": withPq}[os.Args[1]]
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		if err := connect(words[0], words[1], words[2]); err != nil {
			fmt.Println("-\t" + strings.Join(strings.Fields(err.Error()), " "))
		} else {
			fmt.Println("+")
		}
	}
}
