// The small things that must not wait for the server: theme, density, keys, times, copying, the state of the connection.
const root = document.documentElement;
const cookie = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };
const forced = new URLSearchParams(location.search).get('theme');
if (forced === 'light' || forced === 'dark') cookie('theme', forced);

function toggleTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  cookie('theme', root.dataset.theme);
}

function toggleDensity() {
  const compact = root.dataset.density === 'compact';
  if (compact) delete root.dataset.density; else root.dataset.density = 'compact';
  cookie('density', compact ? 'regular' : 'compact');
}

// Times: written in the viewer's zone; ages and countdowns run on without a round trip.
const two = n => String(n).padStart(2, '0');
function span(ms) {
  const sign = ms < 0 ? '−' : ''; ms = Math.abs(ms);
  const s = ms / 1000;
  if (s < 10) return `${sign}${s.toFixed(1)} s`;
  if (s < 60) return `${sign}${Math.floor(s)} s`;
  if (s < 3600) return `${sign}${Math.floor(s / 60)} m ${two(Math.floor(s % 60))} s`;
  if (s < 86400) return `${sign}${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} m`;
  return `${sign}${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}
function writeTimes() {
  // A page that stands still has ages that stand still, too.
  const paused = document.querySelector('[data-live]')?.dataset.paused, now = paused ? new Date(paused) : new Date();
  for (const t of document.querySelectorAll('time[data-as]')) {
    const at = new Date(t.dateTime);
    let text;
    if (t.dataset.as === 'age') text = span(Math.max(0, now - at));
    else if (t.dataset.as === 'in') text = span(at - now);
    else if (t.dataset.as === 'minute') text = `${two(at.getHours())}:${two(at.getMinutes())}`;
    else if (t.dataset.as === 'day') text = `${at.toLocaleString('en', { weekday: 'short' })} ${at.getDate()} ${at.toLocaleString('en', { month: 'short' })} ${two(at.getHours())}:${two(at.getMinutes())}`;
    else {
      const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
      text = at.toDateString() === now.toDateString() ? clock : `${at.getDate()} ${at.toLocaleString('en', { month: 'short' })} ${clock.slice(0, 5)}`;
    }
    const node = t.firstChild;
    if (node && node.nodeType === 3) { if (node.data !== text) node.data = text; } else t.textContent = text;
  }
}
setInterval(writeTimes, 1000);
new MutationObserver(() => { if (!queued) { queued = true; requestAnimationFrame(() => { queued = false; writeTimes(); }); } })
  .observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['datetime'] });
let queued = false;

// What a table shows, as CSV: times exact, and nothing that a spreadsheet would take for a formula.
function saveCsv(name) {
  const cell = c => {
    const text = c.querySelector('time')?.dateTime ?? c.innerText.replace(/\s+/g, ' ').trim();
    const formula = /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?\d[\d.,]*$/.test(text);
    return `"${(formula ? "'" + text : text).replaceAll('"', '""')}"`;
  };
  const rows = [...document.querySelectorAll('main table.nxt tr')].filter(r => r.closest('table') === document.querySelector('main table.nxt'));
  save(`${name}.csv`, rows.map(r => [...r.cells].map(cell).join(',')).join('\r\n') + '\r\n', 'text/csv');
}
function save(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Palette and dialogs: they open without a round trip; focus and Esc are the browser's.
const palette = () => document.getElementById('palette');
function openPalette() { const d = palette(); if (d && !d.open) { d.showModal(); const i = d.querySelector('input'); i.select(); mark(0); } }
function options() { return [...palette().querySelectorAll('li[role=option]')]; }
function mark(index) {
  const all = options();
  all.forEach((o, i) => o.setAttribute('aria-selected', i === index ? 'true' : 'false'));
  all[index]?.scrollIntoView({ block: 'nearest' });
}
// Who types faster than the server answers means what was typed, not what is still listed.
const list = () => document.getElementById('palette-list');
const isFound = () => list().dataset.for === palette().querySelector('input').value;
let chosen = false;
new MutationObserver(changes => {
  if (!changes.some(c => c.target === list()) || !palette()?.open || !isFound()) return;
  mark(0);
  if (chosen) { chosen = false; choose(options()[0]); }
}).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-for'] });
function choose(option) {
  if (!option || option.classList.contains('off')) return;
  palette().close();
  if (option.dataset.href) Blazor.navigateTo(option.dataset.href);
  else act(option.dataset.act);
}
function act(name) {
  if (name === 'theme') toggleTheme();
  else if (name === 'density') toggleDensity();
  else if (name === 'pause') document.querySelector('[data-live]')?.click();
  else if (name === 'keys') document.getElementById('keys')?.showModal();
}

document.addEventListener('click', e => {
  const at = s => e.target.closest(s);
  if (at('[data-reload]')) { e.preventDefault(); location.reload(); }
  // Blazor would only scroll there.
  else if (at('a.skip')) { e.preventDefault(); document.getElementById('main')?.focus(); }
  else if (at('[data-theme-toggle]')) toggleTheme();
  else if (at('[data-density-toggle]')) toggleDensity();
  else if (at('[data-palette]')) openPalette();
  else if (at('[data-nav-open]')) document.body.classList.add('nav-open');
  else if (at('[data-nav-close]') || at('nav.side a')) document.body.classList.remove('nav-open');
  else if (at('[data-csv]')) saveCsv(at('[data-csv]').dataset.csv);
  else if (at('[data-save]')) save(at('[data-save]').dataset.save, at('[data-save]').dataset.text, 'application/json');
  else if (at('[data-copy]')) navigator.clipboard?.writeText(at('[data-copy]').dataset.copy);
  else if (at('#palette li[role=option]')) choose(at('#palette li[role=option]'));
  else if (e.target.tagName === 'DIALOG') e.target.close();
  else {
    const row = at('tr[data-href]');
    if (row && !at('a,button,input,select,label')) Blazor.navigateTo(row.dataset.href);
  }
});

const typing = t => t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
let pending = 0;
document.addEventListener('keydown', e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); openPalette(); return; }
  if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') { document.querySelector('[data-apply]:not(:disabled)')?.click(); return; }
  if (palette()?.open) {
    const all = options(), now = all.findIndex(o => o.getAttribute('aria-selected') === 'true');
    if (e.key === 'ArrowDown') { e.preventDefault(); mark(Math.min(all.length - 1, now + 1)); }
    else if (e.key === 'ArrowUp') { e.preventDefault(); mark(Math.max(0, now - 1)); }
    else if (e.key === 'Enter') { e.preventDefault(); if (isFound()) choose(all[Math.max(0, now)]); else chosen = true; }
    else chosen = false;
    return;
  }
  if (document.querySelector('dialog[open]')) return;
  if (e.key === 'Escape') { document.body.classList.remove('nav-open'); const close = document.querySelector('[data-drawer] [data-close]'); if (close) { close.click(); opener?.focus(); } return; }
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !typing(e.target)) { e.preventDefault(); document.querySelector('[data-undo]:not(:disabled)')?.click(); return; }
  if (typing(e.target) || e.ctrlKey || e.metaKey || e.altKey) return;
  if (pending && Date.now() - pending < 1200) {
    pending = 0;
    const href = { o: '/', a: '/alerts', r: '/recommendations', p: '/pools', q: '/queue', t: '/quotas', b: '/budgets', c: '/costs', e: '/prices', i: '/simulator', u: '/audit', ',': '/settings' }[e.key];
    if (href) { e.preventDefault(); Blazor.navigateTo(href); }
    return;
  }
  const rows = () => [...document.querySelectorAll('main tr[tabindex]')];
  const move = step => {
    const all = rows(); if (!all.length) return;
    const now = all.indexOf(document.activeElement.closest?.('tr[tabindex]'));
    const next = all[Math.max(0, Math.min(all.length - 1, now < 0 ? 0 : now + step))];
    next.focus();
    if (document.querySelector('[data-drawer]') && next.dataset.href) Blazor.navigateTo(next.dataset.href);
  };
  switch (e.key) {
    case 'g': pending = Date.now(); break;
    case '/': { const f = document.querySelector('[data-filter]'); if (f) { e.preventDefault(); f.focus(); } break; }
    case '?': act('keys'); break;
    case '.': act('pause'); break;
    case '[': document.body.classList.toggle('rail'); break;
    case 'D': toggleTheme(); break;
    case 'y': navigator.clipboard?.writeText(location.href); break;
    case 'j': case 'ArrowDown': if (e.key === 'j' || e.target.matches?.('tr[tabindex]')) { e.preventDefault(); move(1); } break;
    case 'k': case 'ArrowUp': if (e.key === 'k' || e.target.matches?.('tr[tabindex]')) { e.preventDefault(); move(-1); } break;
    case 'Enter': case 'w': { const row = e.target.closest?.('tr[data-href]'); if (row && e.target === row) { opener = row; Blazor.navigateTo(row.dataset.href); } break; }
    case 'e': document.querySelector('[data-edit]')?.click(); break;
    case 'v': (e.target.closest?.('section')?.querySelector('[data-as-table]') ?? document.querySelector('main [data-as-table]'))?.click(); break;
    case 'r': document.querySelector('[data-range-menu] button')?.click(); break;
    case '<': document.querySelector('[data-range-step="-1"]')?.click(); break;
    case '>': document.querySelector('[data-range-step="1"]')?.click(); break;
  }
});
let opener = null;
document.addEventListener('focusin', e => { const row = e.target.closest?.('main tr[data-href]'); if (row) opener = row; });

// The connection: the page stays, says so, and resumes by itself.
const box = document.getElementById('components-reconnect-modal');
const say = text => { const t = box.querySelector('[data-reconnect-text]'); t.textContent = text; };
let lost = null;
box?.addEventListener('components-reconnect-state-changed', e => {
  const state = e.detail.state;
  if (state === 'hide') { box.classList.remove('nx-show'); document.body.classList.remove('stale'); clearTimeout(lost); lost = null; return; }
  const since = new Date();
  lost ??= setTimeout(() => document.body.classList.add('stale'), 5000);
  box.classList.add('nx-show');
  if (state === 'failed') say('Offline.');
  else if (state === 'rejected') location.reload();
  else say(`Reconnecting… data from ${two(since.getHours())}:${two(since.getMinutes())}:${two(since.getSeconds())}`);
});
box?.querySelector('[data-reconnect-retry]')?.addEventListener('click', async () => { if (!await Blazor.reconnect()) location.reload(); });

// A page that sets its own parameters (a filter, a closed drawer) must not fetch back whoever has left it meanwhile.
const navigation = Blazor._internal.navigationManager, navigate = navigation.navigateTo;
navigation.navigateTo = (to, options, ...more) => options?.replaceHistoryEntry && new URL(to, location).pathname !== location.pathname ? undefined : navigate(to, options, ...more);

Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 600, retryIntervalMilliseconds: n => Math.min(1000 * (n + 1), 5000) } } });
writeTimes();
