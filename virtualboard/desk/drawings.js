// The parts beside the board, drawn. Each drawing has a class for what lights, turns or is pressed; desk.css has the colours.

const drawing = (wide, high, name, ...shapes) => make("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, "aria-hidden": "true", class: "art " + name }, shapes);

export const led = () => drawing(56, 76, "led",
  make("circle.halo", { cx: 28, cy: 28, r: 26 }), make("path.leg", { d: "M23 50V74M33 50V70" }),
  make("path.bulb", { d: "M16 46V26a12 12 0 0 1 24 0v20z" }), make("rect.rim", { x: 13, y: 44, width: 30, height: 7, rx: 2 }), make("path.shine", { d: "M21 38V27a7 7 0 0 1 5-6.500" }));

export const pushButton = () => drawing(76, 76, "button",
  make("path.leg", { d: "M8 22H2M8 54H2M68 22h6M68 54h6" }), make("rect.base", { x: 8, y: 8, width: 60, height: 60, rx: 6 }),
  ...[[16, 16], [60, 16], [16, 60], [60, 60]].map(([cx, cy]) => make("circle.rivet", { cx, cy, r: 3 })),
  make("circle.shade", { cx: 38, cy: 40, r: 19 }), make("circle.cap", { cx: 38, cy: 38, r: 18 }));

export const dht = () => drawing(64, 100, "dht",
  make("path.leg", { d: "M17 84v14M27 84v14M37 84v14M47 84v14" }), make("rect.base", { x: 4, y: 2, width: 56, height: 84, rx: 5 }),
  make("circle.rivet", { cx: 32, cy: 11, r: 4 }),
  ...[0, 1, 2, 3, 4].flatMap((row) => [0, 1, 2].map((column) => make("rect.slot", { x: 11 + column * 15, y: 22 + row * 10, width: 12, height: 5, rx: 2 }))),
  make("text.print", { x: 32, y: 81 }, "DHT22"));

export const potentiometer = () => drawing(80, 80, "potentiometer",
  make("rect.base", { x: 4, y: 4, width: 72, height: 72, rx: 8 }), make("path.scale", { d: "M20.500 59.500A28 28 0 1 1 59.500 59.500" }),
  make("circle.knob", { cx: 40, cy: 40, r: 21 }), make("g.turns", make("path.mark", { d: "M40 36V22" })));

export const buzzer = () => drawing(80, 76, "buzzer",
  make("path.leg", { d: "M34 58V74M46 58V74" }), make("circle.base", { cx: 40, cy: 36, r: 27 }), make("circle.ridge", { cx: 40, cy: 36, r: 20 }), make("circle.hole", { cx: 40, cy: 36, r: 5 }),
  make("path.wave", { d: "M70 22a20 20 0 0 1 0 28M75 16a28 28 0 0 1 0 40M10 22a20 20 0 0 0 0 28M5 16a28 28 0 0 0 0 40" }));

export const thermometer = () => drawing(40, 96, "thermometer",
  make("path.leg", { d: "M13 62v32M20 62v32M27 62v32" }), make("path.base", { d: "M7 62V20a13 13 0 0 1 26 0v42z" }), make("text.print", { x: 20, y: 44 }, "DS18"));

export const chip = (name) => drawing(64, 64, "chip-board",
  make("rect.base", { x: 4, y: 4, width: 56, height: 56, rx: 5 }), make("rect.can", { x: 20, y: 16, width: 24, height: 24, rx: 3 }), make("circle.hole", { cx: 38, cy: 22, r: 2 }), make("text.print", { x: 32, y: 54 }, name));
