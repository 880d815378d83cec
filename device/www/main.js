// What is asked, how often, and the start.

const QUESTIONS = { status: 8, weather: 120, thingspeak: 30, alarms: 8, links: 8, display: 8 }; // seconds between two
const due = {};

function refresh() {
  for (const name in due) due[name] = 0;
  ask("/pins").then((said) => {
    if (JSON.stringify(said) == JSON.stringify(board.pins)) return;
    board.pins = said;
    rows.clear();
    drawMap();
    showPins();
  }, () => {});
}

async function tour() {
  for (;; await pause(0.5)) {
    for (const name in QUESTIONS) {
      if (document.hidden || lost || changes || due[name] > now() || /^[adl]/.test(name) && !board.status?.services[name]) continue;
      due[name] = now() + QUESTIONS[name];
      try {
        const said = await ask("/" + name + (name == "status" ? "?all=1" : ""));
        for (const part of ["time", "dht", "sensors", "adc", "wifi"]) if (said[part]) take(part, said[part]);
        take(name, said);
      } catch (error) {
        if (error.after) due[name] = now() + error.after;
        if (error.title) take(name, error);
        else gone();
      }
    }
  }
}

refresh();
watch();
tour();
