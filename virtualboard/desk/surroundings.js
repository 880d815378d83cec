// What is around the board: router, Internet, time server, clock; and its power.

import { choice } from "./controls.js";
import { change, world } from "./world.js";

const segments = {};
const plain = (word) => word.replaceAll("-", " ");

/** A row of buttons of which one is chosen: [value, words, is it a fault] each. */
function segment(place, name, options, value, set) {
  const row = segments[name] ||= options.map(([, words, bad]) => make(bad ? "button.fault" : "button", { type: "button" }, words));
  if (!row[0].isConnected) $(place).append(make("span", name), make(".segment", { role: "group", "aria-label": name }, row));
  options.forEach(([each], index) => {
    row[index].onclick = () => set(each);
    row[index].setAttribute("aria-pressed", each === value);
  });
}

function list(name, options, value, set) {
  const element = segments[name] ||= $("faults").appendChild(choice(name, options.map((each) => [each, plain(each)]), set));
  element.show(value);
}

export function showSurroundings() {
  const { wifi, upstream, time, bench } = world;
  const home = Object.entries(wifi.networks)[0];
  segment("settings", "Router", [[true, "on"], [false, "off", true]], wifi.up, (up) => change({ wifi: { up } }));
  const same = upstream.weather == upstream.thingspeak ? upstream.weather : "mixed";
  segment("settings", "Internet", [["ok", "fine"], ["slow", "slow", true], ["refuse", "gone", true]], same, (state) => change({ upstream: { weather: state, thingspeak: state }, time: { ntp: state == "refuse" ? "down" : "up" } }));
  segment("settings", "Speed", [[1, "1 ×"], [10, "10 ×"], [60, "60 ×"]], time.speed, (speed) => change({ time: { speed } }));
  if (home) {
    const [name, network] = home;
    const password = network.password ?? network;
    segments.right ??= password;
    segment("settings", "Password", [[segments.right, "right"], ["changed-it", "changed", true]], password, (value) => change({ wifi: { networks: { [name]: value } } }));
  }
  list("Weather server", bench.choices.upstream, upstream.weather, (state) => change({ upstream: { weather: state } }));
  list("ThingSpeak", bench.choices.upstream, upstream.thingspeak, (state) => change({ upstream: { thingspeak: state } }));
  list("Time server", bench.choices.ntp, time.ntp, (ntp) => change({ time: { ntp } }));
  list("DNS server", bench.choices.dns, wifi.dns, (dns) => change({ wifi: { dns } }));
}
