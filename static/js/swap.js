// Brings an open page to what the server shows now, block by block ([data-live], each with an id of its own), without
// touching a box that somebody is typing in.
"use strict";

const swap = (() => {
  const BOX = "textarea, select, input:not([type=hidden])";
  const ANEW = ["csrfmiddlewaretoken", "form_of", "op_id"]; // hidden fields that differ each time
  const OURS = new Set(["open", "data-sent", "aria-disabled"]); // what a person or a script did, the server knows not
  const shown = new Map(); // id of a block → its markup at the server, once the page shows all of it
  let latest; // what the server showed last
  let whole; // nothing was held back while a block was brought up to date

  const blocks = (root) => [...root.querySelectorAll("[data-live]")];
  const home = (block) => block.parentElement.closest("[id]")?.id;

  const markup = (block) => {
    const copy = block.cloneNode(true);
    for (const field of copy.querySelectorAll("input[type=hidden]")) {
      if (ANEW.includes(field.name)) field.removeAttribute("value");
    }
    return copy.outerHTML;
  };

  const group = (radio) => radio.form.querySelectorAll(`input[type=radio][name="${radio.name}"]`);

  // Whether the box holds something else than what the server gave or took.
  const differs = (box) => {
    if (box.hasAttribute("data-unsaved")) return true;
    if (box.type === "radio") return [...group(box)].some((one) => one.checked !== one.defaultChecked);
    if (box.type === "checkbox") return box.checked !== box.defaultChecked;
    if (!box.options) return box.value !== box.defaultValue;
    return box.selectedIndex !== Math.max(0, [...box.options].findIndex((option) => option.defaultSelected));
  };
  // A form holds something that is sent by its button only: it goes on from the version that this was based on.
  const waitsForButton = (form) => [...form.elements].some((box) => box.matches(BOX) && !box.dataset.version && differs(box));
  const isHeld = (box) => box === document.activeElement || differs(box);
  const holds = (node) =>
    node.nodeType === Node.ELEMENT_NODE &&
    ((node.matches(BOX) && isHeld(node)) || [...node.querySelectorAll(BOX)].some(isHeld));

  // --- one node
  const alike = (one, other) =>
    one.nodeType === other.nodeType &&
    one.nodeName === other.nodeName &&
    (one.nodeType !== Node.ELEMENT_NODE || one.getAttribute("id") === other.getAttribute("id"));

  const bring = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
    } else if (old.hasAttribute("data-says")) {
      return; // static/js/save.js speaks there
    } else if (old.name === "version" && waitsForButton(old.form)) {
      whole = false;
    } else if (old.matches(BOX)) {
      bringBox(old, fresh);
    } else {
      bringAttributes(old, fresh);
      bringChildren(old, fresh);
    }
  };

  const bringAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (!OURS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  const bringBox = (old, fresh) => {
    const older = Number(fresh.dataset.version) < Number(old.dataset.version); // it was saved here since
    if (isHeld(old) || older) {
      whole = false;
      // What stands at the server is what was typed here: whoever types on has seen it.
      const same = old.defaultValue?.trim() === fresh.defaultValue?.trim() && fresh.dataset.version;
      if (same) old.dataset.version = Math.max(old.dataset.version, fresh.dataset.version);
      return;
    }
    bringAttributes(old, fresh);
    if (old.options) {
      bringChildren(old, fresh);
      old.selectedIndex = fresh.selectedIndex;
    } else if (old.type === "checkbox" || old.type === "radio") {
      old.checked = fresh.defaultChecked;
    } else if (old.defaultValue !== fresh.defaultValue || old.value !== fresh.defaultValue) {
      old.defaultValue = fresh.defaultValue;
      old.value = fresh.defaultValue;
    }
  };

  const bringChildren = (old, fresh) => {
    const folds = new Set([...fresh.children].filter((child) => child.matches("details[id]")).map(({ id }) => id));
    const stays = (node) => holds(node) || folds.has(node.id); // a fold made anew would be closed
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      let twin = at;
      while (twin && !alike(twin, child)) twin = stays(twin) ? null : twin.nextSibling;
      if (!twin) {
        old.insertBefore(child, at);
        continue;
      }
      while (at !== twin) at = drop(at);
      bring(twin, child);
      at = twin.nextSibling;
    }
    while (at) at = drop(at);
  };

  // Takes a node out, unless somebody is typing in it; the next one.
  const drop = (node) => {
    const next = node.nextSibling;
    if (holds(node)) whole = false;
    else node.remove();
    return next;
  };

  // --- the whole page
  const place = (block) => {
    const node = document.importNode(block, true);
    for (const [way, put] of [["previousElementSibling", "after"], ["nextElementSibling", "before"]]) {
      for (let sibling = block[way]; sibling; sibling = sibling[way]) {
        const twin = sibling.id && document.getElementById(sibling.id);
        if (twin && home(twin) === home(block)) return twin[put](node);
      }
    }
    document.getElementById(home(block))?.append(node);
  };

  // The block moved, and somebody is typing in it where it was: what else there is to see stands above the box.
  const showAbove = (old, block) => {
    const above = document.importNode(block, true);
    for (const box of above.querySelectorAll(BOX)) (box.closest("details") ?? box).remove();
    for (const part of [above, ...above.querySelectorAll("[id]")]) part.removeAttribute("id");
    above.removeAttribute("data-live");
    above.setAttribute("data-above", "");
    old.querySelector(":scope > [data-above]")?.remove();
    old.prepend(above);
  };

  const bringBlock = (block) => {
    let old = document.getElementById(block.id);
    if (old && home(old) !== home(block)) {
      if (holds(old)) {
        whole = false;
        return showAbove(old, block);
      }
      old.remove();
      old = null;
    }
    if (old) bring(old, document.importNode(block, true));
    else place(block);
  };

  // Whatever somebody types in, or else what they read, stays where it is on the screen.
  const holdStill = () => {
    const typing = document.activeElement?.matches(BOX);
    if (!typing && scrollY === 0) return () => {};
    const fixed = typing ? document.activeElement : document.elementFromPoint(innerWidth / 2, innerHeight / 4);
    const top = fixed?.getBoundingClientRect().top;
    return () => {
      if (!fixed?.isConnected) return;
      scrollBy({ top: fixed.getBoundingClientRect().top - top, behavior: "instant" });
    };
  };

  const show = (fresh = latest) => {
    if (!fresh) return;
    latest = fresh;
    const still = holdStill();
    for (const old of blocks(document)) {
      if (!fresh.getElementById(old.id) && !holds(old)) {
        shown.delete(old.id);
        old.remove();
      }
    }
    for (const block of blocks(fresh)) {
      const text = markup(block);
      if (shown.get(block.id) === text) continue;
      whole = true;
      bringBlock(block);
      shown.set(block.id, whole ? text : null);
    }
    still();
  };

  for (const block of blocks(document)) shown.set(block.id, markup(block));
  // A box that was left takes what it kept away.
  document.addEventListener("focusout", () => setTimeout(show));

  return { show, differs, waitsForButton };
})();
