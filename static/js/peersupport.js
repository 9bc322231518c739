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

  // Where nothing can be reached, the browser would put a page of its own in place of this one. So a form that holds
  // words goes only after a question that costs nothing was answered; if not, the words stay in their box.
  let sure; // the form whose question was answered
  let asking = false;
  const holdsWords = (form) => [...form.elements].some((box) => box.matches("textarea") && box.value.trim());

  const isReached = async () => {
    try {
      const signal = AbortSignal.timeout(10000);
      const answer = await fetch("/healthz", { credentials: "omit", cache: "no-store", signal });
      await answer.text();
      return answer.status < 500;
    } catch {
      return false;
    }
  };

  const forget = () => document.querySelector("[data-unsent]")?.remove();

  const sayNotSent = (button) => {
    forget();
    const says = document.createElement("p");
    says.className = "flash";
    says.setAttribute("role", "alert");
    says.setAttribute("data-unsent", "");
    says.textContent = document.getElementById("main").dataset.notSent;
    (button.closest(".row, .choices") ?? button).after(says);
  };

  const sendWords = async (form, button) => {
    forget();
    setSent(form, true);
    asking = true;
    const reached = await isReached();
    asking = false;
    setSent(form, false);
    if (!reached) return sayNotSent(button ?? form.lastElementChild);
    sure = form;
    form.requestSubmit(button);
  };

  // A link tapped while the question is under way would leave the words behind.
  document.addEventListener("click", (event) => {
    if (asking && event.target.closest("a[href]:not([href^='tel:'], [href^='sms:'])")) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented) return;
    if (form.hasAttribute("data-sent")) return event.preventDefault();
    if (form !== sure && holdsWords(form)) {
      event.preventDefault();
      return sendWords(form, submitter);
    }
    sure = undefined;
    if (!form.hasAttribute("data-once")) return;
    setSent(form, true);
    setTimeout(setSent, 10000, form, false);
  });
  document.addEventListener("not-sent", ({ detail: button }) => sayNotSent(button)); // a page that saves by itself

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
