// The board, drawn from its profile: press a pin to see what it can do, or why it cannot be used.

const PITCH = 22;
let spots = []; // {pin, label, side, place, element, text} of each pin that is drawn
let chosen;

const inUse = (gpio) => board.gpio.find(({ pin }) => pin == gpio);
const isBarred = ({ verdict }) => /forbidden|reserved/.test(verdict);
const isFree = ({ used_by: user }) => !user || user == "gpio";

/** Draw the board anew. layout: the columns of its headers, from top to bottom, left | right. */
function drawMap() {
  const { layout, chip, pins, title } = board.pins;
  const names = pins.map(({ name }) => name);
  const half = names.length / 2;
  const columns = layout ? layout.split("|").map((column) => column.split(" ")) : [names.slice(0, half), names.slice(half)];
  const height = columns[0].length * PITCH + 64;
  spots = [];
  const drawn = columns.map((labels, side) => labels.map((label, place) => {
    const y = 28 + place * PITCH;
    const x = side ? 244 : 116;
    const pin = pins.find(({ aliases }) => aliases.includes(label));
    const text = make(pin ? "text" : "text.power", { x: side ? 264 : 96, y: y + 4, "text-anchor": side ? "start" : "end" }, label);
    if (!pin) return label != "-" && [make("circle.hole", { cx: x, cy: y, r: 3 }), text];
    const spot = { pin, label, side, place, text };
    spot.element = make("g", { role: "button", tabindex: spots.length ? -1 : 0, onclick: () => choose(spot), onfocus: () => choose(spot), onkeydown: (event) => step(event, spot) },
      make("rect.ring", { x: side ? 228 : 20, y: y - 11, width: 112, height: PITCH, rx: 7 }),
      make("circle.pad", { cx: x, cy: y, r: 6.5 }),
      pin.verdict == "boot" && make("circle.mark", { cx: x + (side ? -13 : 13), cy: y, r: 2.5 }), text);
    spots.push(spot);
    return spot.element;
  }));
  const legend = [["g.free", "free"], ["g.out", "output"], ["g.out.on", "on"], ["g.barred", "not usable"], ["g.mark", "matters at boot"]].map(([kind, words], place) =>
    make("span", make("svg", { viewBox: "0 0 9 9", width: 16 }, make(kind, make(place == 4 ? "circle" : "circle.pad", { cx: 4.5, cy: 4.5, r: place == 4 ? 2 : 3.5 }))), words));
  fill($("map"), make("svg", { viewBox: "0 0 360 " + height, role: "group", "aria-label": "Pins of the board; arrow keys move" },
    make("rect.pcb", { x: 104, y: 4, width: 152, height: height - 14, rx: 12 }),
    make("rect.solid", { x: 142, y: 32, width: 76, height: 78, rx: 6 }), make("text.chip", { x: 180, y: 75 }, chip.toUpperCase()),
    make("rect.solid", { x: 163, y: height - 28, width: 34, height: 26, rx: 4 }), make("text.chip", { x: 180, y: height - 11 }, "USB"), drawn), make(".key", legend));
  fill($("about"), soft("Choose a pin to see what it can do."));
  $("title").textContent = title;
  chosen = null;
}

function showMap() {
  for (const spot of spots) {
    const { pin, label, side, text, element } = spot;
    const used = inUse(pin.pin);
    const owner = !isBarred(pin) && !isFree(pin) ? pin.used_by : "";
    const name = used && used.name != label ? used.name : owner.split(" ")[0];
    const short = name.length > 11 ? name.slice(0, 10) + "…" : name;
    const both = (name) => (side ? label + "  " + name : name + "  " + label).trim();
    text.textContent = both(short);
    assign(element, { class: (used ? (isOutput(used) ? "out" : "in") + (isOn(used) ? " on" : "") : owner || isBarred(pin) ? "barred" : "") + (spot == chosen ? " chosen" : ""),
      "aria-label": both(name) + ": " + (used ? used.mode + (isOn(used) ? ", on" : ", off") : isBarred(pin) ? "not usable, " + pin.why : owner || "free") });
  }
}

/** Arrow keys walk along the headers and across; Enter goes to what can be done. */
function step(event, { side, place }) {
  const moves = { ArrowUp: [side, place - 1], ArrowDown: [side, place + 1], ArrowLeft: [0, place], ArrowRight: [1, place] }[event.key];
  const next = moves ? spots.filter((spot) => spot.side == moves[0]).sort((a, b) => Math.abs(a.place - moves[1]) - Math.abs(b.place - moves[1]))[0].element
    : /Enter| /.test(event.key) && $("about").querySelector("button");
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function choose(spot) {
  const { pin, label } = spot;
  const { why, verdict, aliases } = pin;
  const can = (what) => pin.capabilities.includes(what);
  if (chosen == spot) return;
  chosen?.element.setAttribute("tabindex", -1);
  spot.element.setAttribute("tabindex", 0);
  chosen = spot;
  showMap();
  const said = make("");
  const press = (words, body) => button(words, async () => {
    const now_ = await (body ? drive(pin.pin, body, said) : ask((pin.pin > -1 ? "/gpio/" : "/adc/") + pin.pin).catch((error) => { fill(said, trouble(error)); }));
    if (now_) fill(said, soft("It reads " + (now_.volts == null ? now_.state : now_.volts.toFixed(2) + " V") + "."));
  });
  fill($("about"), make("h3", label, " ", small(dots(...[gpioName(pin.pin), ...aliases].filter((name) => name != label)))),
    isBarred(pin) ? soft(make("b", verdict == "reserved" ? "Reserved: " : "Cannot be used: "), why, ".")
      : [soft(isFree(pin) ? "" : "Used by the " + pin.used_by + ". ", "Can be ", pin.capabilities.join(", ").replaceAll("_", " "), ". ", why),
        isFree(pin) && make(".buttons", can("output") && [press("On", { state: 1 }), press("Off", { state: 0 }), press("On for 1 s", { state: 1, for: 1 })], press("Read"), can("output") && button("Name it", () => settings("pins", label)))], said);
}
