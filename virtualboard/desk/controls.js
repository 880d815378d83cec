// What a person moves and chooses: each has `.show(value)`, for a value that has changed by itself.

/** A slider with its name and its value. `set(value)` while it is moved; `.show(value)` unless it is being moved. */
export function slider(name, range, unit, digits, set) {
  const output = make("output");
  const input = make("input", { type: "range", ...range, ariaLabel: name, oninput: () => { tell(+input.value); set(+input.value); } });
  const tell = (value) => {
    output.textContent = value.toFixed(digits) + " " + unit;
    input.setAttribute("aria-valuetext", output.textContent);
  };
  const element = make("label.slider", make("span", name), output, input);
  element.show = (value) => {
    if (document.activeElement == input && input.matches(":active")) return;
    input.value = value;
    tell(value);
  };
  return element;
}

/** A list to choose from: [value, words] each. */
export function choice(name, options, set) {
  const select = make("select", { ariaLabel: name, onchange: () => set(select.value) }, options.map(([value, words]) => make("option", { value }, words)));
  const element = make("label.choice", make("span", name), select);
  element.show = (value) => { if (document.activeElement != select || select.value != value) select.value = value ?? ""; };
  return element;
}
