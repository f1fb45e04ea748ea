// Live charts: received at the hub's pace, drawn at most once a second, not at all while nobody looks, bounded to the range that is shown.
import { subscribe } from '/js/hub.js';

const MostPoints = 400, Pace = 950, Live = 10e3;
const load = src => new Promise((done, fail) => {
  if (window.ApexCharts) return done();
  const script = document.createElement('script');
  script.src = src; script.onload = done; script.onerror = fail;
  document.head.append(script);
});
const number = v => v >= 1e6 ? `${(v / 1e6).toFixed(1)} M` : v >= 1e4 ? `${Math.round(v / 1e3)} k` : String(Math.round(v * 10) / 10);
const two = n => String(n).padStart(2, '0');
const day = t => { const d = new Date(t); return `${d.getDate()} ${d.toLocaleString('en', { month: 'short' })}`; };
const minute = t => { const d = new Date(t); return `${two(d.getHours())}:${two(d.getMinutes())}`; };
const second = t => `${minute(t)}:${two(new Date(t).getSeconds())}`;
const Short = 600e3, Long = 2 * 86400e3;

// Areas are stacked by hand, tallest first; capacity is a line on top.
// Fills are opaque, so that the lower area hides what lies behind it.
function seriesOf(points, names) {
  const waiting = names.length > 2, of = (name, type, value) => ({ name, type, data: points.map(([t, v]) => [t, value(v)]) });
  return [
    ...(waiting ? [of(names[1], 'area', v => v[0] + v[1])] : []),
    of(names[0], 'area', v => v[0]),
    of(names.at(-1), 'line', v => v[2]),
  ];
}
const look = names => names.length > 2
  ? { colors: ['var(--s2)', 'var(--s1)', 'var(--s3)'], fill: ['var(--s2-area)', 'var(--s1-area)', 'transparent'] }
  : { colors: ['var(--s1)', 'var(--s2)'], fill: ['var(--s1-area)', 'transparent'] };

export async function create(element, { topic, kind, pool, series, points, window: range }) {
  await load('/lib/apexcharts.min.js');
  // Whoever left the page meanwhile took the chart's place along.
  if (!element?.isConnected) return { destroy() {} };
  let drawn = 0, timer = 0, ended = false;
  const step = Math.max(Live, range / MostPoints);
  const nonce = document.querySelector('meta[name=nonce]')?.content;
  const chart = new ApexCharts(element, {
    chart: { type: 'line', height: 240, animations: { enabled: false }, toolbar: { show: false }, zoom: { enabled: false }, fontFamily: 'inherit', nonce, background: 'transparent' },
    series: seriesOf(points, series),
    colors: look(series).colors,
    fill: { type: 'solid', opacity: 1, colors: look(series).fill },
    stroke: { width: 1.5, curve: [...series.slice(1).map(() => 'straight'), 'stepline'] },
    noData: { text: 'Nothing was measured yet.', style: { color: 'var(--text-3)', fontSize: '12px' } },
    dataLabels: { enabled: false }, legend: { show: false }, markers: { size: 0 },
    grid: { borderColor: 'var(--line)', xaxis: { lines: { show: false } } },
    xaxis: { type: 'numeric', tickAmount: element.clientWidth < 480 ? 3 : 6, labels: { rotate: 0, formatter: t => { const span = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0); return !points.length ? '' : (span < Short ? second : span > Long ? day : minute)(t); }, style: { colors: 'var(--text-3)', fontSize: '11px' } }, axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false } },
    yaxis: { min: 0, tickAmount: 4, labels: { formatter: number, style: { colors: 'var(--text-3)', fontSize: '11px' } } },
    tooltip: { shared: true, x: { formatter: second }, y: { formatter: number } },
  });
  await chart.render();

  const draw = () => {
    timer = 0;
    if (ended || document.hidden) return;
    drawn = performance.now();
    chart.updateSeries(seriesOf(points, series), false);
  };
  const destroy = () => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', visible);
    end?.();
    chart.destroy();
  };
  const add = frame => {
    if (!element.isConnected) return destroy();
    const news = frame.points ?? [];
    // A full frame repeats the last hour: of a longer range only what is newer than what stands there.
    if (frame.full && news.length && range <= 3600e3) points.length = 0;
    const after = points.at(-1)?.[0] ?? 0;
    for (const { at, kinds, meters } of news) {
      if (Number(at) <= after) continue;
      const found = pool ? meters?.find(m => m.pool === pool && m.kind === kind) : kinds.find(k => k.kind === kind);
      if (!found) continue;
      // A long range has one point for many that arrive: the newest stands for its step.
      if (points.length > 1 && points.at(-1)[2] && Number(at) - points.at(-2)[0] < step) points.pop();
      points.push([Number(at), [found.used, pool ? 0 : found.waiting, found.capacity], true]);
    }
    const from = (points.at(-1)?.[0] ?? 0) - range;
    while (points.length > MostPoints || (points.length && points[0][0] < from)) points.shift();
    if (news.length && !timer && !ended) timer = setTimeout(draw, Math.max(0, Pace - (performance.now() - drawn)));
  };
  const visible = () => { if (!document.hidden) draw(); };
  document.addEventListener('visibilitychange', visible);
  let end = null;
  if (topic) end = await subscribe(topic, add).catch(() => null);
  if (ended) end?.();
  return { destroy };
}
