// Runs before the page is drawn: the stored choice, else what the system asks for. Without script the system decides by CSS.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const apply = () => root.setAttribute("data-bs-theme", stored() || (system.matches ? "dark" : "light"));
  root.classList.add("scripted");
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    try {
      localStorage.setItem("theme", root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
    } catch { /* the choice is not kept where the browser forbids it */ }
    apply();
  });
})();
