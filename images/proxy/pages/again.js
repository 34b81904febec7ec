// Asks from time to time whether there is an answer now, and only then leaves the page: one that is loaded again and again
// takes the place from whoever reads it with a keyboard or a screen reader. What was a form becomes an ordinary visit.
// Of one's own server the hub knows more. It answers only about the server of whoever asks.
const { hub, health } = document.currentScript.dataset;
const EVERY = 3000;

async function isAway() {
  const asked = { headers: { Accept: "text/html" }, redirect: "manual", cache: "no-store" };
  // The hub knows no HEAD, and would write that into its log.
  const answer = await (health ? fetch(health, asked) : fetch(location.href, { ...asked, method: "HEAD" }));
  return answer.status === 503 && answer.headers.has("X-Away");
}

async function sayMore() {
  const answer = await fetch(`${hub}own-server`, { headers: { Accept: "application/json" } });
  const own = answer.ok ? await answer.json() : undefined;
  const what = document.getElementById("what");
  // The address of a named server begins with that of the default one.
  const found = own && [...(own.named ?? []), own].find(({ url }) => location.pathname.startsWith(url));
  if (found !== undefined && what.textContent !== found.message) {
    what.textContent = found.message;
  }
}

async function look() {
  if (hub !== undefined) {
    await sayMore().catch(() => undefined);
  }
  setTimeout(async () => {
    // Without an answer the proxy itself is away.
    if (await isAway().catch(() => true)) {
      await look();
    } else if (location.hash === "") {
      location.replace(location.href);
    } else {
      location.reload();
    }
  }, EVERY);
}
look();
