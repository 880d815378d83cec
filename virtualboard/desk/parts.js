// The parts beside the board, each a card: what it is, on which pin, its drawing, and how a person works it.

import { contact, drawBoard, edges } from "./board.js";
import { busDevice, display, KINDS } from "./kinds.js";
import { brightness, pinOf, short } from "./pins.js";
import { change, world } from "./world.js";

const MOST = 4; // LEDs that come by themselves, for outputs that have no part yet

let parts = []; // {kind, label, pin, element, show}
const store = () => "desk." + world.bench.name;

/** On which pin each part is: as the demonstration has it, unless this browser knows otherwise. */
function chosen() {
  let own = {};
  try {
    own = JSON.parse(localStorage[store()] || "{}");
  } catch { /* a browser that keeps nothing */ }
  const places = { ...world.bench.parts };
  for (const kind in places) if (pinOf(own[kind]) && KINDS[kind].fits(pinOf(own[kind]))) places[kind] = own[kind];
  return places;
}

export function forget() {
  try {
    delete localStorage[store()];
  } catch { /* a browser that keeps nothing */ }
  parts = [];
}

function move(part, label) {
  try {
    localStorage[store()] = JSON.stringify({ ...chosen(), [part.kind]: label });
  } catch { /* a browser that keeps nothing */ }
  part.move?.(part.pin, pinOf(label));
  parts = [];
  showParts();
}

/** What lies on the buses and what the display shows: cards that come and go with the world. */
function extras() {
  const labels = world.bench.layout.flat();
  const found = [];
  for (const [key, devices] of Object.entries(world.onewire || {})) {
    const pin = world.bench.pins.find((each) => each.key == key);
    const label = labels.find((each) => pin.names.includes(each));
    devices.forEach(({ type, address }, index) => found.push({ kind: type + address, label, title: type.toUpperCase(), where: short(label), build: () => busDevice(type, () => world.onewire[key]?.[index],
      (changed) => change({ onewire: { [key]: world.onewire[key].map((each, at) => (at == index ? { ...each, ...changed } : each)) } })) }));
  }
  for (const [address, { type }] of Object.entries(world.i2c || {})) {
    found.push({ kind: type + address, title: type == "ssd1306" ? "Display" : type.toUpperCase(), where: "I²C " + (+address).toString(16), build: () => (type == "ssd1306" ? display() : busDevice(type, () => world.i2c[address], (changed) => change({ i2c: { [address]: changed } }))) });
  }
  return found;
}

/** A card of extras(): the same as card() for what has no list of pins. */
function extra({ kind, label, title, where, build }) {
  const [show, ...inside] = build();
  return { kind, label, pin: label && pinOf(label), show, element: make("article.part.extra", { "aria-label": `${title} on ${where}` }, make("h3", title, " ", make("small", "on ", make("span.where", where))), make(".body", inside)) };
}

function card(kind, label, own) {
  const { title, fits, make: build } = KINDS[kind];
  const part = { kind, label, pin: pinOf(label) };
  const inside = build(part);
  const labels = world.bench.layout.flat().filter((each) => pinOf(each) && fits(pinOf(each)) && !/forbidden|reserved/.test(pinOf(each).verdict));
  const where = own ? make("select.where", { ariaLabel: `${title} is on pin`, onchange: () => move(part, where.value) }, labels.map((each) => make("option", { value: each, selected: each == label }, short(each)))) : make("span.where", short(label));
  part.element = make("article.part", { "aria-label": `${title} on ${short(label)}` }, make("h3", title, " ", make("small", "on ", where)), make(".body", inside));
  part.element.classList.add(kind);
  return part;
}

/** Put these elements into a place and take others out; what stays is not touched, so it keeps the focus. */
function arrange(place, elements) {
  for (const old of [...place.children]) if (!elements.includes(old)) old.remove();
  elements.forEach((element, index) => { if (place.children[index] != element) place.insertBefore(element, place.children[index] || null); });
}

/** Put the parts beside the board, at the edge where their pins are, in the order of the pins. places: [kind, label, own] each. */
function lay(places, more) {
  const sides = edges([...places.map(([, label]) => label), ...more.map(({ label }) => label)]);
  if ($("drawing").dataset.sides != JSON.stringify(sides)) drawBoard(sides);
  $("drawing").dataset.sides = JSON.stringify(sides);
  const known = (kind, label) => parts.find((part) => part.kind == kind && part.label == label);
  parts = [...places.map(([kind, label, own]) => known(kind, label) || card(kind, label, own)), ...more.map((each) => known(each.kind, each.label) || extra(each))];
  for (const [side, place] of [[0, $("above")], [1, $("below")]]) {
    const here = parts.filter(({ label }) => (label ? sides[side].includes(label) : side));
    const at = ({ label }) => (label ? sides[side].indexOf(label) : 99);
    arrange(place, here.sort((a, b) => at(a) - at(b)).map(({ element }) => element));
  }
}

export function showParts() {
  const places = Object.entries(chosen()).map(([kind, label]) => [kind, label, true]);
  const more = extras();
  const taken = new Set([...places, ...more.map(({ label }) => [, label])].map(([, label]) => pinOf(label)));
  const labels = world.bench.layout.flat();
  const alone = world.bench.pins.filter((pin) => world.outputs[pin.gpio]?.mode && world.outputs[pin.gpio].mode != "open_drain" && !taken.has(pin));
  const lit = alone.map((pin) => labels.find((label) => pin.names.includes(label))).filter(Boolean).slice(0, MOST);
  lay([...places, ...lit.map((label) => ["led", label, false])], more);
  for (const part of parts) part.show(part.pin);
}

/** The wires, drawn from where the parts and the contacts are now. */
export function showWires() {
  const table = $("table").getBoundingClientRect();
  const lines = parts.map(({ element, label, pin }) => {
    const pad = label && contact(label);
    const box = element.getBoundingClientRect();
    if (!pad || !box.width) return null;
    const x = box.x + box.width / 2 - table.x, y = (pad.upper ? box.bottom : box.top) - table.y;
    const [px, py] = [pad.x - table.x, pad.y - table.y];
    const bend = (py - y) / 2;
    const bright = pin.key ? brightness(pin) : (world.adc[pin.adc] || 0) / world.bench.full_scale;
    const wire = make("path.wire", { d: `M${x} ${y}C${x} ${y + bend} ${px} ${py - bend} ${px} ${py}` });
    wire.style.setProperty("--bright", Math.min(1, bright));
    return wire;
  });
  const wires = $("table").querySelector("svg.wires") || $("table").appendChild(make("svg.wires", { "aria-hidden": "true" }));
  fill(wires, lines);
}
