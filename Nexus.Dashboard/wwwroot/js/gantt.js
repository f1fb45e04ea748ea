// The time line: bars come as numbers, only what changed; zooming and panning ask nobody. What is large enough to be pointed at is an element, the mass is painted.
import { hands } from '/js/gantt-hands.js';

export const Grant = 0, Booking = 1, Plan = 2, Reservation = 3;
const Narrowest = 2 * 60e3, Widest = 92 * 86400e3, MostElements = 200, Lowest = 5, Beside = 34, Still = 400;
const minute = 60e3, hour = 60 * minute, day = 24 * hour;
const Ticks = [10e3, 30e3, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day];
const Snaps = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day];
const Words = ['runs', 'is booked', 'should start', 'is reserved'];
const two = n => String(n).padStart(2, '0');
const clock = t => { const d = new Date(t); return `${two(d.getHours())}:${two(d.getMinutes())}`; };
const date = t => { const d = new Date(t); return `${d.getDate()} ${d.toLocaleString('en', { month: 'short' })}`; };
const moment = t => new Date(t).toDateString() === new Date().toDateString() ? clock(t) : `${date(t)} ${clock(t)}`;
const length = ms => { const m = Math.round(ms / minute); return m < 60 ? `${m} min` : m < 1440 ? `${Math.floor(m / 60)} h${m % 60 ? ` ${two(m % 60)} m` : ''}` : `${Math.floor(m / 1440)} d${m % 1440 ? ` ${Math.round(m % 1440 / 60)} h` : ''}`; };
const amount = thousandths => String(Math.round(thousandths) / 1000);

