// Comfort for the pages before the sign-in; without it they work all the same.
for (const button of document.querySelectorAll('[data-show]')) {
  const input = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    button.textContent = shown ? 'Show' : 'Hide';
  });
}

for (const output of document.querySelectorAll('[data-strength]')) {
  const input = document.getElementById(output.dataset.strength);
  input.addEventListener('input', () => {
    const { length } = input.value, different = new Set(input.value).size;
    output.textContent = length < 12 ? `${12 - length} more characters.`
      : different < 6 ? 'Easy to guess: it repeats few characters.'
      : length < 16 ? 'Good enough. A few words more make it strong.'
      : 'Strong.';
  });
}

for (const button of document.querySelectorAll('[data-copy-from]')) {
  const field = document.getElementById(button.dataset.copyFrom);
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = 'Copied';
  });
}

// The first request of a new key: the call waits on the server, and answers as soon as there is news.
const line = document.querySelector('[data-first-request]');
if (line) {
  const words = { allocated: 'granted at once', queued: 'it waits', rejected: 'refused; the Queue page says why' };
  let after = line.dataset.after;
  for (;;) {
    let page;
    try {
      const answer = await fetch(`/api/v1/events?after=${after}&wait=PT60S`, { headers: { Accept: 'application/json' } });
      if (!answer.ok) break;
      page = await answer.json();
    } catch {
      await new Promise(later => setTimeout(later, 3000));
      continue;
    }
    const first = page.items.find(e => e.type === 'requestSubmitted' && e.actor?.id === line.dataset.key);
    if (first) {
      line.classList.add('ok');
      line.textContent = `✓ First request received ${new Date(first.at).toTimeString().slice(0, 8)} · ${words[first.status] ?? first.status}`;
      break;
    }
    after = page.next;
  }
}
