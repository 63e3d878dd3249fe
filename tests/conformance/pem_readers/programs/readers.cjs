// Say of each file on standard input with which of the servers Node connects: `readers.cjs {"A": port, ...}`.
"use strict";
const fs = require("node:fs");
const tls = require("node:tls");

const ports = JSON.parse(process.argv[2]);

function connects(secureContext, port) {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", servername: "localhost", port, secureContext };
    const socket = tls.connect(options, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

async function main() {
  for (const path of fs.readFileSync(0, "utf8").split("\n").slice(0, -1)) {
    let said = "";
    try {
      const secureContext = tls.createSecureContext({ ca: fs.readFileSync(path) });
      const names = Object.keys(ports).sort();
      const told = await Promise.all(names.map((name) => connects(secureContext, ports[name])));
      said = names.filter((_, at) => told[at]).join("");
    } catch (error) {
      said = "refused";
    }
    console.log(said);
  }
}

main();
