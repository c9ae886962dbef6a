// What pages do better with JavaScript. Each of them also works without.
(() => {
  "use strict";
  const body = document.body;
  const person = body.dataset.person;
  const say = (words) => { document.getElementById("said-aloud").textContent = words; };

  // --- Drafts -------------------------------------------------------------------------------------------------------
  // <form data-draft="name">: what is typed survives a reload and a dropped connection. It stays in this tab's session
  // storage only, under the person's own key, and goes when it was sent or somebody signs out.
  const prefix = `draft:${person}:`;
  const keyOf = (form) => prefix + form.dataset.draft;
  const seenIn = (form) => form.elements.seen?.value ?? "";
  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");
  const kept = (field) => field.name && !field.matches("[type=password], [type=file], [type=submit], button")
    && field.type !== "hidden";

  function keep(form, sent = false) {
    const fields = [...form.elements].filter(kept);
    const values = fields
      .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
    const token = form.elements.token?.value;
    sessionStorage.setItem(keyOf(form), JSON.stringify({ values, sent, token, seen: seenIn(form) }));
  }

  function restore(form, within = form) {
    const draft = read(keyOf(form));
    if (!draft) return;
    for (const field of [...form.elements].filter((each) => kept(each) && within.contains(each))) {
      const values = draft.values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    if (draft.sent && draft.token) useToken(form.elements.token, draft.token);
    // <form data-draft-begun>: typed words go with what they were begun from, so that they overwrite nothing newer.
    if (form.hasAttribute("data-draft-begun") && draft.seen) form.elements.seen.value = draft.seen;
  }

  // A form that was sent, and whose answer never came, is sent again under the same token: Amends then answers with what
  // the first one made. Once somebody changes a word it is another story, with a token of its own.
  function useToken(token, sent) {
    if (token.value === sent) return;
    token.dataset.fresh = token.value;
    token.value = sent;
  }
  function useFreshToken(token) {
    if (!token?.dataset.fresh) return;
    token.value = token.dataset.fresh;
    delete token.dataset.fresh;
  }

  function startDrafts() {
    const forms = [...document.querySelectorAll("form[data-draft]")];
    for (const form of forms) {
      const draft = read(keyOf(form));
      const arrived = draft?.sent && (draft.seen !== seenIn(form));
      if (arrived) sessionStorage.removeItem(keyOf(form));
      else if (draft && !form.querySelector(".error-summary")) restore(form);
    }
    const here = new Set(forms.map(keyOf));
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix) && read(key).sent && !here.has(key)) sessionStorage.removeItem(key);
    }
  }

  function forgetEverything() {
    sessionStorage.clear();
  }

  // Going back shows the page as it is now, not as the browser kept it: somebody may have signed out since.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  if (person) {
    startDrafts();
    document.addEventListener("input", (event) => {
      const form = event.target.form;
      if (form?.dataset.draft) {
        useFreshToken(form.elements.token);
        keep(form);
      }
      tellThatSomebodyIsHere();
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.dataset.draft) keep(form, true);
      if (form.action.endsWith("/sign-out")) forgetEverything();
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      const form = event.target.closest?.("form[data-draft]");
      if (form) restore(form, event.target);
    });
    // Somebody signed out in another tab: nothing of theirs stays in this one.
    window.addEventListener("storage", (event) => {
      if (event.key === "signed-out") { forgetEverything(); location.reload(); }
    });
  } else {
    forgetEverything();
    localStorage.setItem("signed-out", String(Date.now()));
  }

  // --- Typing is activity: a long story is not cut off by the idle sign-off ------------------------------------------
  let lastTold = Date.now();
  function tellThatSomebodyIsHere() {
    if (Date.now() - lastTold < 60000) return;
    lastTold = Date.now();
    fetch(body.dataset.here, { redirect: "manual" }).catch(() => {});
  }

  // --- Keys: n = a new report. It can be switched off (WCAG 2.1.4). --------------------------------------------------
  const keySwitch = document.querySelector("[data-key-switch]");
  const keyIsOn = () => localStorage.getItem("key-n") !== "off";
  function showKey() {
    keySwitch.setAttribute("aria-pressed", String(keyIsOn()));
    keySwitch.querySelector("[data-key-state]").textContent = keyIsOn() ? "on" : "off";
  }
  const newReport = document.getElementById("new-report");
  if (keySwitch && newReport) {
    keySwitch.hidden = false;
    showKey();
    keySwitch.addEventListener("click", () => { localStorage.setItem("key-n", keyIsOn() ? "off" : "on"); showKey(); });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "n" || typing || event.ctrlKey || event.metaKey || event.altKey || !keyIsOn()) return;
      event.preventDefault();
      newReport.click();
    });
  }

  // --- Parts of a page that ask whether something moved (hx-trigger with "look") ------------------------------------
  // Nobody looks at a hidden tab, so it asks nothing; it asks at once when somebody looks again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (elt.matches("[hx-trigger*=look]") && (document.hidden || isBusy(elt, target))) event.preventDefault();
  });
  // A part that says for which form it waits does so while somebody fills it in, or has selected words of the part.
  const isBusy = (elt, target) => {
    const form = elt.dataset.waitsFor && document.querySelector(elt.dataset.waitsFor);
    if (!form) return false;
    const selected = getSelection();
    return form.contains(document.activeElement) || (!selected.isCollapsed && selected.containsNode(target, true));
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.querySelectorAll("[hx-trigger*=look]").forEach((each) => htmx.trigger(each, "look"));
  });
  // Who was signed off hears of nobody any more, and the page says so. Other parts lead to the sign-in page, as ever,
  // unless words are typed here: those stay.
  let signIn = "";
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    const leads = xhr.getResponseHeader("HX-Redirect");
    if (!leads || requestConfig.headers["X-Amends-Refresh"] !== "1") return;
    event.preventDefault();
    signIn ||= leads;
    if (elt.id === "asked-again" || somethingIsTyped()) saySignedOff();
    else location.assign(signIn);
  });
  const somethingIsTyped = () => [...document.querySelectorAll("form[data-draft]")].some((form) => read(keyOf(form)));
  function saySignedOff() {
    const asked = document.getElementById("asked");
    if (asked.querySelector(".signed-off")) return;
    const said = document.getElementById("signed-off").content.cloneNode(true);
    said.querySelector("a").href = signIn;
    said.querySelector("[data-typed]").hidden = !somethingIsTyped();
    asked.replaceChildren(said);
  }

  // --- The sound of "please come now" --------------------------------------------------------------------------------
  // Browsers let a page sound only after somebody touched it, so it is offered once, and the answer is remembered.
  let audio = null;
  const soundIsOn = () => localStorage.getItem("sound") === "on";
  const soundSwitch = document.querySelector("[data-sound-switch]");
  const soundOffer = document.getElementById("sound-offer");

  async function startAudio() {
    audio ??= new AudioContext();
    await Promise.race([audio.resume(), new Promise((done) => { setTimeout(done, 300); })]); // it may wait for a touch
    return audio.state === "running";
  }
  function chime() {
    [784, 988, 1319].forEach((pitch, n) => {
      const from = audio.currentTime + n * 0.22;
      const tone = new OscillatorNode(audio, { type: "triangle", frequency: pitch });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.35, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.6);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.65);
    });
  }
  const quieted = () => JSON.parse(sessionStorage.getItem("quieted") || "[]");
  async function soundIfAsked() {
    const asked = [...document.querySelectorAll("[data-asked]")];
    const loud = asked.filter((each) => !quieted().includes(each.dataset.asked) && !location.pathname.includes(each.dataset.asked));
    const can = soundIsOn() && loud.length > 0 && await startAudio();
    if (can) chime();
    asked.forEach((each) => { each.querySelector("[data-sound]").hidden = soundIsOn() && (can || !loud.length); });
  }
  function showSound() {
    soundSwitch.hidden = false;
    soundSwitch.setAttribute("aria-pressed", String(soundIsOn()));
    soundSwitch.querySelector("[data-sound-state]").textContent = soundIsOn() ? "on" : "off";
    if (soundOffer) soundOffer.hidden = localStorage.getItem("sound") !== null;
  }
  async function turnSound(on) {
    localStorage.setItem("sound", on ? "on" : "off");
    showSound();
    if (on && await startAudio()) chime();
    document.querySelectorAll("[data-asked] [data-sound]").forEach((each) => { each.hidden = on; });
  }
  if (soundSwitch && window.AudioContext) {
    showSound();
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-sound]")) turnSound(true);
      else if (event.target.closest("[data-no-sound]")) turnSound(false);
      else if (event.target.closest("[data-sound-switch]")) turnSound(!soundIsOn());
    });
    for (const touch of ["pointerdown", "keydown"]) {
      document.addEventListener(touch, (event) => {
        if (soundIsOn()) startAudio();
        const asked = event.target.closest?.("[data-asked]");
        if (asked) sessionStorage.setItem("quieted", JSON.stringify([...quieted(), asked.dataset.asked]));
      });
    }
    document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "asked") soundIfAsked(); });
    setInterval(soundIfAsked, 10000);
  }

  // --- The menu closes with Escape and with a click elsewhere --------------------------------------------------------
  const menu = document.querySelector("details.me");
  if (menu) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    });
  }

  // --- Wordings: <button data-wording="id of the words"> puts them into the form's text. Undo brings back what stood there.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-wording]");
    const field = button?.form?.elements.text;
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
    const words = document.getElementById(button.dataset.wording).textContent;
    if (!document.execCommand("insertText", false, words)) field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- A refused form: what is to be mended gets the focus -----------------------------------------------------------
  const focusProblems = (root) => root.querySelector?.(".error-summary")?.focus();
  focusProblems(document);
  document.addEventListener("htmx:afterSettle", (event) => focusProblems(event.target));

  // --- Copy: <button data-copy="id of the text"> ---------------------------------------------------------------------
  async function copy(text, source) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // A clinic's own server may speak plain HTTP, where browsers offer only the old way.
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
    return undefined;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await copy(source.textContent, source);
    const words = button.textContent;
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => { button.textContent = words; }, 2000);
  });
  // On a phone a chart is wider than the page: it begins with what is newest.
  document.querySelectorAll(".chart-frame").forEach((frame) => { frame.scrollLeft = frame.scrollWidth; });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // --- Dictation: <button type="button" data-dictate="id of the field" hidden> ---------------------------------------
  // Only where the browser recognises speech on the device itself: otherwise it would send what is said about a patient
  // to the browser's maker. (Phones offer dictation on their own keyboard.)
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  async function startDictation() {
    const local = { langs: [document.documentElement.lang], processLocally: true };
    if (!Recognition?.available || (await Recognition.available(local)) !== "available") return;
    document.querySelectorAll("[data-dictate]").forEach((button) => { button.hidden = false; });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-dictate]");
      if (button) listen(button, document.getElementById(button.dataset.dictate));
    });
  }
  let listening = null;
  function listen(button, field) {
    if (listening) { listening.stop(); return; }
    listening = Object.assign(new Recognition(), { continuous: true, processLocally: true, lang: document.documentElement.lang });
    button.setAttribute("aria-pressed", "true");
    say("Listening");
    listening.onresult = (event) => {
      for (const result of [...event.results].slice(event.resultIndex)) {
        if (result.isFinal) field.value = `${field.value.trimEnd()} ${result[0].transcript.trim()}`.trimStart();
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    listening.onend = () => { listening = null; button.setAttribute("aria-pressed", "false"); say("Stopped listening"); };
    listening.start();
  }
  startDictation().catch(() => {});
})();
