// Small comforts of every page. All of it only adds to what works without script.
"use strict";
(() => {
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

  // "/" goes to the search, Alt+arrows to the neighbouring question, Escape closes the phone's menu.
  addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.altKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const link = document.querySelector(event.key === "ArrowRight" ? "[data-next]" : "[data-previous]");
      if (link) {
        event.preventDefault();
        link.click();
      }
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  // A click beside the open menu closes it.
  addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Copy: <button data-copy="#id">; the button says what happened.
  addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const words = button.querySelector("[data-copy-words]") || button;
    const before = words.textContent;
    try {
      const source = document.querySelector(button.dataset.copy);
      await navigator.clipboard.writeText("value" in source ? source.value : source.textContent);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Not copied: select it by hand";
    }
    setTimeout(() => { words.textContent = before; }, 2000);
  });

  // A form that was changed and not sent asks before the page is left. Forms that save themselves guard themselves.
  const changed = new Set();
  addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard") && !form.hasAttribute("data-autosave")) changed.add(form);
  });
  addEventListener("submit", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });

  // After a refused form the summary is read first.
  const summary = document.querySelector("[data-focus-first]");
  if (summary) summary.focus();

  // A button that is off stays reachable and says why; it does nothing.
  addEventListener("click", (event) => {
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });
})();
