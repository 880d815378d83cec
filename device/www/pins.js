// A row for each pin in use, those with a name first. Nothing is optimistic: a switch shows what the board read back.

const rows = new Map(); // GPIO -> {element, show(pin)}
const isOutput = ({ mode }) => mode != "in";
const isOn = ({ mode, pwm, state }) => (mode == "pwm" ? pwm > 0 : !!state);
const profile = (gpio) => board.pins?.pins.find(({ pin }) => pin == gpio) || { aliases: [], capabilities: [] };
const isNamed = ({ pin, name }) => !profile(pin).aliases.includes(name);
const gpioName = (gpio) => (gpio > -1 ? "GPIO" : "") + gpio;

function seePins(pins) {
  for (const pin of pins) pin.at = now();
  board.gpio = pins;
  showPins();
}

/** Change a pin, show what it is now or why not, and return it. */
async function drive(gpio, body, said) {
  fill(said);
  try {
    const pin = await ask("/gpio/" + gpio, { body });
    seePins([...board.gpio.filter((other) => other.pin != gpio), pin].sort((a, b) => a.pin - b.pin));
    return pin;
  } catch (error) {
    fill(said, trouble(error));
  }
}

function newRow(gpio) {
  let pin;
  let busy;
  let longest = 0; // seconds that the lease was given for
  const can = (what) => profile(gpio).capabilities.includes(what);
  const send = async (body) => {
    if (busy || lost) return;
    busy = 1;
    show(pin);
    await drive(gpio, body, said);
    busy = 0;
    showPins();
  };
  const line = (words, ...controls) => make(".row", small(words), controls);
  const name = make("b");
  const meta = make("small");
  const level = make("span.pill");
  const toggle = button("", () => send({ [pin.mode == "pwm" ? "pwm" : "state"]: +!isOn(pin) }), ".switch");
  const more = button(make("svg", { viewBox: "0 0 14 14", width: 14, "aria-hidden": "true" }, make("path", { d: "M3 5l4 4 4-4", fill: "none", stroke: "currentColor", "stroke-width": 1.6 })), () => {
    panel.hidden = !panel.hidden;
    show(pin);
  }, ".bare.more");
  const left = make("small.num");
  const rest = make("i");
  const lease = make(".lease", left, button("Keep", () => send(pin.mode == "pwm" ? { pwm: pin.pwm } : { state: pin.state }), ".bare"), make(".bar", rest));
  const percent = make("small.num");
  const showDuty = () => { percent.textContent = range.value + " %"; };
  const range = make("input", { type: "range", oninput: showDuty, onchange: () => send({ pwm: range.value / 100 }) });
  const duty = make(".duty", range, percent);
  const driven = make("", line("On for", [1, 5, 30, 300].map((seconds) => button(lasting(seconds), () => send({ state: 1, for: seconds })))),
    can("pwm") && line("Dim to", [25, 50, 75].map((share) => button(share + " %", () => send({ pwm: share / 100 })))));
  const uses = [["output", "out"], ["input", "in", "none"], can("pull_up") && ["input, pull-up", "in", "up"], can("pull_down") && ["input, pull-down", "in", "down"], can("open_drain") && ["open drain", "open_drain"]];
  const use = make("select", { onchange: () => send(JSON.parse(use.value)) }, uses.filter(Boolean).map(([words, mode, pull]) => make("option", { value: JSON.stringify({ mode, pull }) }, words)));
  const boot = make("small");
  const panel = make(".panel", { hidden: true }, driven, line("Use as", use), boot);
  const said = make("");
  const element = make("li.pin", make(".top", make(".who", name, meta), level, toggle, more), duty, lease, panel, said);
  function show(fresh) {
    pin = fresh;
    const { mode, pull, invert, freq } = pin;
    const printed = profile(gpio).aliases[0];
    const left_ = (pin.for || 0) - (now() - pin.at);
    name.textContent = pin.name;
    meta.textContent = dots(printed != pin.name && printed, gpioName(gpio), mode == "pwm" && "PWM " + freq + " Hz", mode == "open_drain" && "open drain", mode == "in" && "input" + (pull > "o" ? ", pull-" + pull : ""), invert && "inverted");
    assign(toggle, { role: "switch", "aria-label": pin.name, "aria-checked": isOn(pin), "aria-busy": !!busy, hidden: !isOutput(pin) });
    assign(more, { "aria-label": "More for " + pin.name, "aria-expanded": !panel.hidden });
    assign(range, { "aria-label": pin.name + ", percent of full" });
    assign(use, { "aria-label": "Use " + pin.name + " as", value: JSON.stringify({ mode: mode == "pwm" ? "out" : mode, pull: mode == "in" ? pull || "none" : undefined }) });
    assign(level, { hidden: isOutput(pin), textContent: isOn(pin) ? "high" : "low" });
    driven.hidden = !isOutput(pin);
    duty.hidden = mode != "pwm";
    if (document.activeElement != range) range.value = pin.pwm * 100;
    showDuty();
    boot.textContent = pin.warning || "";
    longest = pin.for ? Math.max(longest, pin.for) : 0;
    lease.hidden = left_ <= 0;
    left.textContent = (isOn(pin) ? "Off" : "On") + " in " + (left_ < 60 ? Math.ceil(left_) + " s" : new Date(left_ * 1000).toISOString().slice(11, 19));
    rest.style.width = (left_ / longest) * 100 + "%";
  }
  return { element, show, tick: () => show(pin) };
}

function showPins() {
  const list = $("pins");
  const pins = [...board.gpio].sort((a, b) => isNamed(b) - isNamed(a) || isOutput(b) - isOutput(a));
  for (const gpio of rows.keys()) if (!inUse(gpio)) rows.delete(gpio);
  const elements = pins.map((pin) => {
    if (!rows.has(pin.pin)) rows.set(pin.pin, newRow(pin.pin));
    rows.get(pin.pin).show(pin);
    return rows.get(pin.pin).element;
  });
  if (!pins.length) elements.push(make("li.soft", "No pin is in use yet: press one on the board."));
  // only what is new or elsewhere moves, so that what has the focus keeps it
  elements.forEach((element, place) => { if (list.children[place] != element) list.insertBefore(element, list.children[place] || null); });
  while (list.children[elements.length]) list.lastChild.remove();
  showMap();
}

setInterval(() => rows.forEach(({ tick }) => tick()), 500);
