// The serial console: what the board says, and what is typed to it.

import { ask, say, world } from "./world.js";

const type = (text) => ask("console", "POST", text, "text/plain").catch((problem) => say(problem.detail || "The simulator does not answer.", "bad"));

$("prompt").onsubmit = (event) => {
  event.preventDefault();
  type($("typed").value + "\r");
  $("typed").value = "";
};
$("stop").onclick = () => type("\x03");
$("again").onclick = () => type("\x04");

export function showConsole() {
  const lines = $("lines");
  const text = world.console.join("\n");
  $("prompt").hidden = !world.bench.prompt;
  $("port").textContent = world.bench.prompt ? "mpremote connect " + world.bench.serial : "";
  if (lines.textContent == text) return;
  const atEnd = lines.scrollTop + lines.clientHeight > lines.scrollHeight - 30;
  lines.textContent = text;
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}
