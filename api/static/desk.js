// The editor's comforts: marks behind the text, answers that survive a new check, copying. The page works without.
"use strict";
(() => {
  const reply = document.getElementById("reply");
  const backdrop = document.getElementById("backdrop");
  const findings = document.getElementById("findings");

  for (const button of document.querySelectorAll(".js-copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.from).textContent);
      button.textContent = button.dataset.done;
    });
  }
  document.getElementById("notice")?.focus();
  if (!reply) return;

  // Offsets are code points; JavaScript counts UTF-16 units.
  const points = () => Array.from(reply.value);
  const spans = () =>
    [...findings.querySelectorAll(".finding")].map((item) => ({
      start: Number(item.dataset.start),
      end: Number(item.dataset.end),
      severity: item.dataset.severity,
      words: item.querySelector("q").textContent,
    }));

  function paint() {
    const text = points();
    const pieces = [];
    let at = 0;
    for (const span of spans().sort((a, b) => a.start - b.start || a.severity.localeCompare(b.severity))) {
      // While the next check is on its way, only marks that still stand on their own words are kept.
      if (span.start < at || text.slice(span.start, span.end).join("") !== span.words) continue;
      pieces.push(text.slice(at, span.start).join(""));
      const mark = document.createElement("mark");
      mark.className = span.severity;
      mark.textContent = span.words;
      pieces.push(mark);
      at = span.end;
    }
    backdrop.replaceChildren(...pieces, text.slice(at).join(""), "\u200b");
    const counter = document.getElementById("words");
    const words = reply.value.trim().split(/\s+/).filter(Boolean).length;
    counter.textContent = counter.dataset.words.replace("{n}", String(words));
  }

  function wire() {
    for (const button of findings.querySelectorAll(".js-show")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const item = button.closest(".finding");
        const text = points();
        const from = text.slice(0, Number(item.dataset.start)).join("").length;
        const to = text.slice(0, Number(item.dataset.end)).join("").length;
        reply.focus();
        reply.setSelectionRange(from, to);
      });
    }
    paint();
  }

  // An answer typed while a check was under way is carried over to the same caution of the new list.
  const key = (item) => `${item.querySelector("[name$='-rule']")?.value}\n${item.querySelector("q").textContent}`;
  let kept = new Map();
  document.body.addEventListener("htmx:beforeSwap", () => {
    kept = new Map();
    for (const item of findings.querySelectorAll(".finding")) {
      const answer = item.querySelector("[name$='-answer']");
      if (answer) kept.set(key(item), [answer.value, item.querySelector("[name$='-fine']").checked]);
    }
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const item of findings.querySelectorAll(".finding")) {
      const before = kept.get(key(item));
      const answer = item.querySelector("[name$='-answer']");
      if (!before || !answer) continue;
      answer.value = before[0];
      item.querySelector("[name$='-fine']").checked = before[1];
    }
    document.getElementById("offline").hidden = true;
    wire();
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(failure, () => {
      document.getElementById("offline").hidden = false;
    });
  }

  reply.addEventListener("input", paint);
  wire();

  // What was typed before the scripts were there, or kept by the browser over a reload, is checked too.
  document.addEventListener("DOMContentLoaded", () => {
    if (reply.value !== reply.defaultValue) window.htmx.trigger(reply, "recheck");
  });
})();
