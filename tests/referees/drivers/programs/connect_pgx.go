// Connect with pgx: `connect URL`; prints t with TLS, f without.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v4"
)

func main() {
	connection, err := pgx.Connect(context.Background(), os.Args[1])
	if err == nil {
		var ssl bool
		question := "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
		err = connection.QueryRow(context.Background(), question).Scan(&ssl)
		if err == nil {
			fmt.Println(map[bool]string{true: "t", false: "f"}[ssl])
			return
		}
	}
	fmt.Println("error:", err)
}
