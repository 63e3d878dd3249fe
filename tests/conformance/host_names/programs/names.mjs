// Compare names as Node's and Bun's tls do: "host in hex, certificate in base64" lines in, + or - out;
// `dial ROOT` with "host in hex, port" lines.
import { readFileSync } from "node:fs";
import crypto from "node:crypto";
import tls from "node:tls";

function compare(host, certificate) {
  try {
    const peer = new crypto.X509Certificate(Buffer.from(certificate, "base64")).toLegacyObject();
    const error = tls.checkServerIdentity(host, peer);
    return error ? `-\t${error.message}` : "+";
  } catch (error) {
    return `-\t${error.message}`;
  }
}

function dial(host, port) {
  return new Promise((done) => {
    let socket;
    try {
      socket = tls.connect({ host: "127.0.0.1", port: Number(port), ca: readFileSync(process.argv[3]),
        servername: host === "localhost" || !/^[\d.]+$|:/.test(host) ? host : "",
        checkServerIdentity: (_, peer) => tls.checkServerIdentity(host, peer) },
        () => { done("+"); socket.destroy(); });
    } catch (error) {
      done(`-\t${error.message}`);
      return;
    }
    socket.on("error", (error) => done(`-\t${error.message}`));
    socket.setTimeout(20000, () => { done("-\ttimeout"); socket.destroy(); });
  });
}

const ask = process.argv.includes("dial") ? dial : compare;
for (const line of readFileSync(0, "ascii").trimEnd().split("\n")) {
  const [host, ...others] = line.split(" ");
  const answer = await ask(Buffer.from(host.slice(1), "hex").toString(), ...others);
  console.log(answer.replaceAll("\n", " "));
}
