// What a viewer chose of a table (hidden columns, widths) stays in this browser; widths are dragged at the heads; the heads stay in sight while the page scrolls.
const read = key => { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } };

export function watch(box, name) {
  // The page may have been left before this was called.
  if (!box?.isConnected) return { choice: () => null, hide() {}, end() {} };
  const key = `nx-table-${name}`, kept = read(key), table = box.querySelector('table');
  const save = () => { try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* a browser that keeps nothing shows the table as it comes */ } };
  const heads = () => [...table.querySelectorAll('thead th[data-column]')];
  // A sheet of its own: cells that are drawn later are as wide as those that stand there.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  table.dataset.table = name;
  const widen = () => sheet.replaceSync(heads().map((th, i) => [kept.widths?.[th.dataset.column], i + 1]).filter(([width]) => width)
    .map(([width, n]) => `@media (min-width:960px){[data-table="${CSS.escape(name)}"] tr>:nth-child(${n}){width:${width}px;min-width:${width}px;max-width:${width}px;overflow:hidden;text-overflow:ellipsis}}`).join(''));
  // A box that scrolls sideways would hold its heads; one that need not lets them stick to the page.
  const fit = () => box.classList.toggle('fits', table.scrollWidth <= box.clientWidth + 1);
  const sized = new ResizeObserver(fit), changed = new MutationObserver(widen);
  sized.observe(box); sized.observe(table);
  changed.observe(table.tHead, { childList: true, subtree: true });
  widen(); fit();

  const down = e => {
    const grip = e.target.closest('[data-grip]');
    if (!grip) return;
    e.preventDefault(); e.stopPropagation();
    const th = grip.parentElement, from = e.clientX, width = th.offsetWidth;
    const move = at => { (kept.widths ??= {})[th.dataset.column] = Math.max(48, Math.round(width + at.clientX - from)); widen(); };
    const up = () => { document.removeEventListener('pointermove', move); save(); };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', up, { once: true });
  };
  const forget = e => { const grip = e.target.closest('[data-grip]'); if (grip && kept.widths) { delete kept.widths[grip.parentElement.dataset.column]; widen(); save(); } };
  box.addEventListener('pointerdown', down);
  box.addEventListener('dblclick', forget);
  box.dataset.hands = 'on';
  return {
    choice: () => ({ hidden: kept.hidden ?? [], rowHeight: table.tBodies[0]?.querySelector('tr[data-href]')?.offsetHeight ?? 0 }),
    hide(columns) { kept.hidden = columns; save(); },
    end() { document.adoptedStyleSheets = document.adoptedStyleSheets.filter(s => s !== sheet); sized.disconnect(); changed.disconnect(); box.removeEventListener('pointerdown', down); box.removeEventListener('dblclick', forget); },
  };
}
