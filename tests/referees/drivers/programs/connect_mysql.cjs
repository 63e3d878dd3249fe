// Connect with mysql2, mariadb or mysql of npm: `connect_mysql.cjs DRIVER`, a JSON object a line on
// standard input; prints t with TLS, f without, or the error. "file:PATH" is the content of a file.
const fs = require("fs");
const readline = require("readline");

const name = process.argv[2];
const question = "show status like 'Ssl_version'";

function read(value) {
  if (typeof value === "string" && value.startsWith("file:")) return fs.readFileSync(value.slice(5));
  if (value && typeof value === "object" && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read(each)]));
  }
  return value;
}

async function ask(options) {
  if (name === "mariadb") {
    const connection = await require("mariadb").createConnection(options);
    const rows = await connection.query(question);
    await connection.end();
    return rows[0].Value;
  }
  const connection = require(name).createConnection(options);
  return new Promise((resolve, reject) => {
    connection.on("error", reject);
    connection.query(question, (error, rows) => {
      connection.destroy();
      if (error) reject(error);
      else resolve(rows[0].Value);
    });
  });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      const given = read(JSON.parse(line));
      const options = given.uri || { user: "app", password: "pw", ...given };
      console.log((await ask(options)) ? "t" : "f");
    } catch (error) {
      console.log("error: " + String(error.message || error).replace(/\s+/g, " "));
    }
  }
}

main();
