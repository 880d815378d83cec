// What the board asks others: the time, the weather, ThingSpeak; with what went wrong, in its words.

const problemOf = (name) => board.problems[name]?.detail || board[name]?.stale && board[name].error || board.status?.services[name]?.error;

/** An instant as the board's clocks on the wall show it: "Sun, 29 Nov 2026 10:44:38 GMT", without the last word. */
function localTime(unix) {
  const { utc, local } = board.time || {};
  const offset = utc ? Date.parse(local.slice(0, 19) + "Z") - Date.parse(utc) : 0;
  return new Date(unix * 1000 + offset).toUTCString();
}

const clock = make("span.big.num");
function tick() {
  if (board.time) clock.textContent = localTime(board.time.unix + now() - board.at.time).slice(17, 25);
}
setInterval(tick, 1000);

shows.time = shows.weather = shows.thingspeak = () => {
  const { time, weather, thingspeak, problems } = board;
  const entry = thingspeak?.feeds.at(-1);
  const number = (value) => value?.toFixed(1) ?? "?";
  const failing = problemOf("thingspeak");
  const waiting = board.status?.services.thingspeak?.waiting;
  const sync = button("Set now", () => attempt(ask("/time/sync", { method: "POST" }).then((said) => take("time", said))), ".bare");
  fill($("services"),
    item(time ? clock : "The clock is not set yet", sync, time && small(localTime(time.unix).slice(0, 16), " · set ", ago(time.age + now() - board.at.time), `, ±${time.error_ms} ms`), warning(problemOf("time") || problemOf("sntp"))),
    (weather || problems.weather?.status > 400) && item([make("b", weather?.city || "Weather"), " ", small(weather?.description)], weather && make("span.num", number(weather.temperature), " °C"),
      weather && small(`feels like ${number(weather.feels_like)} °C · ${weather.humidity} %RH · wind ${number(weather.wind_speed)} m/s`),
      weather && small(dots(ago(weather.age), weather.attribution || weather.provider)), warning(problemOf("weather"))),
    (thingspeak || problems.thingspeak?.status > 400) && item([make("b", "ThingSpeak"), " ", thingspeak && small("channel ", thingspeak.channel)], make("span.pill" + (failing ? ".warn" : ".good"), failing ? "failing" : "answers"),
      entry && small(dots(`entry ${entry.entry_id}, ${ago(now() - Date.parse(entry.created_at) / 1000)}`, ...Object.keys(entry).filter((key) => /^f/.test(key) && entry[key] != null).map((key) => key.slice(5) + ": " + entry[key]), waiting && waiting + " waiting to be sent")), warning(failing)));
  tick();
};
