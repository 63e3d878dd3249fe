// Connect with go-sql-driver: a DSN a line on standard input; prints t with TLS, f without.
package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"

	_ "github.com/go-sql-driver/mysql"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var name, version string
		db, err := sql.Open("mysql", lines.Text())
		if err == nil {
			err = db.QueryRow("show status like 'Ssl_version'").Scan(&name, &version)
		}
		if err != nil {
			fmt.Println("error:", err)
		} else {
			fmt.Println(map[bool]string{true: "t", false: "f"}[version != ""])
		}
	}
}
