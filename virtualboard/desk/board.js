// The board, drawn from its profile, on its side: pins that are lit by their levels and can be driven from outside, its buttons, its LED.

import { brightness, pinOf, short, state, words } from "./pins.js";
import { change, world } from "./world.js";

const PITCH = 24, LEFT = 26, TOP = 26, HIGH = 124;
let spots = []; // {pin, label, side, place, element, glow} of each pin that is drawn
let lamp;

/** Where the wire to a pin ends, outside its name, in pixels of the window: {x, y, upper}; null if it is not drawn. */
export function contact(label) {
  const spot = spots.find((each) => each.label == label);
  if (!spot) return null;
  const box = spot.element.querySelector(".ring").getBoundingClientRect();
  return { x: box.x + box.width / 2, y: spot.side ? box.bottom : box.top, upper: spot.side == 0 };
}

/** The labels along the edges, upper and lower: the edge with more of `used` is turned up. */
export function edges(used) {
  const { layout } = world.bench;
  const count = (column) => column.filter((label) => used.includes(label)).length;
  const turned = count(layout[0]) > count(layout[1]);
  return turned ? [[...layout[0]].reverse(), [...layout[1]].reverse()] : [layout[1], layout[0]];
}

export function drawBoard(sides) {
  const { title, chip } = world.bench;
  const count = sides[0].length;
  const wide = (count - 1) * PITCH + 2 * LEFT;
  const turned = sides[0] != world.bench.layout[1]; // the antenna is where the columns begin
  const at = (x, width = 0) => (turned ? wide - x - width : x);
  const middle = TOP + HIGH / 2;
  spots = [];
  const pins = sides.flatMap((labels, side) => labels.map((label, place) => {
    const x = LEFT + place * PITCH, y = side ? TOP + HIGH - 12 : TOP + 12;
    const pin = pinOf(label);
    const text = make(pin ? "text" : "text.power", { x, y: side ? TOP + HIGH + 14 : TOP - 7, "text-anchor": "middle" }, short(label));
    if (!pin) return label == "-" ? [] : [make("circle.hole", { cx: x, cy: y, r: 3 }), text];
    const spot = { pin, label, side, place, glow: make("circle.glow", { cx: x, cy: y, r: 7, opacity: 0 }) };
    spot.element = make("g.spot", { role: "button", tabindex: spots.length ? -1 : 0, onclick: () => drive(spot), onfocus: () => tell(spot), onmouseenter: () => tell(spot), onkeydown: (event) => step(event, spot) },
      make("rect.ring", { x: x - PITCH / 2 + 1, y: side ? y - 11 : TOP - 19, width: PITCH - 2, height: 43, rx: 6 }), make("circle.pad", { cx: x, cy: y, r: 6 }), spot.glow, text);
    spots.push(spot);
    return [spot.element];
  }));
  lamp = make("circle.lamp", { cx: at(LEFT + 7.6 * PITCH), cy: middle - 14, r: 4 });
  fill($("drawing"), make("svg", { viewBox: `0 0 ${wide} ${TOP * 2 + HIGH}`, role: "group", "aria-label": title + ": its pins; arrow keys move, Enter drives a pin from outside" },
    make("rect.pcb", { x: 2, y: TOP, width: wide - 4, height: HIGH, rx: 9 }),
    make("path.antenna", { d: `M${at(14)} ${middle - 27}` + (turned ? "h-9v9h9v9h-9v9h9v9h-9v9h9v9h-9" : "h9v9h-9v9h9v9h-9v9h9v9h-9v9h9"), transform: `translate(${turned ? 9 : -4} 0)` }),
    make("rect.can", { x: at(36, 4.6 * PITCH), y: middle - 31, width: 4.6 * PITCH, height: 62, rx: 4 }),
    make("text.chip", { x: at(36 + 2.3 * PITCH), y: middle + 4 }, chip.toUpperCase()),
    make("rect.usb", { x: at(wide - 34, 36), y: middle - 17, width: 36, height: 34, rx: 4 }), make("text.tiny", { x: at(wide - 16), y: middle + 3 }, "USB"),
    make("circle.halo", { cx: at(LEFT + 7.6 * PITCH), cy: middle - 14, r: 12 }), lamp, make("text.tiny", { x: at(LEFT + 7.6 * PITCH), y: middle + 6 }, "LED"),
    buttons(at, wide, middle), pins));
}

