// The kinds of parts: their drawings, how a person works them, and how they show what the board does.

import { holding } from "./board.js";
import { choice, slider } from "./controls.js";
import * as drawings from "./drawings.js";
import { brightness, state } from "./pins.js";
import { listen, play } from "./sound.js";
import { change, world } from "./world.js";

const BEEP = 2300; // Hz of a buzzer with electronics of its own, which only wants power

// kind of part: make(part) returns [elements …] and sets part.show(pin)
export const KINDS = {
  led: { title: "LED", fits: (pin) => pin.drives && pin.key, make: (part) => {
    const art = drawings.led();
    const said = make("p.reading");
    part.show = (pin) => {
      const bright = brightness(pin);
      art.style.setProperty("--bright", bright ? .25 + bright * .75 : 0);
      said.textContent = bright <= 0 ? "off" : bright >= 1 ? "on" : Math.round(bright * 100) + " %";
    };
    return [art, said];
  } },
  button: { title: "Button", fits: (pin) => pin.reads && pin.key, make: (part) => {
    const push = make("button.push", { type: "button", ariaLabel: "Button: hold to press", ...holding((held) => change({ pins: { [part.pin.key]: held ? 0 : null } })) }, drawings.pushButton());
    const said = make("p.reading");
    part.show = (pin) => {
      const pressed = world.pins[pin.key] === 0;
      push.setAttribute("aria-pressed", pressed);
      said.textContent = pressed ? "pressed" : "hold me";
    };
    return [push, said];
  } },
  dht: { title: "DHT22", fits: (pin) => pin.reads && pin.drives && pin.key, make: (part) => {
    const put = (key) => (value) => change({ dht: { [part.pin.key]: { [key]: value } } });
    const warmth = slider("Temperature", { min: -40, max: 80, step: .1 }, "°C", 1, put("temperature"));
    const damp = slider("Humidity", { min: 0, max: 100, step: .5 }, "%", 1, put("humidity"));
    const fault = choice("Fault", [["", "none"], ...world.bench.choices.dht.map((name) => [name, name])], (value) => put("fault")(value || null));
    part.show = (pin) => {
      const { temperature = 21.5, humidity = 50, fault: wrong } = world.dht[pin.key] || {};
      warmth.show(temperature);
      damp.show(humidity);
      fault.show(wrong || "");
    };
    part.move = (from, to) => change({ dht: { [from.key]: null, [to.key]: { type: "dht22" } } });
    return [drawings.dht(), make(".controls", warmth, damp, fault)];
  } },
  buzzer: { title: "Buzzer", fits: (pin) => pin.drives && pin.key, make: (part) => {
    const art = drawings.buzzer();
    const said = make("p.reading");
    const loud = make("button", { type: "button", ariaPressed: "false", onclick: async () => { loud.ariaPressed = String(await listen()); part.show(part.pin); } }, "Sound");
    part.show = (pin) => {
      const { mode, duty, freq, level } = state(pin);
      const hertz = mode == "pwm" ? (duty > 0 && duty < 1 ? freq : 0) : mode && level ? BEEP : 0;
      art.classList.toggle("sounds", hertz > 0);
      said.textContent = hertz ? hertz + " Hz" : "silent";
      play(hertz);
    };
    return [art, make(".stack", said, loud)];
  } },
  potentiometer: { title: "Potentiometer", fits: (pin) => pin.adc, make: (part) => {
    const art = drawings.potentiometer();
    const volts = slider("Voltage", { min: 0, max: world.bench.full_scale, step: .01 }, "V", 2, (value) => change({ adc: { [part.pin.adc]: value } }));
    part.show = (pin) => {
      const value = world.adc[pin.adc] || 0;
      art.style.setProperty("--turn", (value / world.bench.full_scale - .5) * 270 + "deg");
      volts.show(value);
    };
    return [art, make(".controls", volts)];
  } },
};

/** The glass of the display: a picture of its dots, which says its text to those who do not see it. Dark until something is on it. */
export function display() {
  const picture = make("img", { alt: "" });
  const glass = make(".glass", picture);
  const said = make("p.reading");
  let shown;
  const show = () => {
    const lit = world.display.length > 0;
    picture.hidden = !lit;
    said.textContent = lit ? "" : "dark: none is set up";
    if (!lit || shown == world.rev) return;
    shown = world.rev;
    assign(picture, { src: "world/display.png?" + shown, alt: "Display: " + world.display.join(", ") });
  };
  return [show, glass, said];
}

const UNITS = { temperature: "°C", humidity: "%", pressure: "hPa" };

/** A sensor on a bus: what `card` of KINDS is, for a device of the world. get(): its members; put(changed members). */
export function busDevice(type, get, put) {
  const { limits, faults } = world.bench.devices[type];
  const measures = Object.entries(limits).map(([name, [min, max]]) => [name, slider(name[0].toUpperCase() + name.slice(1), { min, max, step: .1 }, UNITS[name] || "", 1, (value) => put({ [name]: value }))]);
  const fault = choice("Fault", [["", "none"], ...faults.map((name) => [name, name])], (value) => put({ fault: value || null }));
  const show = () => {
    const told = get();
    if (!told) return;
    for (const [name, element] of measures) element.show(told[name]);
    fault.show(told.fault || "");
  };
  return [show, type == "ds18b20" ? drawings.thermometer() : drawings.chip(type.toUpperCase()), make(".controls", measures.map(([, element]) => element), fault)];
}
