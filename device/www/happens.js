// What happens by itself: alarms and links, when each last acted, or why not; and what the display shows.

const happening = (title, cards) => cards?.length && [make("h2", title, button("Edit", () => settings(title.toLowerCase()), ".bare")), cards];

shows.alarms = shows.links = shows.display = () => {
  const { alarms, links, display } = board;
  const send = (words, path, options = { method: "POST" }) => button(words, () => attempt(ask(path, options).then(() => { due.alarms = due.links = 0; })));
  fill($("happens"),
    happening("Alarms", alarms?.alarms.map(({ id, at, every, do: deed, enabled, state, next, why, error }) => {
      const path = "/alarms/" + id;
      const press = (words) => send(words, path + "/" + words.toLowerCase());
      return item([make("b", id), " ", small(dots(at ?? `every ${every} s`, deed))], make("span.pill", state),
        small(next ? "next " + localTime(next).slice(0, 22) : why), warning(error),
        make(".buttons", state == "ringing" && press("Snooze"), press(state == "idle" ? "Try" : "Stop"), send(enabled ? "Off" : "On", path, { body: { enabled: !enabled } })));
    })),
    happening("Links", links?.links.map((link, place) => item(make("b", link.when), make("span.pill", ago(link.age)), small(link.why),
      make(".buttons", small("Try"), ["do", "else", "silent"].map((part) => link[part] && send(part + " " + link[part], `/links/${place + 1}/try`, { method: "POST", body: { part } })))))),
    happening("Display", display && [item(make("pre", display.lines.join("\n")), null, warning(display.error))]));
};
