// Connect with postgres.js: `connect_postgres_js.cjs URL`; prints t with TLS, f without.
const postgres = require("postgres");

async function main(url) {
  const sql = postgres(url, { max: 1, idle_timeout: 1, connect_timeout: 10, onnotice: () => {} });
  const rows = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
  console.log(rows[0].ssl ? "t" : "f");
  await sql.end();
}

main(process.argv[2]).catch((error) => {
  console.log("error:", error.message);
  process.exit(0);
});
