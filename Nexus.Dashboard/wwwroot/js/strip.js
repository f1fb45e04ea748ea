// The strip of the past under the pointer: drag over it to mark a window, its middle to move it, its edges to make it longer or shorter. What was let go is told to the server.
const Slop = 3;
const Keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];

export function create(root, net) {
  if (!root?.isConnected) return { destroy() {} };
  let drag = null;
  const number = name => Number(root.dataset[name]);
  const share = name => parseFloat(root.style.getPropertyValue(name)) / 100;
  const timeAt = x => { const box = root.getBoundingClientRect(); return number('from') + (x - box.left) / box.width * (number('to') - number('from')); };
  const snap = t => Math.min(number('to'), Math.max(number('from'), Math.round(t / number('step')) * number('step')));
  const place = t => `${((t - number('from')) / (number('to') - number('from')) * 100).toFixed(3)}%`;
  const show = (from, to) => { root.style.setProperty('--a', place(from)); root.style.setProperty('--b', place(to)); };
  const chosen = name => number('from') + share(name) * (number('to') - number('from'));

  const down = e => {
    if (e.button !== 0 || drag) return;
    const part = e.target.classList;
    // What is chosen whole cannot be moved: a part of it is marked.
    const whole = share('--a') <= 0 && share('--b') >= 1;
    const mode = part.contains('a') ? 'begin' : part.contains('b') ? 'end' : part.contains('psel') && !whole ? 'move' : 'mark';
    drag = { x: e.clientX, id: e.pointerId, mode, from: chosen('--a'), to: chosen('--b'), at: snap(timeAt(e.clientX)) };
    root.setPointerCapture(e.pointerId);
    window.addEventListener('keydown', escape, true);
  };
  const move = e => {
    if (!drag) return;
    drag.begun ||= Math.abs(e.clientX - drag.x) > Slop;
    if (!drag.begun) return;
    const at = snap(timeAt(e.clientX)), step = number('step'), length = drag.to - drag.from;
    if (drag.mode === 'mark') [drag.a, drag.b] = at > drag.at ? [drag.at, at] : [at, drag.at];
    else if (drag.mode === 'begin') [drag.a, drag.b] = [Math.min(at, drag.to - step), drag.to];
    else if (drag.mode === 'end') [drag.a, drag.b] = [drag.from, Math.max(at, drag.from + step)];
    else { const a = Math.min(number('to') - length, Math.max(number('from'), snap(drag.from + timeAt(e.clientX) - timeAt(drag.x)))); [drag.a, drag.b] = [a, a + length]; }
    show(drag.a, drag.b);
  };
  const up = () => {
    if (!drag) return;
    const was = drag;
    finish();
    if (was.begun && was.b > was.a) net.invokeMethodAsync('ChooseAsync', was.a, was.b).catch(() => { /* the line is cut: the page says so */ });
    else if (was.begun) show(was.from, was.to);
  };
  const finish = () => {
    if (drag && root.hasPointerCapture(drag.id)) root.releasePointerCapture(drag.id);
    drag = null;
    window.removeEventListener('keydown', escape, true);
  };
  const back = () => { if (drag) { show(drag.from, drag.to); finish(); } };
  const escape = e => { if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); back(); } };
  // What moves an end must not scroll the page.
  const keys = e => { if (e.target !== root && Keys.includes(e.key)) e.preventDefault(); };

  const heard = [['pointerdown', down], ['pointermove', move], ['pointerup', up], ['pointercancel', back], ['keydown', keys]];
  for (const [what, act] of heard) root.addEventListener(what, act);
  root.dataset.hands = 'on';
  return { destroy() { finish(); for (const [what, act] of heard) root.removeEventListener(what, act); } };
}
