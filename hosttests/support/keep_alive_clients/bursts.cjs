// node bursts.cjs axios|undici URL PIN SOCKETS COUNT PAUSE: COUNT requests in bursts of SOCKETS, every PAUSE seconds at most.
// Prints a JSON list of what became of each: its status, or its error in words.
const http = require("node:http");
const [kind, url, pin, sockets, count, pause] = process.argv.slice(2);
let ask;
if (kind === "axios") {
  const axios = require("axios");
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets: +sockets });
  const client = axios.create({ httpAgent, proxy: false, timeout: 30000, validateStatus: () => true });
  ask = async (method, data) => (await client.request({ method, url: `${url}/gpio/${pin}`, data })).status;
} else {
  const { Pool, request } = require("undici");
  const dispatcher = new Pool(url, { connections: +sockets });
  ask = async (method, data) => {
    const headers = data ? { "content-type": "application/json" } : {};
    const answer = await request(`${url}/gpio/${pin}`, { dispatcher, method, headers, body: data && JSON.stringify(data) });
    await answer.body.dump();
    return answer.statusCode;
  };
}

async function main() {
  const found = [];
  while (found.length < +count) {
    const start = Date.now();
    const burst = [];
    for (let i = 0; i < Math.min(+sockets, +count - found.length); i++)
      burst.push((i % 2 ? ask("GET") : ask("PUT", { state: i / 2 % 2 })).catch((error) => `${error.code} ${error.message}`));
    found.push(...(await Promise.all(burst)));
    await new Promise((done) => setTimeout(done, Math.max(0, 1000 * pause - (Date.now() - start))));
  }
  console.log(JSON.stringify(found));
  process.exit();
}
main();
