// Connect with node-postgres: `connect.cjs URL`; prints t with TLS, f without.
const { Client } = require("pg");

async function main(url) {
  const client = new Client(url ? { connectionString: url } : {});
  await client.connect();
  const question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
  console.log((await client.query(question)).rows[0].ssl ? "t" : "f");
  await client.end();
}

process.on("uncaughtException", (error) => {
  console.log("error:", error.message);
  process.exit(0);
});
main(process.argv[2]).catch((error) => console.log("error:", error.message));
