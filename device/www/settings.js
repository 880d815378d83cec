// Settings: the whole configuration as one form, a part for each of its groups.

/** Open the settings with one group unfolded; `pin`, if given, gets an entry of its own in it. */
async function settings(first, pin) {
  let before;
  try {
    if (!schema.length) schema = (await ask("/config/schema")).rows;
    before = await ask("/config");
  } catch (error) {
    return openForm("Settings", trouble(error), "Try again", () => settings(first, pin));
  }
  const parts = {};
  const keys = [...new Set(schema.map((row) => row[0].split(/[.[]/)[0]))];
  const groups = [...new Set(schema.map((row) => row[5]))];
  const sections = groups.map((group) => {
    const mine = keys.filter((key) => schema.find((row) => row[0].split(/[.[]/)[0] == key)[5] == group);
    return make("details", { open: mine.includes(first) }, make("summary", make("h3", group)), mine.map((key) => (parts[key] = part(key, key, before[key])).element));
  });
  const dialog = openForm("Settings", sections, "Save", async () => {
    const after = { ...before };
    for (const key in parts) after[key] = parts[key].value();
    return change(before, after).then((said) => {
      before = said.config;
      return said.words;
    });
  });
  if (pin && !before.pins?.[pin]) parts.pins.insert(pin, { mode: "out" }).querySelector("input").focus();
  return dialog;
}

/** Make the configuration `before` into `after`: {config: what it is then, words}. */
async function change(before, after) {
  const patch = mergePatch(before, after);
  if (!Object.keys(patch).length) return { config: before, words: "Nothing was changed." };
  const { restart, warnings, config } = await ask("/config", { method: "PATCH", body: patch });
  refresh();
  return { config, words: ["Saved. ", restart.length && [restart.join(", "), " will hold after a restart. ", button("Restart now", restartBoard)], warnings.map(warning)] };
}

$("settings").onclick = () => settings();
