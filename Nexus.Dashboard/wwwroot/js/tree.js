// A tree of rows with cells that can be edited: keys act at once, only what was changed goes to the server. One row is in the order of Tab, the rest is walked by arrows.
export function watch(table) {
  if (!table?.isConnected) return { end() {} };
  const rows = () => [...table.tBodies[0].querySelectorAll('tr[tabindex]')];
  const cells = () => [...table.querySelectorAll('input.cell:not(:disabled)')].filter(i => i.offsetParent);
  const level = row => Number(row.getAttribute('aria-level'));
  const go = row => row && row.focus();
  const edit = input => { if (!input) return; input.focus(); input.select(); };
  const parent = row => { for (let r = row.previousElementSibling; r; r = r.previousElementSibling) if (r.matches('tr[tabindex]') && level(r) < level(row)) return r; return null; };
  const toggle = row => row.querySelector('[data-toggle]')?.click();
  const done = e => { e.preventDefault(); e.stopPropagation(); };

  const inCell = (e, input) => {
    const row = input.closest('tr');
    if (e.key === 'Tab') {
      const all = cells(), next = all[all.indexOf(input) + (e.shiftKey ? -1 : 1)];
      if (next) { done(e); edit(next); }
    } else if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { done(e); go(row); }
    else if (e.key === 'Enter') go(row);
    else if (e.key === 'Escape') { done(e); input.value = input.dataset.was ?? input.value; go(row); }
    else if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
      const all = rows(), other = all[all.indexOf(row) + (e.key === 'ArrowUp' ? -1 : 1)], at = input.closest('td').cellIndex;
      const there = other?.cells[at]?.querySelector('input.cell:not(:disabled)');
      done(e);
      edit(there);
    }
  };
  const onRow = (e, row) => {
    const open = row.getAttribute('aria-expanded');
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'ArrowRight') { done(e); if (open === 'false') toggle(row); else if (open === 'true') go(rows()[rows().indexOf(row) + 1]); }
    else if (e.key === 'ArrowLeft') { done(e); if (open === 'true') toggle(row); else go(parent(row)); }
    else if (e.key === 'Home') { done(e); go(rows()[0]); }
    else if (e.key === 'End') { done(e); go(rows().at(-1)); }
    else if (e.key === 'e') { done(e); edit(row.querySelector('input.cell:not(:disabled)')); }
  };
  const down = e => {
    if (e.target.matches('input.cell')) inCell(e, e.target);
    else if (e.target.matches('tr[tabindex]')) onRow(e, e.target);
  };
  const focused = e => {
    if (e.target.matches('input.cell')) e.target.dataset.was = e.target.value;
    const row = e.target.closest('tr[tabindex]');
    if (row) for (const r of rows()) r.tabIndex = r === row ? 0 : -1;
  };
  table.addEventListener('keydown', down);
  table.addEventListener('focusin', focused);
  table.dataset.hands = 'on';
  return { end() { table.removeEventListener('keydown', down); table.removeEventListener('focusin', focused); } };
}