/** The two buttons on the board: one restarts it, one pulls a pin low while it is held. */
function buttons(at, wide, middle) {
  const { flash, layout } = world.bench;
  const reset = layout.flat().includes("RST") ? "RST" : "EN";
  const shape = (x, name, events, words) => make("g.push", { role: "button", tabindex: 0, "aria-label": words, ...events },
    make("rect.ring", { x: x - 17, y: middle - 19, width: 34, height: 44, rx: 6 }), make("rect.can", { x: x - 12, y: middle - 14, width: 24, height: 24, rx: 3 }), make("circle.cap", { cx: x, cy: middle - 2, r: 7 }), make("text.tiny", { x, y: middle + 20 }, name));
  const x = at(wide - 66);
  const restart = { onclick: () => change({ power: "cut" }), onkeydown: (event) => { if (/^( |Enter)$/.test(event.key)) { event.preventDefault(); change({ power: "cut" }); } } };
  const pin = flash && pinOf(flash);
  return [shape(x, reset, restart, reset + " button: restart the board"),
    pin && shape(at(wide - 112), flash, holding((held) => change({ pins: { [pin.key]: held ? 0 : null } })), `${flash} button: hold to pull ${pin.names[0]} low`)];
}

/** Events of something that is held: by finger, mouse, space bar or Enter. */
export function holding(hold) {
  let held = false;
  const set = (value) => { if (held != value) hold(held = value); };
  const key = (value) => (event) => {
    if (!/^( |Enter)$/.test(event.key)) return;
    event.preventDefault();
    set(value);
  };
  return {
    onpointerdown: (event) => { event.currentTarget.setPointerCapture?.(event.pointerId); set(true); },
    onpointerup: () => set(false), onpointercancel: () => set(false), onlostpointercapture: () => set(false), onblur: () => set(false),
    onkeydown: key(true), onkeyup: key(false), oncontextmenu: (event) => event.preventDefault(),
  };
}

/** Drive a pin from outside: high, then low, then let go. */
function drive(spot) {
  const { pin } = spot;
  if (pin.key) {
    const outside = world.pins[pin.key];
    change({ pins: { [pin.key]: outside == null ? 1 : outside ? 0 : null } });
  }
  tell(spot);
}

let told;
function tell(spot) {
  const { pin, label } = told = spot;
  const names = [pin.gpio == null ? "" : "GPIO" + pin.gpio, ...pin.names].filter((name) => name && name != label);
  const why = pin.verdict == "forbidden" || pin.verdict == "reserved" ? "belongs to the " + pin.why.split(":")[0] : pin.key ? words(pin) : "analogue input";
  $("about").textContent = dots(label, ...names) + ": " + why + ". " + (pin.verdict == "boot" ? pin.why : "");
}

/** Arrow keys walk along the edges and across. */
function step(event, spot) {
  const moves = { ArrowLeft: [spot.side, -1], ArrowRight: [spot.side, 1], ArrowUp: [0, 0], ArrowDown: [1, 0] }[event.key];
  if (moves) {
    const [side, way] = moves;
    const ahead = spots.filter((each) => each.side == side && (!way || (each.place - spot.place) * way > 0));
    const next = ahead.sort((a, b) => Math.abs(a.place - spot.place) - Math.abs(b.place - spot.place))[0];
    if (!next) return;
    event.preventDefault();
    spot.element.setAttribute("tabindex", -1);
    next.element.setAttribute("tabindex", 0);
    next.element.focus();
  } else if (/^( |Enter)$/.test(event.key)) {
    event.preventDefault();
    drive(spot);
  }
}

export function showBoard() {
  for (const { pin, label, element, glow } of spots) {
    const measured = pin.key ? null : world.adc[pin.adc];
    const { mode, outside } = pin.key ? state(pin) : {};
    const bright = pin.key ? brightness(pin) : (measured || 0) / world.bench.full_scale;
    const barred = pin.verdict == "forbidden" || pin.verdict == "reserved";
    assign(element, {
      class: ["spot", mode && "used", outside != null && "outside", barred && "barred"].filter(Boolean).join(" "),
      "aria-label": `${label}: ${barred ? pin.why : pin.key ? words(pin) : "analogue input"}`,
    });
    const idle = pin.key && !mode && outside == null; // a level that nobody has asked for is faint
    glow.setAttribute("opacity", barred ? 0 : Math.min(1, bright) * (idle ? .3 : 1));
  }
  const led = world.bench.pins.find(({ names }) => names.includes("LED"));
  const there = led && state(led).mode;
  const shine = there ? Math.abs(brightness(led) - (world.bench.lit ? 0 : 1)) : 0;
  lamp.previousSibling.setAttribute("opacity", shine * .7);
  lamp.setAttribute("class", "lamp" + (shine > .02 ? " lit" : ""));
  if (told && spots.includes(told)) tell(told);
}
