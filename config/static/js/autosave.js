// Saves a form as it is filled in: <form data-autosave="URL"> with a <p class="saved" data-autosave-status role="status">.
// Server's answers: 200 {"saved_at": "09:41", "fields": {"revision": "7"}}, 409 {"message", "url"}: somebody else was
// faster, 422 {"message"}: cannot be accepted as it is. Everything else is tried again every 10 seconds; the text stays.
"use strict";
(() => {
  const PAUSE = 800;
  const RETRY = 10_000;

  const clock = () => new Date().toTimeString().slice(0, 5);

  class Saver {
    constructor(form) {
      this.form = form;
      this.status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
      this.savedAt = this.status?.dataset.savedAt || "";
      this.dirty = false;
      this.sending = false;
      this.timer = 0;
      form.addEventListener("input", () => this.soon(PAUSE));
      form.addEventListener("change", () => this.soon(0));
      // The form itself is on its way: what was being saved meanwhile must not come after it.
      form.addEventListener("submit", () => { this.leaving = true; this.dirty = false; clearTimeout(this.timer); this.abort?.abort(); });
      addEventListener("online", () => { if (this.dirty) this.soon(0); });
      addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    }

    soon(delay) {
      this.dirty = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }

    async save() {
      if (this.leaving) return undefined;
      if (this.sending) return this.soon(PAUSE);
      this.sending = true;
      this.abort = new AbortController();
      this.dirty = false;
      try {
        const response = await fetch(this.form.dataset.autosave, {
          method: "POST",
          body: this.words(),
          headers: { Accept: "application/json", "X-Requested-With": "fetch" },
          credentials: "same-origin",
          redirect: "error",
          signal: this.abort.signal,
        });
        await this.understand(response);
      } catch {
        this.failed();
      } finally {
        this.sending = false;
      }
    }

    // Files are sent by their own button, not over and over while somebody writes.
    words() {
      const data = new FormData(this.form);
      for (const input of this.form.querySelectorAll('input[type="file"]')) data.delete(input.name);
      return data;
    }

    async understand(response) {
      if (response.status === 409 || response.status === 422) {
        const answer = await response.json();
        this.dirty = true;
        this.say(response.status === 409 ? "conflict" : "failed", answer.message || "Not saved: this cannot be accepted as it is.", answer.url);
        return;
      }
      if (!response.ok) return this.failed();
      const answer = await response.json();
      this.savedAt = answer.saved_at || clock();
      for (const [name, value] of Object.entries(answer.fields || {})) {
        const field = this.form.elements.namedItem(name);
        if (field) field.value = value;
      }
      if (!this.dirty) this.say("saved", `Saved at ${this.savedAt}`);
      this.form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: answer }));
    }

    failed() {
      if (this.leaving) return;
      const since = this.savedAt ? `Not saved since ${this.savedAt}.` : "Not saved yet.";
      this.say("failed", `${since} Your text stays on this page and is tried again every 10 seconds.`);
      this.soon(RETRY);
    }

    say(state, words, url) {
      if (!this.status) return;
      this.status.dataset.state = state;
      const place = this.status.querySelector("[data-words]") || this.status;
      place.textContent = words;
      if (!url) return;
      const link = document.createElement("a");
      link.href = url;
      link.textContent = "Look at both";
      place.append(" ", link);
    }
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) new Saver(form);
})();
