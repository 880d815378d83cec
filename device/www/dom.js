"use strict";
// Elements, and times in words. What comes from outside (the name of a network or a pin, an upstream's sentence) is only ever text.

const $ = (id) => document.getElementById(id);
const now = () => Date.now() / 1000;
const DRAWN = /^(svg|g|rect|circle|path|text)$/;

/** Set an element's properties, or attributes where it has no such property. */
function assign(element, props) {
  for (const name in props) {
    if (name in element && (!DRAWN.test(element.tagName) || name.startsWith("on"))) element[name] = props[name];
    else element.setAttribute(name, props[name]);
  }
  return element;
}

const fill = (element, ...children) => {
  element.replaceChildren(...children.flat(9).filter((child) => child || child === 0));
  return element;
};

/** make("button.go", {onclick}, children …): an element with its classes, its properties (if any), and children. */
function make(kind, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = DRAWN.test(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag || "div");
  if (children[0]?.constructor == Object) assign(element, children.shift());
  if (classes.length) element.classList.add(...classes);
  return fill(element, children);
}

const small = (...children) => make("small", children);
const soft = (...children) => make("p.soft", children);
const button = (words, onclick, kind = "") => make("button" + kind, { type: "button", onclick }, words);
const dots = (...words) => [...new Set(words)].filter(Boolean).join(" · ");
const warning = (words) => words && make(".note.warn", { role: "status" }, words);

/** A row of a card: a title and what stands at its right, and lines below. */
const item = (title, right, ...below) => make(".item", make("span", title), right || make("i"), below.filter(Boolean).map((line) => make(".full", line)));

/** Something that went wrong, in the words of the board where it answered. */
const trouble = ({ title = "No answer", detail = "The board is silent.", try: free }) => make(".note.bad", { role: "alert" }, make("b", title, ". "), detail, free && " Free for this: " + free.join(", ") + ".");

function lasting(seconds) {
  const [size, unit] = seconds < 90 ? [1, " s"] : seconds < 5400 ? [60, " min"] : seconds < 172800 ? [3600, " h"] : [86400, " days"];
  return Math.round(seconds / size) + unit;
}

const ago = (seconds) => (seconds == null ? "not yet" : seconds < 2 ? "just now" : lasting(seconds) + " ago");
