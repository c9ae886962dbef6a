// What is new appears by itself; what a person is typing or choosing stays.
const parts = ["channels", "notices", "messages", "modal"];
const told = Object.fromEntries(parts.map((id) => [id, document.getElementById(id)?.innerHTML]));

function entered(part) {
  return new Map([...part.querySelectorAll("input[name^='v:'], textarea, select")].map((one) => [one.name + one.type +
    (["checkbox", "radio"].includes(one.type) ? one.value : ""), one]));
}

function keep(before, part) {
  for (const [name, fresh] of entered(part)) {
    const old = before.get(name);
    if (!old || !old.dataset.touched) continue;
    if (old.type === "checkbox" || old.type === "radio") fresh.checked = old.checked;
    else if (old.multiple) for (const one of fresh.options) one.selected = [...old.selectedOptions].some((o) => o.value === one.value);
    else fresh.value = old.value;
    fresh.dataset.touched = "1";
  }
}

document.addEventListener("input", (event) => { event.target.dataset.touched = "1"; });

// A button with an address opens it, and the app hears of it all the same.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-press]");
  if (!link) return;
  const body = new URLSearchParams(new FormData(link.closest("form")));
  body.set("press", link.dataset.press);
  fetch(link.closest("form").action, { method: "POST", body, keepalive: true, redirect: "manual" });
});

async function look() {
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of parts) {
      const old = document.getElementById(id), next = fresh.getElementById(id);
      if (!old || !next || told[id] === next.innerHTML) continue;
      const busy = old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
      if (busy && id !== "modal") continue;
      const before = entered(old), at = document.activeElement?.name;
      told[id] = old.innerHTML = next.innerHTML;
      if (id === "modal") document.querySelector(".columns").inert = old.childElementCount > 0;
      keep(before, old);
      if (busy && at) old.querySelector(`[name="${CSS.escape(at)}"]`)?.focus();
      else if (id === "modal") old.querySelector(".blocks :is(input:not([type=hidden]), select, textarea)")?.focus();
    }
  } catch { /* the simulator was stopped; what is shown stays */ }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
document.querySelector("#modal .blocks :is(input:not([type=hidden]), select, textarea)")?.focus();
