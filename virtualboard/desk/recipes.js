// What to try first: requests as one types them, to run with a press, and what the board answers.

import { pinOf, short } from "./pins.js";
import { world } from "./world.js";

/** Name, method, path, JSON; and what to look at. Pins are those of the parts beside the board. */
function recipes() {
  const { led, button, buzzer } = world.bench.parts;
  return [
    ["Light the LED", "GET", `/gpio?pin=${led}&state=toggle`, null, "An address is enough: open it in a browser, or press Run. Once more, and it is off."],
    ["Dim it", "PUT", `/gpio/${led}`, { pwm: 0.2 }, "PWM: the pin is high for a fifth of the time."],
    ["The button", "GET", `/gpio?pin=${button}&mode=in&pull=up`, null, "Hold the button beside the board, and press Run: its state is 0."],
    ["Beep", "PUT", `/gpio/${buzzer}`, { pwm: 0.5, for: 1 }, "A tone for one second. Press Sound at the buzzer to hear it."],
    ["Temperature", "GET", "/dht", null, "Move the sliders of the DHT22, and ask again after some seconds."],
    ["The time", "GET", "/time", null, "From the time server on the network; the time zone is in the settings of the board's page."],
    ["A refusal", "GET", `/gpio?pin=${world.bench.pins.find(({ verdict }) => verdict == "forbidden").gpio}&state=1`, null, "The board says why not, and what to take instead."],
  ];
}

/** The same for a shell. */
function line([, method, path, body]) {
  const address = world.bench.address + path;
  if (method == "GET") return "curl " + (/[?&]/.test(address) ? `'${address}'` : address);
  return `curl -X ${method} --json '${JSON.stringify(body)}' ${address}`;
}

async function run([, method, path, body], answer) {
  answer.textContent = "…";
  try {
    const said = await fetch("board" + path, { method, body: body && JSON.stringify(body), headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) }, cache: "no-store" });
    answer.className = said.ok ? "answer" : "answer refused";
    answer.textContent = await said.text();
  } catch {
    answer.textContent = "The simulator does not answer.";
  }
}

function choose(recipe, tabs) {
  const [name, , , , hint] = recipe;
  for (const tab of tabs) tab.setAttribute("aria-pressed", tab.textContent == name);
  const answer = make("output.answer", make("span.soft", hint));
  const copy = make("button", { type: "button", onclick: () => navigator.clipboard?.writeText(line(recipe)).then(() => { copy.textContent = "Copied"; }, () => {}) }, "Copy");
  fill($("recipe"), make(".command", make("code", line(recipe)), copy, make("button.go", { type: "button", onclick: () => run(recipe, answer) }, "Run")), make("p.soft", answer));
}

export function showRecipes() {
  if ($("recipes").childElementCount) return;
  const all = recipes();
  const tabs = all.map((recipe) => make("button", { type: "button", onclick: () => choose(recipe, tabs) }, recipe[0]));
  fill($("recipes"), tabs);
  choose(all[0], tabs);
}
