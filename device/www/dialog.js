// Forms in dialogs. What comes of one stands in its foot, which is always in view.

let fields = 0;
/** A labelled control, with help below. choices: [[value, words], …] make it a select. */
function field(label, { choices, ...props }, help) {
  const id = "f" + ++fields;
  const control = make(choices ? "select" : props.rows ? "textarea" : "input", choices?.map(([value, words]) => make("option", { value }, words ?? value)));
  assign(control, { id, ...(help && { "aria-describedby": id + "h" }), ...props });
  const box = make(".field" + (props.type == "checkbox" ? ".check" : ""), make("label", { htmlFor: id }, label), control, help && make("small", { id: id + "h" }, help));
  box.control = control;
  return box;
}

/** Open a form. run(its controls by name, say) sends it; what that returns is shown and the form stays, else it closes.
 * say(words) tells how it is going. */
function openForm(title, body, go, run) {
  const said = make("");
  const send = make("button.go", go);
  const say = (words, kind = "") => fill(said, words && make(".note" + kind, { role: "status" }, words));
  const onsubmit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    say();
    try {
      const words = await run(form.elements, say);
      if (words) say(words, ".good");
      else dialog.close();
    } catch (error) {
      fill(said, trouble(error));
      const wrong = form.elements[error.key];
      if (wrong) {
        for (let up = wrong; up; up = up.parentElement) up.open = true;
        wrong.focus();
      }
    }
    send.disabled = false;
  };
  const form = make("form", { onsubmit }, make("h2", title), body, make(".foot", said, make(".buttons", button("Close", () => dialog.close()), send)));
  const dialog = make("dialog", { "aria-label": title, autofocus: true, onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Resolves when the board knows the token, rejects when the dialog is closed. */
const signIn = (why = "Changes need the token of this board.") => new Promise((done, refused) => {
  const body = [soft(why), field("Token", { type: "password", name: "token", required: true, autocomplete: "current-password" }), field("Remember on this device", { type: "checkbox", name: "stay" })];
  openForm("Sign in", body, "Sign in", async (controls) => {
    const before = token;
    token = controls.token.value;
    await request("/gpio", { body: {} }).catch((error) => { // nothing to do: 400 where the token is right
      if (error.status == 400) return;
      token = before;
      throw error.status == 401 ? { title: "Not this one", detail: "The board does not know this token." } : error;
    });
    kept("token", token, "sessionStorage");
    kept("token", controls.stay.checked ? token : "");
    $("sign").hidden = true;
    done();
  }).addEventListener("close", () => refused({ title: "Not signed in", detail: "Nothing was changed." }));
});

$("sign").onclick = () => signIn().catch(() => {});
