// POSIX time zones, as the board wants them, from what the browser knows of each city.

const DAY = 86400000;

/** "Europe/Paris" -> "<+01>-1<+02>,M3.5.0/2,M10.5.0/3" */
function posixZone(name) {
  const format = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" });
  const offset = (at) => { // minutes east of Greenwich, of "11/29/2026, GMT+05:30"
    const [, hours = 0, minutes = 0] = /T(.\d+):(\d+)/.exec(format.format(at)) || [];
    return hours * 60 + (hours < 0 ? -minutes : +minutes);
  };
  const clock = (minutes) => Math.trunc(minutes / 60) + (minutes % 60 ? ":" + Math.abs(minutes % 60) : "");
  const zone = (minutes) => `<${minutes < 0 ? "-" : "+"}${clock(Math.abs(minutes)).replace(":", "").padStart(2, 0)}>${clock(-minutes)}`;
  const year = new Date().getUTCFullYear();
  // per rule, 0 to winter and 1 to summer: the instants at which it changes the offset, by the clock before, in the years to come
  const rules = [];
  for (let month = 0; month < 96; month++) {
    let [low, high] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
    const before = offset(low);
    const after = offset(high);
    if (before == after) continue;
    while (high - low > 60000) {
      const middle = Math.floor((low + high) / 120000) * 60000;
      if (offset(middle) == before) low = middle;
      else high = middle;
    }
    (rules[+(after > before)] ||= []).push({ before, after, wall: high + before * 60000 });
  }
  const rule = (changes = []) => {
    // a change in the night after a certain Saturday is not on a certain Sunday
    for (const shift of [0, -1, 1]) {
      const days = changes.map(({ wall }) => new Date(wall + shift * DAY));
      const last = days.every((day) => new Date(+day + 7 * DAY).getUTCMonth() != day.getUTCMonth());
      const found = new Set(days.map((day) => `,M${day.getUTCMonth() + 1}.${last ? 5 : Math.ceil(day.getUTCDate() / 7)}.${day.getUTCDay()}/${clock((changes[0].wall % DAY) / 60000 - shift * 1440)}`));
      if (found.size == 1) return [...found][0];
    }
  };
  const [winter, summer] = rules;
  const [start, end] = [rule(summer), rule(winter)];
  return start && end ? zone(summer[0].before) + zone(summer[0].after) + start + end : zone(offset(Date.UTC(year, 11, 31)));
}

/** A choice of cities that fills a control. */
function cityChoice(control) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const words = (name) => name.split("/").reverse().join(", ").replaceAll("_", " ");
  const cities = (Intl.supportedValuesOf?.("timeZone") || [mine]).map((name) => [name, words(name)]).sort((a, b) => (a[1] < b[1] ? -1 : 1));
  return field("Time zone of", { choices: [["", "choose a city"], [mine, words(mine) + " (this device)"], ...cities], onchange: ({ target: { value } }) => { if (value) control.value = posixZone(value); } });
}
