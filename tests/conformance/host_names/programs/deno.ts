// Dial with rustls: `deno.ts ROOT` with "host in hex, port" lines in, + or - out.
const root = Deno.readTextFileSync(Deno.args[0]);
const text = await new Response(Deno.stdin.readable).text();
for (const line of text.trimEnd().split("\n")) {
  const [hex, port] = line.split(" ");
  const bytes = Uint8Array.from(hex.slice(1).match(/../g) ?? [], (one) => parseInt(one, 16));
  const hostname = new TextDecoder().decode(bytes);
  let answer = "+";
  let tls: Deno.TlsConn | undefined;
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  try {
    tls = await Deno.startTls(plain, { hostname, caCerts: [root] });
    await tls.handshake();
  } catch (error) {
    answer = `-\t${error.message.replaceAll("\n", " ")}`;
  }
  try { (tls ?? plain).close(); } catch { /* startTls took it */ }
  console.log(answer);
}
