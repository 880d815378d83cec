// The board itself: how it is, what happened, restart, update, backup.

shows.status = () => {
  const { version, uptime, reset_cause: cause, heap_free: heap, flash_free: flash, ip, wifi, warnings, token: locked } = board.status;
  const kilobytes = (bytes) => Math.round(bytes / 1024) + " KB free";
  $("name").textContent = document.title = wifi.hostname;
  $("facts").textContent = dots(ip, "up " + lasting(uptime));
  if (board.uptime > uptime && !lost) {
    banner("The board has restarted (" + cause + ").", "good");
    refresh();
  }
  board.uptime = uptime;
  if (locked && !token) $("sign").hidden = false;
  const facts = { Version: version, Started: cause + ", " + ago(uptime), Memory: kilobytes(heap), Flash: kilobytes(flash) };
  fill($("system"), warnings.map(warning), make("dl", Object.entries(facts).map(([name, said]) => [make("dt", name), make("dd", said)])),
    make(".buttons", button("Restart", confirmRestart), button("Update", update), button("Back up", backUp), button("Restore", restore)));
};

function showEvents() {
  const events = (board.wifi.events || []).slice(0, 8).map(({ event, ssid, reason, age, count }) => make("li", small(ago(age)), make("span", dots(titled(event.replaceAll("-", " ")), ssid, reason, count > 1 && count + " times"))));
  fill($("events"), events.length ? events : make("li.soft", "Nothing happened yet."));
}

const confirmRestart = () => openForm("Restart", soft("Outputs go to their configured states."), "Restart", restartBoard);

const restartBoard = () => attempt(ask("/reset", { method: "POST" }).then(() => banner("The board restarts …", "good")));

const fileField = (help) => field("File", { type: "file", name: "file", required: true }, help);

function update() {
  openForm("Update", [soft("If it is not well, the version before comes back by itself."), fileField("As ./deploy.sh build made and named it.")], "Install", async ({ file: { files: [data] } }, say) => {
    const [, digest, signed = ""] = /([0-9a-f]{64})(-\d+-[0-9a-f]+)?/.exec(data.name) || [];
    if (!digest) throw { title: "Not this one", detail: "This is no update, or it was renamed." };
    const id = digest.slice(0, 16);
    say(`Sending ${Math.round(data.size / 1024)} KB …`);
    await ask(`/update?id=${id}&sha256=${digest}` + signed.replace("-", "&signed=").replace("-", "&signature="), { method: "PUT", data, wait: 120 });
    for (let tries = 0; tries < 120; tries++) {
      say("It starts, on trial for half a minute …");
      await pause(2);
      const { running, trial, failed } = (await request("/update").catch(() => {})) || {};
      if (failed == id) throw { title: "It was not well", detail: "The version before runs again." };
      if (running == id && !trial) return "The new version runs, and stays.";
    }
    throw {};
  });
}

const backUp = () => attempt(ask("/config").then((config) => make("a", { href: URL.createObjectURL(new Blob([JSON.stringify(config, null, 1)])), download: document.title + "-config.json" }).click()));

function restore() {
  openForm("Restore", [soft("It replaces all settings but passwords, keys and the token."), fileField()], "Restore", async ({ file: { files: [file] } }) => {
    let after;
    try {
      after = JSON.parse(await file.text());
    } catch {
      throw { title: "Not this one", detail: "This file is no configuration." };
    }
    return (await change(await ask("/config"), after)).words;
  });
}
