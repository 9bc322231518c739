// Asks every two seconds whether the page changed, while somebody can see it; and says who else is here.
"use strict";

const live = (() => {
  const EVERY = 2000, SLOWEST = 30000;
  const place = document.getElementById("live");
  const { url } = place.dataset;
  let { tag } = place.dataset;
  let timer, running, misses = 0, away = false, over = false;

  // Somebody has to sign in again, or did so in another window: static/js/stay.js finds out.
  const signedOut = () => {
    away = true;
    document.dispatchEvent(new Event("signed-out"));
  };

  // Not theirs any more: nothing of it stays on the screen but what they typed themselves.
  const close = (page) => {
    over = true;
    const typed = save.unsaved();
    const main = document.getElementById("main");
    main.replaceChildren(...[...page.getElementById("main").childNodes].map((node) => document.importNode(node, true)));
    for (const text of typed) {
      const box = Object.assign(document.createElement("textarea"), { readOnly: true, rows: 4, dir: "auto", value: text });
      box.setAttribute("aria-label", place.dataset.wrote);
      main.append(box);
    }
  };

  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden || over || away) return;
    const { status, page, mark } = await answered();
    misses = status === 200 || status === 304 ? 0 : misses + 1;
    if (status === 404) return close(page);
    if (status === 401) return signedOut();
    if (status === 409) document.dispatchEvent(new Event("signed-out")); // another hat or another person is signed in
    clearTimeout(timer);
    timer = setTimeout(look, status === 409 ? SLOWEST : Math.min(EVERY * 2 ** misses, SLOWEST));
    if (status !== 200) return;
    tag = mark;
    swap.show(page);
  };

  const answered = async () => {
    try {
      const headers = { "X-Poll": "1", "If-None-Match": tag };
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(15000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { status: answer.status, page, mark: answer.headers.get("ETag") };
    } catch {
      return { status: 0 };
    }
  };

  // One question after the other; whoever asks for a look gets one that began after they asked.
  const look = () => (running = Promise.resolve(running).then(ask));

  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  document.addEventListener("signed-in", () => {
    if (away) {
      away = false;
      look();
    }
  });
  window.addEventListener("pageshow", (event) => event.persisted && look());
  window.addEventListener("pagehide", () => {
    if (!away && !document.documentElement.hidden) {
      fetch(`${url}&left=1`, { headers: { "X-Poll": "1" }, keepalive: true }).catch(() => {});
    }
  });
  document.addEventListener("DOMContentLoaded", look);

  return { look, signedOut, isAway: () => away };
})();
