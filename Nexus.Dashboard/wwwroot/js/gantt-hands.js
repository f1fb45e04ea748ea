// What pointer and keys do on the time line: pan, zoom, mark a part of a pool, move a reservation and its ends. Only what was decided is told to the server.
import { Reservation } from '/js/gantt.js';

const Edge = 7, Slop = 4, Wait = 700;

export function hands(view) {
  const { root, net, may, section } = view;
  let drag = null, ghost = null, moved = null;
  const quietly = promise => promise.catch(() => { /* the line is cut: the page says so */ });
  const barOf = element => { const lane = view.laneOf(element); return lane?.bars.get(Number(element.dataset.n)); };
  const step = e => (e.key === 'ArrowLeft' ? -1 : 1) * view.snap();

  // Sends where a reservation was moved to; what is refused goes back to where it was.
  async function settle(bar) {
    const held = bar.held;
    if (!held || held.busy) return;
    held.inHand = false;
    if (held.from === bar.from && held.to === bar.to) { bar.held = null; view.draw(); return; }
    held.busy = true;
    const done = await net.invokeMethodAsync('MoveAsync', bar.lane.pool, bar.n, held.from, held.to).catch(() => false);
    held.busy = false;
    const now = bar.lane.bars.get(bar.n);
    // Accepted, it is there with the next news; until then it stays where it was put.
    if (done) setTimeout(() => { if (now?.held === held) { now.held = null; view.draw(); } }, 3000);
    else if (now) now.held = null;
    view.draw();
  }

  const down = e => {
    if (e.button !== 0 || drag) return;
    const lane = view.laneOf(e.target), onAxis = e.target.closest('[data-axis]');
    if (!lane && !onAxis) return;
    const element = e.target.closest('.gb');
    if (element && !element.classList.contains('rv')) return;
    const bar = element && barOf(element), start = { x: e.clientX, y: e.clientY, id: e.pointerId };
    if (bar && may) {
      const box = element.getBoundingClientRect(), roomy = box.width > 3 * Edge;
      const mode = roomy && e.clientX - box.left < Edge ? 'start' : roomy && box.right - e.clientX < Edge ? 'end' : 'move';
      drag = { ...start, mode, bar, lane, from: bar.from, to: bar.to, element };
    } else if (bar) drag = { ...start, mode: 'none', bar, lane };
    else if (onAxis || !may || e.shiftKey || e.altKey) drag = { ...start, mode: 'pan', lane };
    else drag = { ...start, mode: 'mark', lane, from: view.round(view.timeAt(lane, e.clientX), view.snap()) };
    if (!bar) e.preventDefault();
    root.focus({ preventScroll: true });
    if (element) element.focus({ preventScroll: true });
    root.setPointerCapture(e.pointerId);
    window.addEventListener('keydown', escape, true);
  };

  const move = e => {
    if (!drag) { hover(e); return; }
    const by = e.clientX - drag.x;
    drag.begun ||= Math.abs(by) > Slop;
    if (!drag.begun) return;
    root.classList.add('dragging');
    const delta = by * view.perPixel(), snap = view.snap();
    if (drag.mode === 'pan') { view.pan(-delta); drag.x = e.clientX; return; }
    if (drag.mode === 'mark') {
      const at = view.round(view.timeAt(drag.lane, e.clientX), snap);
      [drag.begins, drag.ends] = at > drag.from ? [drag.from, at] : [at, drag.from];
      ghost ??= drag.lane.track.appendChild(Object.assign(document.createElement('div'), { className: 'gb ghost' }));
      const left = (drag.begins - view.from()) / view.perPixel(), right = (drag.ends - view.from()) / view.perPixel();
      ghost.style.cssText = `left:${left}px;width:${Math.max(2, right - left)}px`;
      view.say(`Reserve ${drag.lane.pool}, ${times(drag.begins, drag.ends)}`, e.clientX, e.clientY);
      return;
    }
    if (drag.mode === 'none') return;
    const bar = drag.lane.bars.get(drag.bar.n) ?? drag.bar, held = bar.held = { from: drag.from, to: drag.to, inHand: true };
    if (drag.mode === 'move') { held.from = view.round(drag.from + delta, snap); held.to = held.from + (drag.to - drag.from); }
    else if (drag.mode === 'start') held.from = Math.min(drag.to - 1000, view.round(drag.from + delta, snap));
    else held.to = Math.max(drag.from + 1000, view.round(drag.to + delta, snap));
    view.say(view.text(bar), e.clientX, e.clientY);
    view.draw();
  };

  const up = e => {
    if (!drag) return;
    const was = drag;
    finish();
    if (was.bar && !was.begun) quietly(net.invokeMethodAsync('EditAsync', was.lane.pool, was.bar.n));
    else if (was.mode === 'mark' && was.begun && was.ends > was.begins) quietly(net.invokeMethodAsync('ReserveAsync', was.lane.pool, was.begins, was.ends, Intl.DateTimeFormat().resolvedOptions().timeZone));
    else if (was.mode !== 'pan' && !was.begun && was.lane) {
      const hit = view.barAt(was.lane, e.clientX, e.clientY);
      if (hit && hit.kind !== Reservation) Blazor.navigateTo(view.link(hit));
    } else if (was.bar && was.begun) settle(was.lane.bars.get(was.bar.n) ?? was.bar);
  };

  function finish() {
    if (drag && root.hasPointerCapture(drag.id)) root.releasePointerCapture(drag.id);
    drag = null;
    ghost?.remove(); ghost = null;
    root.classList.remove('dragging');
    view.say(null);
    window.removeEventListener('keydown', escape, true);
  }

  const escape = e => {
    if (e.key !== 'Escape' || !drag) return;
    e.preventDefault(); e.stopPropagation();
    if (drag.bar) (drag.lane.bars.get(drag.bar.n) ?? drag.bar).held = null;
    finish(); view.draw();
  };

  const times = (from, to) => { const of = t => new Date(t).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }); return `${of(from)} – ${of(to)}`; };

  function hover(e) {
    const element = e.target.closest?.('.gb'), lane = view.laneOf(e.target);
    const bar = element ? barOf(element) : lane && view.barAt(lane, e.clientX, e.clientY);
    if (element && may && element.classList.contains('rv')) {
      const box = element.getBoundingClientRect(), roomy = box.width > 3 * Edge;
      element.style.cursor = roomy && (e.clientX - box.left < Edge || box.right - e.clientX < Edge) ? 'ew-resize' : 'grab';
    }
    view.say(bar ? view.text(bar) : null, e.clientX, e.clientY);
  }
  const away = () => { if (!drag) view.say(null); };

  const focused = e => {
    const bar = e.target.classList.contains('gb') && barOf(e.target);
    if (!bar) return;
    const box = e.target.getBoundingClientRect();
    view.say(view.text(bar), Math.max(box.left, root.getBoundingClientRect().left + 90), box.bottom - 12);
  };
  const blurred = e => { view.say(null); const bar = e.target.classList.contains('gb') && barOf(e.target); if (bar && moved === bar.n) { clearTimeout(timer); moved = null; settle(bar); } };
  let timer = 0;

  const key = e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const bar = e.target.classList.contains('rv') && barOf(e.target), done = () => { e.preventDefault(); e.stopPropagation(); };
    if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
      const all = [...root.querySelectorAll('.gb')].filter(b => b.offsetParent), now = all.indexOf(e.target);
      const next = all[Math.max(0, Math.min(all.length - 1, now < 0 ? 0 : now + (e.key === 'ArrowUp' ? -1 : 1)))];
      if (next) { done(); next.focus(); }
    } else if (bar && may && (e.key === 'ArrowLeft' || e.key === 'ArrowRight')) {
      done();
      const at = bar.held ??= { from: bar.from, to: bar.to };
      if (at.busy) return;
      at.inHand = true;
      if (e.shiftKey) at.to = Math.max(at.from + 1000, at.to + step(e)); else { at.from += step(e); at.to += step(e); }
      clearTimeout(timer); moved = bar.n;
      const { lane, n } = bar;
      timer = setTimeout(() => { moved = null; const now = lane.bars.get(n); if (now) settle(now); }, Wait);
      e.target.setAttribute('aria-label', view.text(bar));
      const box = e.target.getBoundingClientRect();
      view.say(view.text(bar), box.left, box.bottom - 12);
      view.draw();
    } else if (bar && bar.held && e.key === 'Escape') { done(); clearTimeout(timer); moved = null; bar.held = null; view.draw(); }
    else if (bar && e.key === 'Enter') { done(); clearTimeout(timer); bar.held = null; quietly(net.invokeMethodAsync('EditAsync', bar.lane.pool, bar.n)); }
    else if (bar && may && (e.key === 'Delete' || e.key === 'Backspace')) { done(); quietly(net.invokeMethodAsync('CancelAsync', bar.lane.pool, bar.n)); }
    else if (e.key === 'ArrowLeft' || e.key === 'ArrowRight') { done(); view.pan((e.key === 'ArrowLeft' ? -1 : 1) * (view.to() - view.from()) / 10); }
    else if (e.key === '0' || e.key === 'Home') { done(); view.reset(); }
  };
  // Both signs work wherever nothing is being typed.
  const zoomKey = e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || document.querySelector('dialog[open]')) return;
    if (e.key === '+' || e.key === '=') view.zoom(1 / 1.6); else if (e.key === '-' || e.key === '−') view.zoom(1.6); else return;
    e.preventDefault();
  };

  const wheel = e => {
    const lane = view.laneOf(e.target) ?? view.lanes.values().next().value;
    if (!lane) return;
    if (e.ctrlKey) { e.preventDefault(); view.zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY / 100)) * .35), view.timeAt(lane, e.clientX)); }
    else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) { e.preventDefault(); view.pan((e.deltaX || e.deltaY) * view.perPixel()); }
  };

  const acts = { earlier: () => view.pan((view.from() - view.to()) / 2), later: () => view.pan((view.to() - view.from()) / 2), in: () => view.zoom(1 / 1.6), out: () => view.zoom(1.6), now: () => view.home() };
  const click = e => {
    acts[e.target.closest('[data-gantt-act]')?.dataset.ganttAct]?.();
    // Pressed by a key or by an aid for who does not see it: there was no pointer.
    const element = e.detail === 0 && e.target.closest('.gb.rv'), bar = element && barOf(element);
    if (bar) quietly(net.invokeMethodAsync('EditAsync', bar.lane.pool, bar.n));
  };
  // The links of bars are followed by the browser, reservations are buttons: a press of theirs was handled when the pointer came up.
  const heard = [[root, 'pointerdown', down], [root, 'pointermove', move], [root, 'pointerup', up], [root, 'pointercancel', finish], [root, 'pointerleave', away], [root, 'keydown', key], [root, 'focusin', focused], [root, 'focusout', blurred], [document, 'keydown', zoomKey], [section, 'click', click]];
  for (const [on, what, act] of heard) on.addEventListener(what, act);
  root.addEventListener('wheel', wheel, { passive: false });
  return () => {
    finish(); clearTimeout(timer);
    for (const [on, what, act] of heard) on.removeEventListener(what, act);
    root.removeEventListener('wheel', wheel);
  };
}
