// What the pins of the board are like: their names as printed, the levels on their wires.

import { world } from "./world.js";

/** The pin that has this name on the board, or undefined (power, ground). */
export const pinOf = (label) => world.bench.pins.find(({ names }) => names.includes(label));

/** What is printed, short enough for the drawing. */
export const short = (label) => label.replace(/^GPIO/, "");

/** {mode, level, duty, freq, pull, outside} of a pin; mode is "out", "open_drain", "pwm", "in" or "" where the board has not set it up. */
export function state(pin) {
  const output = world.outputs[pin.gpio];
  const input = world.inputs[pin.gpio];
  const outside = world.pins[pin.key];
  if (output) return { ...output, outside };
  const idle = world.bench.idle[pin.gpio] || 0;
  return { mode: input ? "in" : "", pull: input?.pull, level: outside ?? (input?.pull == "up" ? 1 : input?.pull == "down" ? 0 : idle), outside };
}

/** How bright a lamp on this pin is: 0 to 1. */
export function brightness(pin) {
  const { mode, duty, level } = state(pin);
  return mode == "pwm" ? duty : level;
}

/** The state of a pin in words. */
export function words(pin) {
  const { mode, duty, freq, pull, level, outside } = state(pin);
  const high = level ? "high" : "low";
  const what = mode == "pwm" ? `PWM, ${Math.round(duty * 100)} % at ${freq} Hz` : mode == "in" ? `input${pull && pull != "none" ? " with pull-" + pull : ""}, ${high}`
    : mode ? `${mode == "out" ? "output" : "open drain"}, ${high}` : "not in use";
  return what + (outside == null ? "" : `, driven ${outside ? "high" : "low"} from outside`);
}
