// Connect with lib/pq: `connect URL`; prints t with TLS, f without.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	db, err := sql.Open("postgres", os.Args[1])
	if err == nil {
		var ssl bool
		err = db.QueryRow("select ssl from pg_stat_ssl where pid = pg_backend_pid()").Scan(&ssl)
		if err == nil {
			fmt.Println(map[bool]string{true: "t", false: "f"}[ssl])
			return
		}
	}
	fmt.Println("error:", err)
}
