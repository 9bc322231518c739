// Boxes that save themselves ([data-version]): soon after typing stops, and all along while somebody types. What was
// sent is sent again, the same, until the server has answered; only then what was typed since.
"use strict";

const save = (() => {
  const QUIET = 1200, AT_MOST = 4000; // milliseconds since the last key, since the first one that is not saved
  const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds before it is tried again
  const place = document.getElementById("live");
  let parted = false;
  const states = new WeakMap(); // box → { timer, since, sending, busy, tries, refused, why, beside }

  const boxes = () => [...document.querySelectorAll("[data-version]")];
  const of = (box) => states.get(box) ?? states.set(box, { tries: 0 }).get(box);
  const languageOf = (box) => box.form?.elements[`language_${box.name}`];
  const changed = (box) => swap.differs(box) || Boolean(languageOf(box) && swap.differs(languageOf(box)));
  const waits = (box) => Boolean(of(box).sending) || (changed(box) && of(box).refused !== box.value);

  const aloud = (text) => (place.textContent = text);
  const tell = (box, text) => {
    const says = box.nextElementSibling;
    if (says?.hasAttribute("data-says") && says.textContent !== text) says.textContent = text;
  };

  // --- sending
  const bodyOf = (box, sending) => {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "form_of"]) body.set(name, box.form.elements[name].value);
    for (const [name, value] of Object.entries(sending)) if (value) body.set(name, value);
    body.set(box.name, sending[box.name]);
    return body;
  };

  const what = (box, continues = box.dataset.continues) => ({
    op_id: crypto.randomUUID(),
    version: box.dataset.version,
    continues,
    [`language_${box.name}`]: languageOf(box)?.value,
    [box.name]: box.value,
  });

  const post = (box, sending, again) =>
    fetch(box.form.action, {
      method: "POST",
      body: bodyOf(box, sending),
      headers: { Accept: "application/json", ...(again && { "X-Poll": "1" }) },
      keepalive: !again,
      signal: AbortSignal.timeout(20000),
    });

  const send = async (box) => {
    const state = of(box);
    clearTimeout(state.timer);
    if (state.busy || !box.isConnected) return;
    if (!state.sending) {
      state.since = undefined;
      if (!waits(box)) return tell(box, swap.differs(box) ? state.why : place.dataset.saved);
      state.sending = what(box);
    }
    state.busy = true;
    try {
      const answer = await post(box, state.sending, state.tries > 0);
      if (answer.headers.get("Content-Type") === "application/json") heard(box, answer.status, await answer.json());
      else {
        if (answer.status === 401 || answer.status === 403) live.signedOut();
        throw new Error(answer.status);
      }
    } catch {
      wait(box);
    }
    state.busy = false;
    if (!state.sending && waits(box)) typed(box);
  };

  const wait = (box) => {
    const state = of(box);
    tell(box, place.dataset.waiting);
    if (!state.tries) aloud(place.dataset.waiting);
    state.timer = setTimeout(send, PAUSES[Math.min(state.tries, PAUSES.length - 1)] * 1000, box);
    state.tries += 1;
  };

  const heard = (box, status, { state: became, version, sentence }) => {
    const state = of(box), { sending, tries } = state;
    Object.assign(state, { sending: undefined, tries: 0, refused: undefined });
    if (became === "refused") {
      Object.assign(state, { refused: sending[box.name], why: sentence });
      if (box.options) for (const option of box.options) option.selected = option.defaultSelected;
      tell(box, sentence);
      aloud(sentence);
      if (status === 404) live.look();
      return;
    }
    box.removeAttribute("data-unsaved");
    for (const field of [box, languageOf(box)].filter(Boolean)) {
      if (!field.options) field.defaultValue = sending[field.name];
      else for (const option of field.options) option.defaultSelected = option.value === sending[field.name];
    }
    Object.assign(box.dataset, { version, continues: sending.op_id });
    tell(box, waits(box) ? place.dataset.saving : place.dataset.saved);
    const beside = became === "beside";
    if (beside && !state.beside) aloud(sentence);
    else if (tries) aloud(place.dataset.saved);
    state.beside = beside;
    if (beside) live.look();
  };

  // --- when
  const typed = (box) => {
    const state = of(box), now = Date.now();
    state.since ??= now;
    if (!state.tries) tell(box, place.dataset.saving);
    if (state.busy || state.tries) return; // it goes on once the server has answered
    clearTimeout(state.timer);
    state.timer = setTimeout(send, Math.min(QUIET, Math.max(0, state.since + AT_MOST - now)), box);
  };

  const sendAll = () => Promise.all(parted ? [] : boxes().filter(waits).map(send));

  // Everything that was typed, at once; whether the server has answered all of it.
  const flush = async () => {
    for (let tries = 0; tries < 3 && boxes().some((box) => waits(box) || of(box).busy); tries += 1) {
      while (boxes().some((box) => of(box).busy)) await new Promise((resolve) => setTimeout(resolve, 50));
      await sendAll();
    }
    return !boxes().some(waits);
  };

  // The page goes away: no answer will be heard. What is on its way is known by its number.
  const part = () => {
    if (parted || live.isAway()) return;
    parted = true; // hiding the page, which comes after, sends nothing twice
    for (const box of boxes().filter(waits)) {
      const state = of(box);
      const typedOn = state.sending && state.sending[box.name] !== box.value;
      state.sending ??= what(box);
      if (!state.busy) post(box, state.sending).catch(() => {});
      if (typedOn) post(box, what(box, state.sending.op_id)).catch(() => {});
    }
  };

  document.addEventListener("input", ({ target }) => target.dataset.version && typed(target));
  document.addEventListener("change", ({ target }) => {
    if (target.dataset.version) return send(target);
    const box = boxes().find((one) => languageOf(one) === target);
    if (box?.value) send(box);
  });
  document.addEventListener("visibilitychange", sendAll);
  window.addEventListener("online", sendAll);
  document.addEventListener("signed-in", () => boxes().filter((box) => waits(box) && of(box).tries < 3).map(send));
  document.addEventListener("leaving", part); // Leave fast
  window.addEventListener("pageshow", () => {
    parted = false;
    sendAll();
  });
  window.addEventListener("pagehide", () => document.documentElement.hidden || part());
  window.addEventListener("beforeunload", (event) => {
    if (!document.documentElement.hidden && boxes().some((box) => of(box).tries)) event.preventDefault();
  });

  // --- buttons
  // What boxes hold is saved first. A button without a name is their own Save; others go on as without this file.
  const submit = async (event) => {
    const { target: form, submitter } = event;
    const own = boxes().filter((box) => box.form === form);
    const plain = own.length > 0 && !submitter?.name && !swap.waitsForButton(form);
    if (plain) for (const box of own) of(box).refused = undefined;
    if (form.closest("dialog, [data-leave]") || (!plain && !boxes().some(waits))) return;
    event.preventDefault();
    if (!(await flush())) {
      if (!plain) document.dispatchEvent(new CustomEvent("not-sent", { detail: submitter ?? form.lastElementChild }));
      return;
    }
    await live.look();
    if (!form.isConnected) return;
    if (!plain) return (submitter?.form ?? form).requestSubmit(submitter);
    if (own.some((box) => of(box).refused !== undefined)) return;
    aloud(place.dataset.saved);
    const fold = submitter?.closest("details");
    if (fold) {
      fold.open = false;
      fold.querySelector("summary").focus();
    }
  };
  document.addEventListener("submit", submit, true);

  // A choice is sent alone: what boxes hold was saved already, each on what it was based on.
  document.addEventListener("formdata", ({ target, formData }) => {
    for (const box of boxes()) if (box.form === target && of(box).refused !== box.value) formData.delete(box.name);
  });

  // What would be lost with the page.
  const unsaved = () =>
    [...document.querySelectorAll("main textarea:not([readonly])")]
      .filter((box) => swap.differs(box) || of(box).sending)
      .map((box) => box.value);

  return { unsaved };
})();
