// Warns before a sign-in ends, and signs in again over the open page. Without this file nothing typed is lost either:
// a form sent too late comes back on a page of its own.
"use strict";

(() => {
  const dialog = document.querySelector("dialog.stay");
  if (!dialog?.showModal) return;
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const { url, person } = dialog.dataset;
  const warning = Number(dialog.dataset.warning);
  let timer, deadline, here, over = false;

  const isState = (answer) => answer.headers.get("Content-Type")?.startsWith("application/json");

  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  };

  // The same page is shown to nobody else: whoever signed in meanwhile, in this tab or another one, starts afresh.
  const settle = (state) => {
    if (state.person !== person) {
      document.documentElement.hidden = true;
      return location.replace("/");
    }
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = state.csrf;
    deadline = Date.now() + state.left * 1000;
    const soon = state.left <= warning;
    show(soon, false);
    later(soon ? state.left + 1 : state.left - warning);
    document.dispatchEvent(new Event("signed-in")); // a page that saves by itself goes on
  };

  const show = (open, ended) => {
    over = ended;
    dialog.toggleAttribute("data-over", ended);
    dialog.setAttribute("aria-labelledby", ended ? "stay-over" : "stay-title");
    part("warning").hidden = ended;
    part("over").hidden = !ended;
    if (!ended) part("sign-in").replaceChildren();
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  };

  // Asked by the page itself, which is no activity.
  const look = async () => {
    if (over) return;
    try {
      const answer = await fetch(url, { headers: { "X-Poll": "1" } });
      if (isState(answer)) settle(await answer.json());
      else if (answer.status === 401 || answer.redirected) end();
      else throw new Error(answer.status);
    } catch {
      later(15);
    }
  };

  const stay = async () => {
    const form = part("warning").querySelector("form");
    try {
      const answer = await fetch(url, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (isState(answer)) settle(await answer.json());
      else look();
    } catch {
      later(5);
    }
  };

  // --- signing in again over the page, with whatever steps that takes
  const end = () => {
    clearTimeout(timer);
    show(true, true);
    follow(`${dialog.dataset.signIn}?next=${encodeURIComponent(url)}`);
  };

  const follow = async (address, options) => {
    try {
      const answer = await fetch(address, options);
      if (isState(answer)) return settle(await answer.json());
      here = answer.url;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      part("sign-in").replaceChildren(...(page.querySelector("main")?.childNodes ?? []));
      (part("sign-in").querySelector(".errors, input:not([type=hidden])") ?? dialog).focus();
    } catch {
      timer = setTimeout(follow, 5000, address, options);
    }
  };

  part("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    follow(form.getAttribute("action") || here, { method: "POST", body });
  });
  part("sign-in").addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    follow(link.getAttribute("href"));
  });
  part("warning").addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!over) stay();
  });
  dialog.addEventListener("close", () => {
    if (over) dialog.showModal();
  });

  // A laptop that slept, a tab in the background, a page the browser kept: clocks stood still there.
  const wake = () => {
    if (document.visibilityState === "visible" && Date.now() > deadline - warning * 1000) look();
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("signed-out", look); // a page that saves by itself was told so

  deadline = Date.now() + Number(dialog.dataset.left) * 1000;
  later(Number(dialog.dataset.left) - warning);
})();