/** The zone in which the viewer lives. */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function create(root, net, { now, before, after, zoom, from: askedFrom, to: askedTo, may }) {
  if (!root?.isConnected) return { update() {}, destroy() {} };
  const section = root.closest('section'), axis = root.querySelector('[data-axis]'), span = section.querySelector('[data-gantt-span]');
  const lanes = new Map(), tip = document.createElement('div');
  tip.className = 'gtip'; tip.hidden = true;
  root.append(tip);
  // A page that stands still has a present that stands still.
  const paused = () => document.querySelector('[data-live]')?.dataset.paused;
  let skew = now - Date.now(), from = now - before, to = now + after, follow = true, waiting = 0, ended = false, colours = null, told = '', telling = 0;
  const share = before / (before + after), clockNow = () => { const since = paused(); return since ? Date.parse(since) : Date.now() + skew; };
  const within = length => Math.min(Widest, Math.max(Narrowest, length));
  if (askedFrom && askedTo > askedFrom) { from = askedFrom; to = from + within(askedTo - askedFrom); follow = false; }
  else if (zoom) { from = now - (share * within(zoom)); to = from + within(zoom); }

  const view = {
    root, net, may, lanes, section, tip,
    now: clockNow, from: () => from, to: () => to,
    snap: () => Snaps.find(s => s / (to - from) * width() >= 6) ?? day,
    round(t, step) { const offset = -new Date(t).getTimezoneOffset() * minute; return Math.round((t + offset) / step) * step - offset; },
    timeAt: (lane, x) => from + (x - lane.track.getBoundingClientRect().left) / lane.track.clientWidth * (to - from),
    perPixel: () => (to - from) / Math.max(1, width()),
    laneOf: target => lanes.get(target.closest?.('[data-lane]')?.dataset.lane),
    barAt, text, draw, link,
    pan(ms) { follow = false; from += ms; to += ms; draw(); look(); },
    zoom(factor, at) {
      const length = within((to - from) * factor), around = at ?? (follow ? clockNow() : (from + to) / 2);
      from = around - (around - from) / (to - from) * length; to = from + length;
      follow &&= at === undefined;
      draw(); look();
    },
    home() { const length = to - from; follow = true; from = clockNow() - length * share; to = from + length; draw(); look(); },
    reset() { from = clockNow() - before; to = clockNow() + after; follow = true; draw(); look(); },
    say(label, x, y) {
      tip.hidden = !label; if (!label) return;
      tip.textContent = label;
      const box = root.getBoundingClientRect();
      tip.style.left = `${Math.max(4, Math.min(x - box.left + 12, box.width - tip.offsetWidth - 8))}px`;
      tip.style.top = `${y - box.top + 18}px`;
    },
  };
  const end = hands(view);
  root.dataset.hands = 'on';
  told = looked().join();

  // What is looked at, as the address has it: a window of its own, or how much of what goes with the present.
  function looked() {
    const at = t => `${new Date(t).toISOString().slice(0, 19)}Z`, minutes = Math.round((to - from) / minute);
    return follow ? [null, null, minutes === Math.round((before + after) / minute) ? null : `${minutes}m`] : [at(from), at(to), null];
  }
  // Told once the hand is still.
  function look() {
    clearTimeout(telling);
    telling = setTimeout(() => {
      const now = looked();
      if (ended || now.join() === told) return;
      told = now.join();
      for (const lane of lanes.values()) for (const [n, element] of lane.elements) { const bar = lane.bars.get(n); if (bar && element.href) element.href = link(bar); }
      net.invokeMethodAsync('Look', ...now).catch(() => { /* the line is cut: the page says so */ });
    }, Still);
  }
  // Where a bar's request is shown; on the page of the queue what is looked at stays.
  function link(bar) {
    const kept = location.pathname === '/queue' ? looked().map((value, i) => value && `&${['from', 'to', 'zoom'][i]}=${encodeURIComponent(value)}`).filter(Boolean).join('') : '';
    return `/queue?status=${['allocated', 'reserved', 'queued'][bar.kind]}&open=${encodeURIComponent(bar.id)}&tenant=${encodeURIComponent(bar.owner.split('/')[0])}${kept}`;
  }

  function width() { return lanes.values().next().value?.track.clientWidth ?? 0; }

  function update({ now, lanes: changed, gone }) {
    if (ended) return;
    skew = now - Date.now();
    for (const pool of gone) lanes.delete(pool);
    for (const { pool, kind, height, capacity, put, gone: left, free } of changed) {
      const lane = laneFor(pool);
      if (!lane) continue;
      Object.assign(lane, { kind, height, capacity });
      for (const n of left) { lane.bars.delete(n); lane.elements.get(n)?.remove(); lane.elements.delete(n); }
      for (const [n, what, id, owner, size, begins, ends, known, top, colour] of put) {
        const bar = { n, kind: what, id, owner, size, from: begins, to: ends, known: !!known, top, colour, lane, held: lane.bars.get(n)?.held };
        // What the hand holds stays in it until it is let go.
        if (bar.held && !bar.held.busy && !bar.held.inHand) bar.held = null;
        lane.bars.set(n, bar);
        const element = lane.elements.get(n);
        if (element) name(element, bar);
      }
      if (free) lane.free = free;
    }
    draw();
  }

  function laneFor(pool) {
    const track = root.querySelector(`[data-lane="${CSS.escape(pool)}"]`), known = lanes.get(pool);
    if (!track || known?.track === track) return known;
    const lane = { pool, track, bars: known?.bars ?? new Map(), elements: new Map(), free: known?.free ?? [], back: document.createElement('canvas'), front: document.createElement('canvas'), layer: document.createElement('div'), line: document.createElement('div') };
    lane.front.className = 'over'; lane.line.className = 'now';
    track.replaceChildren(lane.back, lane.layer, lane.front, lane.line);
    lanes.set(pool, lane);
    sized.observe(track);
    return lane;
  }

  // All that asks for a drawing within a frame gets one.
  function draw() { if (!waiting && !ended) waiting = requestAnimationFrame(paint); }

  function paint() {
    waiting = 0;
    if (ended) return;
    if (!root.isConnected) { destroy(); return; }
    if (follow) { const length = to - from; from = clockNow() - (share * length); to = from + length; }
    const wide = width();
    if (!wide) return;
    const started = performance.now();
    colours ??= readColours();
    const step = Ticks.find(t => t / (to - from) * wide >= 78) ?? Ticks.at(-1), ticks = [];
    for (let t = Math.ceil((from - zoneOf(from)) / step) * step + zoneOf(from); t < to; t += step) ticks.push(t);
    writeAxis(ticks, step, wide);
    for (const lane of lanes.values()) paintLane(lane, ticks);
    if (span) span.textContent = length(to - from);
    Object.assign(root.dataset, { from: Math.round(from), to: Math.round(to), paint: (performance.now() - started).toFixed(1) });
  }

  function zoneOf(t) { return new Date(t).getTimezoneOffset() * minute; }

  function writeAxis(ticks, step, wide) {
    const at = t => (t - from) / (to - from) * wide, here = at(clockNow());
    axis.replaceChildren(...ticks.filter(t => Math.abs(at(t) - here) > Beside).map(t => label('span', step >= day || clock(t) === '00:00' ? date(t) : step < minute ? `${clock(t)}:${two(new Date(t).getSeconds())}` : clock(t), at(t))));
    if (here >= 0 && here <= wide) axis.append(label('i', clock(clockNow()), here));
  }
  function label(tag, text, x) { const e = document.createElement(tag); e.textContent = text; e.style.left = `${x.toFixed(1)}px`; return e; }

  function paintLane(lane, ticks) {
    const w = lane.track.clientWidth, h = lane.track.clientHeight, scale = h / Math.max(1, lane.height);
    const x = t => (t - from) / (to - from) * w, large = [];
    const back = fresh(lane.back, w, h), front = fresh(lane.front, w, h);
    back.fillStyle = colours.tick;
    for (const t of ticks) back.fillRect(Math.round(x(t)), 0, 1, h);
    for (const bar of lane.bars.values()) {
      const begins = bar.held?.from ?? bar.from, ends = bar.held?.to ?? bar.to;
      if (ends < from || begins > to) continue;
      const box = { bar, left: Math.max(-8, x(begins)), right: Math.min(w + 8, x(ends)), top: bar.top * scale, height: bar.size * scale };
      box.wide = Math.max(1, box.right - box.left);
      if (bar.kind === Reservation ? box.wide >= 3 : box.height >= Lowest && box.wide >= 4) large.push(box); else mass(back, box);
    }
    if (large.length > MostElements) {
      large.sort((a, b) => (b.bar.kind - a.bar.kind) || (b.wide * b.height) - (a.wide * a.height));
      for (const box of large.splice(MostElements)) mass(back, box);
    }
    place(lane, large);
    freeLine(front, lane, x, w, h, scale);
    const now = x(clockNow());
    lane.line.hidden = now < 0 || now > w;
    lane.line.style.left = `${now.toFixed(1)}px`;
  }

  function fresh(canvas, w, h) {
    const dots = window.devicePixelRatio || 1, paper = canvas.getContext('2d');
    if (canvas.width !== Math.round(w * dots) || canvas.height !== Math.round(h * dots)) { canvas.width = Math.round(w * dots); canvas.height = Math.round(h * dots); }
    paper.setTransform(dots, 0, 0, dots, 0, 0);
    paper.clearRect(0, 0, w, h);
    return paper;
  }

  function mass(paper, { bar, left, wide, top, height }) {
    const colour = bar.kind === Grant ? colours.tenants[bar.colour] : bar.kind === Booking ? colours.booking : colours.plan;
    paper.fillStyle = colour;
    paper.globalAlpha = bar.kind === Grant ? .45 : .6;
    if (bar.kind === Plan && height > 2) { paper.strokeStyle = colour; paper.strokeRect(left + .5, top + .5, Math.max(1, wide - 1), height - 1); }
    else paper.fillRect(left, top, wide, Math.max(height - (height > 3 ? 1 : 0), .35));
    paper.globalAlpha = 1;
    if (bar.kind === Grant && wide > 6 && height > 2) paper.fillRect(left, top, 2, height - 1);
  }

  // One element for each bar that can be pointed at; it stays the same while it is shown, so that focus stays, too.
  function place(lane, boxes) {
    const shown = new Set();
    for (const { bar, left, wide, top, height } of boxes) {
      let element = lane.elements.get(bar.n);
      if (!element) {
        element = document.createElement(bar.kind === Reservation ? 'button' : 'a');
        if (bar.kind === Reservation) element.type = 'button'; else element.tabIndex = -1;
        element.append(document.createElement('span'));
        lane.elements.set(bar.n, element);
        lane.layer.append(element);
        name(element, bar);
      }
      shown.add(bar.n);
      element.style.cssText = `left:${left.toFixed(1)}px;width:${Math.max(2, wide - 1).toFixed(1)}px;top:${top.toFixed(1)}px;height:${Math.max(3, height - 1).toFixed(1)}px;padding-left:${Math.max(0, -left).toFixed(1)}px${bar.kind === Grant ? `;--c:var(${bar.colour ? `--s${bar.colour}` : '--idle'})` : ''}`;
      element.classList.toggle('small', height < 12 || wide < 30);
      element.classList.toggle('held', !!bar.held);
    }
    for (const [n, element] of lane.elements) if (!shown.has(n) && document.activeElement !== element) { element.remove(); lane.elements.delete(n); }
  }

  function name(element, bar) {
    const kind = ['g', 'bk', 'pl', 'rv'][bar.kind];
    element.className = `gb ${kind} ${bar.known ? '' : 'fade'} ${bar.kind === Reservation && !may ? 'fixed' : ''}`;
    element.dataset.n = bar.n; element.dataset.id = bar.id;
    element.setAttribute('aria-label', text(bar));
    if (bar.kind !== Reservation) element.href = link(bar);
    const parts = bar.owner.split('/');
    element.firstChild.textContent = bar.kind === Reservation ? bar.owner : bar.kind === Plan ? `${bar.id} should start` : parts[1] ?? parts[0];
  }

  function text(bar) {
    const begins = bar.held?.from ?? bar.from, ends = bar.held?.to ?? bar.to;
    return `${bar.owner}, ${bar.id} ${Words[bar.kind]}: ${amount(bar.size)} ${bar.lane.kind}, ${moment(begins)} – ${moment(ends)}${bar.known ? '' : ' unless renewed'}`;
  }

  function freeLine(paper, lane, x, w, h, scale) {
    if (!lane.free.length) return;
    const y = free => Math.min(h - 1, Math.max(1, (lane.capacity - free) * scale));
    paper.strokeStyle = colours.line; paper.lineWidth = 1.25;
    paper.beginPath();
    lane.free.forEach(([at, free], i) => {
      const left = Math.max(-4, i ? x(at) : Math.max(x(at), x(clockNow())));
      if (i) paper.lineTo(left, y(lane.free[i - 1][1]));
      if (i) paper.lineTo(left, y(free)); else paper.moveTo(left, y(free));
    });
    paper.lineTo(w + 4, y(lane.free.at(-1)[1]));
    paper.stroke();
  }

  // Which bar is under the pointer where there is no element.
  function barAt(lane, clientX, clientY) {
    const box = lane.track.getBoundingClientRect(), t = view.timeAt(lane, clientX), y = (clientY - box.top) / box.height * lane.height, near = 2 * view.perPixel();
    let found = null;
    for (const bar of lane.bars.values()) if (bar.from - near <= t && t <= bar.to + near && bar.top <= y && y < bar.top + bar.size && (!found || bar.from > found.from)) found = bar;
    return found;
  }

  function readColours() {
    const probe = document.createElement('i'); probe.hidden = true; root.append(probe);
    const of = value => { probe.style.color = value; return getComputedStyle(probe).color; };
    const read = { tick: of('var(--line-soft)'), line: of('var(--text-2)'), plan: of('var(--plan)'), booking: of('var(--text-3)'), tenants: ['var(--idle)', ...[1, 2, 3, 4, 5, 6].map(n => `var(--s${n})`)].map(of) };
    probe.remove();
    return read;
  }

  const recolour = () => { colours = null; draw(); };
  const themed = new MutationObserver(recolour), sized = new ResizeObserver(draw), dark = matchMedia('(prefers-color-scheme: dark)');
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  dark.addEventListener('change', recolour);
  const beat = setInterval(() => { if (!document.hidden) draw(); }, 1000);

  function destroy() {
    if (ended) return;
    ended = true;
    cancelAnimationFrame(waiting); clearInterval(beat); clearTimeout(telling);
    themed.disconnect(); sized.disconnect(); dark.removeEventListener('change', recolour);
    end(); tip.remove();
  }
  return { update, destroy };
}
