// Forms made from the configuration's schema, GET /config/schema. Its kinds are those of docs/configuration.md.
// Each part is {element, value()}; value() is undefined where the default holds.

let schema = []; // rows: path, kind, when, default, help, group, label, secret
const rowOf = (path) => schema.find((row) => row[0] == path);
const titled = (word) => word[0].toUpperCase() + word.slice(1).replaceAll("_", " ");

/** The keys right below a path such as "wifi", "dht[]" or "pins.*". */
const below = (path) => [...new Set(schema.filter((row) => row[0].startsWith(path + ".")).map((row) => row[0].slice(path.length + 1).split(/[.[]/)[0]))].filter((key) => key != "*");

/** A part of the form. path: in the schema; name: in the configuration. */
function part(path, name, value) {
  const row = rowOf(path);
  if (!row) {
    const inside = group(path, name, value);
    if (path.includes(".")) inside.element = make("fieldset.card", make("legend", titled(path.split(".").at(-1))), inside.element);
    return inside;
  }
  const [kind, ...limits] = row[1].replace("*", "").split(":");
  return /list|map/.test(kind) ? many(path, name, value, kind == "map", limits, row) : single(path, name, value, kind, limits, row);
}

function group(path, name, value = {}) {
  const parts = below(path).map((key) => [key, part(path + "." + key, name + "." + key, value[key])]);
  return {
    element: make("", parts.map(([, each]) => each.element)),
    value: () => {
      const all = Object.fromEntries(Object.entries({ ...value, ...Object.fromEntries(parts.map(([key, each]) => [key, each.value()])) }).filter(([, each]) => each !== undefined));
      return Object.keys(all).length ? all : undefined;
    },
  };
}

function single(path, name, value, kind, limits, [, wanted, , fallback, help, , label, secret]) {
  const usual = String(fallback ?? "");
  const number = /int|float/.test(kind);
  const choices = kind == "set" ? limits[0].split(",").map((each) => [each]) : kind == "pin" ? pinChoices(value) : limits == "0,1" ? [[0, "0, off"], [1, "1, on"]] : null;
  const bool = kind == "bool";
  const lines = kind == "list"; // a list in a list: an entry is a text of lines
  const props = lines ? { value: (value ?? []).join("\n"), rows: limits[0] } : bool ? { type: "checkbox", checked: value ?? fallback } : { value: value === true ? "" : value ?? "" };
  if (choices) props.choices = /\*$/.test(wanted) ? choices : [["", usual ? usual + " (default)" : "not set"], ...choices];
  else if (!bool && !lines) Object.assign(props, { placeholder: secret && value ? "set, and not shown" : usual, type: secret ? "password" : number ? "number" : "text", autocomplete: "off" }, number && { min: limits[0], max: limits[1], step: "any" });
  const box = field(label, { name, ...props }, help);
  const { control } = box;
  return {
    element: path == "timezone" ? make("", cityChoice(control), box) : box,
    value: () => {
      if (bool) return control.checked == !!fallback && value == null ? undefined : control.checked;
      return control.value === "" ? (secret && value) || undefined : number ? +control.value : lines ? control.value.split("\n") : control.value;
    },
  };
}

/** Pins that can be chosen, with who uses them and what matters at boot. */
function pinChoices(value) {
  const choices = board.pins.pins.filter((pin) => !isBarred(pin) && pin.capabilities.includes("input")).map((pin) => [pin.name, dots(pin.aliases.join(" / "), !isFree(pin) && pin.used_by, pin.verdict == "boot" && "matters at boot", pin.verdict == "input-only" && "input only")]);
  return value == null || choices.some((choice) => choice[0] == value) ? choices : [[value], ...choices];
}

/** A list or a map: a card for each entry, with Remove; and Add. */
function many(path, name, value = [], isMap, [most, ...plain], [, , , , help, , label]) {
  const inner = path + (isMap ? ".*" : "[]");
  const one = label.replace(/s$/, "");
  const entries = new Set();
  const cards = make("");
  const add = button("Add", () => insert().querySelector("input,select").focus());
  function insert(key = "", each) {
    const where = isMap ? name + "." + key : `${name}[${entries.size}]`;
    const inside = plain.length ? single(inner, where, each, plain[0], plain.slice(1), [, , , , , , isMap ? "Value" : one]) : group(inner, where, each);
    const title = isMap && field(path == "pins" ? "Pin" : plain.length ? "Key" : "Name", { ...(path == "pins" && { choices: [["", "choose a pin"], ...pinChoices(key || null)] }), value: key });
    const entry = () => (isMap ? [title.control.value, inside.value() ?? {}] : inside.value() ?? {});
    const card = make("fieldset.card", make("legend", one), title, inside.element, button("Remove", () => {
      card.remove();
      entries.delete(entry);
      add.disabled = false;
    }, ".bare"));
    entries.add(entry);
    cards.append(card);
    add.disabled = entries.size >= most;
    return card;
  }
  for (const key in value) insert(key, value[key]);
  return {
    element: make("", soft(help), cards, add),
    insert,
    value: () => {
      const all = [...entries].map((entry) => entry());
      return all.length ? (isMap ? Object.fromEntries(all) : all) : undefined;
    },
  };
}

/** The JSON merge patch (RFC 7396) that makes `before` into `after`: objects piece by piece, lists as a whole. */
function mergePatch(before, after) {
  const patch = {};
  for (const key in { ...before, ...after }) {
    const [old, fresh] = [before[key], after[key]];
    if (JSON.stringify(old) == JSON.stringify(fresh)) continue;
    patch[key] = [old, fresh].every((each) => each?.constructor == Object) ? mergePatch(old, fresh) : fresh ?? null;
  }
  return patch;
}
