// Try many handshakes in one process of Node, Bun or Deno: `handshakes.cjs tls|tls-partial|pg|deno`, see
// clients/client.py.
"use strict";
const fs = require("node:fs");
const net = require("node:net");
const tls = require("node:tls");

function overTls(more) {
  return (store, port, host) =>
    new Promise((resolve, reject) => {
      const name = net.isIP(host) ? {} : { servername: host };
      const options = { host: "127.0.0.1", port, ca: fs.readFileSync(store), ...name, ...more };
      const socket = tls.connect(options, () => {
        socket.destroy();
        resolve();
      });
      socket.setTimeout(10000, () => socket.destroy(new Error("no answer")));
      socket.on("error", reject);
    });
}

async function withPg(store, port, host) {
  const { Client } = require("pg");
  const client = new Client({
    host, port, user: "postgres", database: "postgres", connectionTimeoutMillis: 10000,
    ssl: { ca: fs.readFileSync(store, "utf8") },
  });
  client.on("error", () => {});
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}

async function withDeno(store, port, host) {
  const caCerts = [fs.readFileSync(store, "utf8")];
  const connection = await Deno.connectTls({ hostname: host, port, caCerts });
  try {
    await connection.handshake(); // connectTls resolves before it
  } finally {
    connection.close();
  }
}

const CLIENTS = { tls: overTls({}), "tls-partial": overTls({ allowPartialTrustChain: true }), pg: withPg, deno: withDeno };

async function main() {
  if (process.argv[2] === "version") {
    console.log(`Node ${process.version}, pg ${require("pg/package.json").version}`);
    return;
  }
  const connect = CLIENTS[process.argv[2]];
  for (const line of fs.readFileSync(0, "utf8").split("\n").slice(0, -1)) {
    const [store, port, host] = line.split("\t");
    try {
      await connect(store, Number(port), host);
      console.log("+");
    } catch (error) {
      console.log(`-\t[${error.code}] ${String(error.message).replace(/\s+/g, " ")}`);
    }
  }
}

main();
