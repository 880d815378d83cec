// The wire: never more than two connections. One watches the pins (`watch`), one asks for all the rest, one thing after the other.

const board = { gpio: [], at: {}, problems: {} }; // what the board said last, by resource; when; and what it refused
const shows = {}; // resource -> function that shows it
let token = "";
let lost = 0; // since when there is no answer
const LONG = 25; // seconds that one question waits for news of the pins
let stopWatching;
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** What this browser keeps under a name; with a value: keep that. Some keep nothing. */
function kept(name, value, store = "localStorage") {
  try {
    if (value != null) window[store][name] = value;
    return window[store][name] || "";
  } catch {
    return "";
  }
}

token = kept("token", null, "sessionStorage") || kept("token");

/** The board's JSON, "" for 304; `path` starts with a slash, and leads on from where the page lies. What is thrown has the board's `title`, `detail` and `status`, or none if there was no answer. */
async function request(path, { body, method = body ? "PUT" : "GET", data = body && JSON.stringify(body), wait = 0 } = {}) {
  const stop = new AbortController();
  if (wait == LONG) stopWatching = () => stop.abort();
  setTimeout(() => stop.abort(), (wait + (method == "GET" ? 12 : 40)) * 1000);
  const headers = { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: "Bearer " + token }) };
  const answer = await fetch("." + path, { method, headers, body: data, signal: stop.signal, cache: "no-store" });
  const text = await answer.text();
  const said = text && JSON.parse(text);
  if (said && !answer.ok) throw { ...said, after: +answer.headers.get("Retry-After") };
  return said;
}

async function patient(path, options, tries) {
  try {
    return await request(path, options);
  } catch (error) {
    if (!tries || !error.after || error.after > 5) throw error;
    await pause(error.after);
    return patient(path, options, tries - 1);
  }
}

let line = Promise.resolve();
let changes = 0; // that stand in the line

/** request() when all that was asked before is done. Who is told to come back does so; a change that needs the token is sent again
 * after signing in. */
function ask(path, options = {}) {
  const change = options.body || options.method ? 1 : 0;
  changes += change;
  const mine = line.then(() => patient(path, options, 1 + 3 * change)).catch((error) => {
    if (error.status != 401) throw error;
    $("sign").hidden = false;
    if (!change) throw error;
    return signIn().then(() => request(path, options));
  }).finally(() => { changes -= change; });
  line = mine.catch(() => {});
  return mine;
}

/** What the board said of a resource, or that it has nothing to say: a problem. */
function take(name, said) {
  const problem = said.detail && said.title ? said : null;
  board.problems[name] = problem;
  board.at[name] = now();
  if (!problem) board[name] = said;
  shows[name]?.();
}

/** Show the pins as they are, for ever. Where no more clients may wait, ask every other second. */
async function watch() {
  let rev = 0;
  let failed = 0;
  let plainUntil = 0;
  for (;;) {
    if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
    const waits = plainUntil < now();
    let error;
    const said = await request("/gpio" + (waits ? "?wait=25&since=" + rev : ""), { wait: LONG }).catch((problem) => { error = problem; });
    if (!error || error.status) {
      if (lost) back();
      failed = 0;
      $("live").textContent = "Live";
    }
    if (!error) {
      if (said) {
        rev = said.rev;
        seePins(said.pins);
      }
      await pause(waits ? 0.1 : 2);
    } else if (error.status == 401) await signIn("This board shows nothing without its token.").catch(() => pause(9));
    else if (error.status) {
      plainUntil = now() + 30;
      await pause(error.after || 2);
    } else {
      if (failed++) gone();
      rev = 0;
      await pause(Math.min(2 ** failed / 4, 8));
    }
  }
}

function gone() {
  stopWatching();
  lost ||= now();
  document.body.className = "gone";
  $("live").textContent = "Offline";
  banner("No answer for " + lasting(now() - lost + 1) + "; trying again.");
}

function back() {
  banner("The board is back after " + lasting(now() - lost) + ".", "good");
  lost = 0;
  document.body.className = "";
  refresh();
}

let bannerEnds;
/** A line on top of everything. Good news (or bad) of a moment leaves by itself; what is of no kind stays. */
function banner(words = "", kind = "") {
  clearTimeout(bannerEnds);
  if (kind) bannerEnds = setTimeout(banner, 6000);
  assign($("banner"), { hidden: !words, className: kind, textContent: words });
}

/** Do something that has no place of its own for what goes wrong. */
const attempt = (action) => action.catch((error) => banner(trouble(error).textContent, "bad"));

