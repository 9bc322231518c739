// Small comforts. Every page works without this file.
"use strict";

(() => {
  const LEFT = "left"; // window.name, this tab only: someone left fast and has not signed in again

  // A form with data-once is sent once, even if its button is pressed twice. The button stays enabled, because a
  // disabled one would not send its name and value.
  const setSent = (form, sent) => {
    form.toggleAttribute("data-sent", sent);
    for (const button of form.querySelectorAll("button, [type=submit]")) {
      if (sent) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-once")) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    setSent(form, true);
    setTimeout(setSent, 10000, form, false);
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) setSent(form, false);
  });

  // Back after saving brings back what was typed; it must bring back the number of that form too, or saving it again
  // would make a second record.
  const numbers = [...document.querySelectorAll("input[name=op_id]")];
  const before = history.state?.numbers;
  if (before) numbers.forEach((field, place) => (field.value = before[place] ?? field.value));
  else if (numbers.length) history.replaceState({ numbers: numbers.map((field) => field.value) }, "");

  // Leave fast: hide the page at once, sign out, and put another page in its place.
  const leaving = document.querySelector("form[data-leave]");

  const leave = async () => {
    const page = document.documentElement;
    if (page.hidden) return;
    page.hidden = true;
    document.title = "…";
    document.dispatchEvent(new Event("leaving"));
    try {
      const answer = await fetch(leaving.getAttribute("action"), {
        method: "POST",
        body: new URLSearchParams(new FormData(leaving)),
        keepalive: true,
        redirect: "manual",
        signal: AbortSignal.timeout(4000),
      });
      if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status);
      window.name = LEFT;
      location.replace(leaving.dataset.leave);
    } catch {
      HTMLFormElement.prototype.submit.call(leaving);
    }
  };

  if (leaving) {
    window.name = "";
    leaving.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });

    // Shift three times within a second and a half. Any other key starts the count anew.
    let pressed = [];
    document.addEventListener("keydown", (event) => {
      if (event.repeat) return;
      pressed = event.key === "Shift" ? [...pressed, event.timeStamp].slice(-3) : [];
      if (pressed.length === 3 && event.timeStamp - pressed[0] <= 1500) leave();
    });

    // A page the browser kept and shows again on Back, after leaving: do not show it.
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted || window.name !== LEFT) return;
      document.documentElement.hidden = true;
      location.replace(leaving.dataset.leave);
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  document.querySelector(".errors")?.focus();
})();
