// New messages appear by themselves; what a person is typing below them stays.
setInterval(async () => {
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["channels", "messages"]) {
      const old = document.getElementById(id), next = fresh.getElementById(id);
      if (old && next && old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
    }
  } catch { /* the simulator was stopped; what is shown stays */ }
}, 3000);
