// Wi-Fi: how it is, and the way to another network, which the board tries before it forgets the one it has.

function bars(rssi) {
  const strength = [-75, -67, -55, 0].findIndex((limit) => rssi <= limit) + 1;
  return make("svg", { viewBox: "0 0 20 14", width: 20, role: "img", "aria-label": `signal ${strength} of 4` }, [0, 5, 10, 15].map((x, place) => make(place < strength ? "rect.lit" : "rect.hole", { x, y: 10 - place * 3, width: 3.4, height: 14, rx: 1 })));
}

let invite = location.pathname == "/setup" ? 1 : 2; // 1: to another network; 2: only where none is known; 0: it has been done
shows.wifi = () => {
  const { state, ssid, rssi, ip, hostname, events, networks, access_point: own } = board.wifi;
  const connected = state == "connected";
  if (invite == 1 || (invite && own.active && !networks.length)) {
    invite = 0;
    changeNetwork();
  }
  const section = $("wifi").parentElement;
  // who is on the board's own network came to bring it into another
  if (!connected && own.active) document.querySelector("main > div").prepend(section);
  fill($("wifi"), item(make("b", connected ? ssid : "Not connected"), rssi && bars(rssi), small(connected ? dots(ip, rssi + " dBm", hostname) : events?.[0]?.reason)),
    own.active && item(["Own access point ", make("b", own.ssid)]),
    make(".buttons", button(connected ? "Change network" : "Connect to Wi-Fi", changeNetwork, connected ? "" : ".go")));
  showEvents();
};

function changeNetwork() {
  const list = make("ul.networks", make("li.soft", "Looking for networks …"));
  const name = field("Network", { name: "ssid", required: true, maxLength: 32, autocapitalize: "none", autocomplete: "off" });
  const password = field("Password", { name: "password", type: "password", minLength: 8, maxLength: 64, autocomplete: "off" });
  const show = field("Show the password", { type: "checkbox", onchange: () => { password.control.type = show.control.checked ? "text" : "password"; } });
  openForm("Connect to Wi-Fi", [soft("The board tries it before it forgets what it has. 2.4 GHz only."), list, name, password, show,
    field("Keep known networks", { type: "checkbox", name: "keep", checked: true })], "Connect", tryNetwork);
  ask("/wifi/networks").then(({ networks }) => fill(list, networks.length ? networks.map(({ ssid, rssi, known, secure }) => make("li", button([bars(rssi), make("span", ssid), small(known ? "known" : secure ? "" : "open")], () => {
    name.control.value = ssid;
    password.control.value = "";
    password.control.focus();
  }))) : make("li.soft", "Nothing is nearby. Does the router send on 2.4 GHz?")), (error) => fill(list, make("li", trouble(error))));
}

async function tryNetwork({ ssid: { value: ssid }, password, keep }, say) {
  await ask("/wifi", { body: { ssid, password: password.value, keep: keep.checked } });
  for (let tries = 0; tries < 45; tries++) {
    say(`Trying “${ssid}” … It may be silent for some seconds.`);
    await pause(2);
    const said = await request("/wifi").catch(() => {});
    if (!said) continue;
    const { trial } = said;
    take("wifi", said);
    if (trial?.ssid != ssid) throw { title: "Unknown", detail: "The board has restarted: try again." };
    if (trial.state == "failed") throw { title: "It did not work", detail: trial.reason + ". Nothing was changed." };
    if (trial.state == "connected") {
      const address = `http://${trial.ip || said.ip}/`;
      return [`Connected to “${ssid}”. In that network the board is at `, make("a", { href: address }, address), trial.result == "connected" ? ". Its own access point closes in a minute or two." : ". But: " + trial.reason + "."];
    }
  }
  throw { detail: `If the board's own Wi-Fi is gone, it has probably joined “${ssid}”.` };
}
