// The desk: the simulated board, what is wired to it, and what is around it.

import { showBoard } from "./board.js";
import { showConsole } from "./console.js";
import { forget, showParts, showWires } from "./parts.js";
import { showRecipes } from "./recipes.js";
import { showSurroundings } from "./surroundings.js";
import { change, follow, onChange, startOver, world } from "./world.js";

function showFacts() {
  const { wifi: { station, access_point: own }, boots, bench } = world;
  const network = own?.active ? `its own access point “${own.ssid}”, password ${own.password || "none"}` : station?.state == "connected" ? `on the network “${station.ssid}”` : "Wi-Fi: " + (station?.state || "off").replaceAll("-", " ");
  $("facts").textContent = dots("Simulated " + bench.title, network, `started ${boots} time${boots > 1 ? "s" : ""}`);
  document.title = bench.title.split(" (")[0] + " on the desk";
  $("open").href = bench.address + "/";
  if (!$("frame").src && station?.state == "connected") $("frame").src = "board/";
}

$("cut").onclick = () => change({ power: "cut" });
$("restore").onclick = () => {
  forget();
  startOver();
};
for (const show of [showFacts, showRecipes, showParts, showBoard, showSurroundings, showConsole, showWires]) onChange(show);
new ResizeObserver(() => world.bench && world.rev && showWires()).observe($("table"));
follow();
