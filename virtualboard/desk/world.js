// The wire to the control port: what the board and its surroundings are like, live, and changes of them, one at a time.

export const world = {}; // as GET /world says; `bench` is what GET /desk.json says
const shows = [];
let next = null; // what the next change is made of
let flying = false;

/** Call `show(world)` after each change. */
export const onChange = (show) => shows.push(show);

export async function ask(path, method = "GET", body = undefined, type = "application/json") {
  const answer = await fetch(path, { method, body, headers: body == null ? {} : { "Content-Type": type }, cache: "no-store" });
  const said = await answer.json();
  if (!answer.ok) throw said;
  return said;
}

function take(said) {
  for (const key of Object.keys(world)) if (key != "bench") delete world[key];
  Object.assign(world, said);
  for (const show of shows) show(world);
}

/** Change the world. While one change is under way, later ones become one: a slider sends what it said last. */
export function change(wish) {
  next = merged(next || {}, wish);
  if (!flying) send();
}

async function send() {
  flying = true;
  while (next) {
    const body = JSON.stringify(next);
    next = null;
    try {
      const said = await ask("world", "PUT", body);
      if (!next) take(said);
    } catch (problem) {
      say(problem.detail || "The simulator does not answer.", "bad");
    }
  }
  flying = false;
}

function merged(old, wish) {
  for (const [key, value] of Object.entries(wish)) {
    const inner = value?.constructor == Object;
    old[key] = inner ? merged(old[key]?.constructor == Object ? old[key] : {}, value) : value;
  }
  return old;
}

export const startOver = () => ask("world/reset", "POST").then(take, (problem) => say(problem.detail, "bad"));

/** Follow the world for ever. A simulator that has gone is looked for until it is back. */
export async function follow() {
  let lost = 0;
  for (;;) {
    if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
    try {
      const again = !world.bench || lost;
      if (again) world.bench = await ask("desk.json");
      const said = await ask(again ? "world" : "world?wait=25&since=" + world.rev);
      if (lost) say("The simulator is back.", "good");
      lost = 0;
      $("live").textContent = "Live";
      document.body.classList.remove("gone");
      if (!flying && !next) take(said);
      await new Promise((done) => setTimeout(done, 30));
    } catch (problem) {
      if (problem instanceof Error && !/fetch|network|load failed/i.test(problem.message)) throw problem;
      lost += 1;
      $("live").textContent = "Offline";
      document.body.classList.add("gone");
      if (lost > 1) say("The simulator has ended. Start it again with ./deploy.sh virtual; this page waits for it.");
      await new Promise((done) => setTimeout(done, Math.min(250 * 2 ** lost, 4000)));
    }
  }
}

let ends;
/** A line on top of everything; good and bad news leave by themselves. */
export function say(words = "", kind = "") {
  clearTimeout(ends);
  if (kind) ends = setTimeout(say, 6000);
  assign($("banner"), { hidden: !words, className: kind, textContent: words });
}
