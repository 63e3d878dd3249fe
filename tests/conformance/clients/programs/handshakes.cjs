// Try many handshakes in one process of Node, Bun or Deno: `handshakes.cjs tls|tls-partial|pg|deno`, see
// clients/client.py.
"use strict";
const fs = require("node:fs");
const tls = require("node:tls");

function overTls(more) {
  return (store, port) =>
    new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", servername: "localhost", port, ca: fs.readFileSync(store), ...more };
      const socket = tls.connect(options, () => {
        socket.destroy();
        resolve();
      });
      socket.setTimeout(10000, () => socket.destroy(new Error("no answer")));
      socket.on("error", reject);
    });
}

async function withPg(store, port) {
  const { Client } = require("pg");
  const client = new Client({
    host: "localhost", port, user: "postgres", database: "postgres", connectionTimeoutMillis: 10000,
    ssl: { ca: fs.readFileSync(store, "utf8") },
  });
  client.on("error", () => {});
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}

async function withDeno(store, port) {
  const caCerts = [fs.readFileSync(store, "utf8")];
  (await Deno.connectTls({ hostname: "localhost", port, caCerts })).close();
}

const CLIENTS = { tls: overTls({}), "tls-partial": overTls({ allowPartialTrustChain: true }), pg: withPg, deno: withDeno };

async function main() {
  if (process.argv[2] === "version") {
    console.log(`Node ${process.version}, pg ${require("pg/package.json").version}`);
    return;
  }
  const connect = CLIENTS[process.argv[2]];
  for (const line of fs.readFileSync(0, "utf8").split("\n").slice(0, -1)) {
    const [store, port] = line.split("\t");
    try {
      await connect(store, Number(port));
      console.log("+");
    } catch (error) {
      console.log(`-\t[${error.code}] ${String(error.message).replace(/\s+/g, " ")}`);
    }
  }
}

main();
