// Dial each port with each store: "port base64 ..." lines in, one answer a line out.
// The first argument "partial" sets allowPartialTrustChain.
import { readFileSync } from "node:fs";
import tls from "node:tls";

const partial = process.argv.includes("partial");

function dial(port, ca) {
  return new Promise((done) => {
    const options = { host: "127.0.0.1", port, servername: "server.test", ca,
      checkServerIdentity: () => undefined, rejectUnauthorized: true };
    if (partial) options.allowPartialTrustChain = true;
    let socket;
    try {
      socket = tls.connect(options, () => { done("ok"); socket.destroy(); });
    } catch (error) {
      done(`${error.code} ${error.message}`);
      return;
    }
    socket.on("error", (error) => done(`${error.code} ${error.message}`));
    socket.setTimeout(20000, () => { done("timeout"); socket.destroy(); });
  });
}

for (const line of readFileSync(0, "ascii").trimEnd().split("\n")) {
  const [port, ...certificates] = line.split(" ");
  const ca = certificates.map((one) =>
    `-----BEGIN CERTIFICATE-----\n${one.match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE-----\n`);
  console.log((await dial(Number(port), ca)).replaceAll("\n", " "));
}
