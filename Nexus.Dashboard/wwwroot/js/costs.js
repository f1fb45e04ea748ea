// The chart of costs: dragging over several columns leads to their range. A click on one is a link.
export function watch(plot) {
  if (!plot?.isConnected) return { end() {} };
  const columns = () => [...plot.querySelectorAll('a.col')];
  let first = null, last = null;
  const at = x => columns().find(c => { const r = c.getBoundingClientRect(); return x >= r.left && x < r.right; });
  const mark = () => {
    const all = columns(), [a, b] = [all.indexOf(first), all.indexOf(last)].sort((x, y) => x - y);
    all.forEach((c, i) => c.classList.toggle('on', first !== last && i >= a && i <= b));
  };
  const down = e => { if (e.button !== 0) return; first = last = at(e.clientX); };
  const move = e => { if (!first) return; last = at(e.clientX) ?? last; mark(); };
  const up = () => {
    if (!first) return;
    const all = columns(), [a, b] = [first, last].sort((x, y) => all.indexOf(x) - all.indexOf(y));
    const dragged = a !== b;
    first = last = null;
    columns().forEach(c => c.classList.remove('on'));
    if (!dragged) return;
    const to = new URL(location);
    to.searchParams.set('from', a.dataset.from);
    to.searchParams.set('to', b.dataset.to);
    to.searchParams.delete('interval');
    // The click that ends the drag belongs to it.
    plot.addEventListener('click', e => { e.preventDefault(); e.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => Blazor.navigateTo(to.pathname + to.search));
  };
  const still = e => e.preventDefault();
  plot.addEventListener('pointerdown', down);
  plot.addEventListener('dragstart', still);
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerup', up);
  plot.dataset.hands = 'on';
  return {
    end() {
      plot.removeEventListener('pointerdown', down);
      plot.removeEventListener('dragstart', still);
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerup', up);
    },
  };
}
