// Sensors with their age, and what they measured in the last hours, which this browser remembers.

const MOST = 480; // points of a plot
const SPAN = 24 * 3600;
let history = {}; // "D2.temperature" -> [[Unix time, value], …]
try {
  history = JSON.parse(kept("history"));
} catch { /* nothing was kept */ }
setInterval(() => kept("history", JSON.stringify(history)), 30000);

/** Add a point; where there are many, every other one of the older half goes. */
function note(name, at, value) {
  const points = (history[name] || []).filter((point) => at - point[0] < SPAN);
  if (!(at - points.at(-1)?.[0] < 4)) points.push([Math.round(at), value]);
  history[name] = points.length > MOST ? points.filter((_, place) => place > MOST / 2 || place % 2) : points;
}

function plot(name, label, unit) {
  const points = history[name] || [];
  if (points.length < 3) return small("collecting …");
  const values = points.map((point) => point[1]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const start = points[0][0];
  const span = points.at(-1)[0] - start;
  const path = points.map(([at, value]) => ((at - start) / span) * 200 + " " + (20 - ((value - (high + low) / 2) / Math.max(high - low, 1)) * 34).toFixed(1)).join("L");
  return make(".plot", make("svg", { viewBox: "0 0 200 40", preserveAspectRatio: "none", role: "img", "aria-label": `${label} from ${low} to ${high} ${unit} in ${lasting(span)}` },
    make("path.area", { d: `M0 40L${path}L200 40Z` }), make("path", { d: "M" + path })), make("small.num", make("span", ago(now() - start)), make("span", low == high ? "steady" : low + " – " + high)));
}

shows.dht = shows.sensors = shows.adc = () => {
  const dhts = (board.dht?.dht || []).map(({ temperature, humidity, ...rest }) => ({ ...rest, values: temperature == null ? {} : { temperature: { value: temperature, unit: "°C" }, humidity: { value: humidity, unit: "%RH" } } }));
  const sensors = (board.sensors?.sensors || dhts).map(({ name, type, age, error, stale, values }) => {
    const reading = ([what, { value, unit }]) => {
      if (!stale) note(name + "." + what, board.at.dht - age, value);
      return [make(".big.num", value.toFixed(1), small(unit)), plot(name + "." + what, titled(what), unit)];
    };
    return item([make("b", name), " ", small((type || "").toUpperCase())], make("span.pill" + (error ? ".warn" : ""), ago(age)),
      make(".readings" + (stale ? ".stale" : ""), Object.entries(values).map(reading)), error && warning((stale ? "This is the last good value. " : "") + error));
  });
  const inputs = (board.adc?.adc || []).filter(({ volts }) => volts != null).map(({ name, volts }) => [make("dt", name), make("dd.num", volts.toFixed(2), " V")]);
  const problem = board.problems.dht?.detail;
  fill($("sensors"), sensors, inputs.length && make(".item", make("span", "Analogue"), make("dl.full", inputs)), warning(problem), !sensors.length && !problem && make("p.soft", "No sensor is set up. Wire a DHT22 to a free pin, then ", button("add it", () => settings("dht"), ".bare"), "."));
};
