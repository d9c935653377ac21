// One tag: its present value and its past.

import uPlot from '/web/uplot.js'
import { h, panel, replace, setText } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, now } from './state.js'
import { quality, shown } from './overview.js'

const SPANS = [['30 min', 1800e3], ['8 h', 8 * 3600e3], ['7 d', 7 * 86400e3]]
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export function tag(main, path) {
  let span = SPANS[0][1]
  let plot = null
  let alive = true
  const info = state.tags.get(path)
  if (!info) {
    replace(main, h('h1', {}, 'Tag'), h('p', { class: 'empty' }, `No tag ${path}.`))
    return subscribe(kind => { if (kind === 'all' && state.tags.has(path)) window.dispatchEvent(new HashChangeEvent('hashchange')) })
  }
  const value = h('span', { class: 'val' })
  const badge = h('span', {})
  const times = h('p', { class: 'sub' })
  const chart = h('div', { class: 'chart' })
  const note = h('p', { class: 'sub' })
  const buttons = SPANS.map(([name, ms]) => h('button', { 'aria-pressed': String(ms === span), onclick: e => {
    span = ms
    buttons.forEach(b => b.setAttribute('aria-pressed', String(b === e.currentTarget)))
    load()
  } }, name))

  const update = () => {
    const v = state.values.get(path)
    setText(value, shown(v, info))
    replace(badge, quality(v))
    replace(times, h('span', {}, v.status), h('span', {}, `device time ${f.moment(v.time, now())}`), h('span', {}, `hub time ${f.moment(v.hubTime, now())}`))
  }
  const load = async () => {
    const last = state.values.get(path)
    // a recording or a device that was off: end where its data ends
    const end = last?.time && now() - Date.parse(last.time) > span ? Date.parse(last.time) + 1000 : now()
    try {
      const data = await api.series(path, end - span, end, 800)
      if (alive) draw(data, end)
    } catch (e) {
      setText(note, e.message)
    }
  }
  const draw = (data, end) => {
    const axis = { stroke: css('--muted'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 }, font: '11px system-ui, sans-serif' }
    plot?.destroy()
    replace(chart)
    if (!data.times.length) { setText(note, 'No values in this time.'); return }
    plot = new uPlot({
      tzDate: ts => uPlot.tzDate(new Date(ts * 1e3), state.info.zone),
      width: chart.clientWidth, height: 320, padding: [12, 12, 0, 0],
      scales: { x: { range: () => [(end - span) / 1000, end / 1000] } },
      axes: [{ ...axis, values: [[86400, '{YYYY}-{MM}-{DD}'], [3600, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}'], [60, '{HH}:{mm}'], [1, '{HH}:{mm}:{ss}']].map(([step, text, extra]) => [step, text, extra ?? null, null, null, null, null, null, 0]) },
        { ...axis, label: data.unitLabel, labelFont: '12px system-ui, sans-serif', labelSize: 18, size: 60, values: (u, ticks) => ticks.map(f.number) }],
      series: [{ value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' },
        { label: f.tagLabel(info.name), stroke: css('--trace'), width: 1.5, spanGaps: false, points: { show: data.times.length < 40 }, value: (u, v) => f.quantity(v, data.unitLabel) }],
    }, [data.times.map(t => t / 1e6), data.values], chart)
    setText(note, `${f.count(data.count)} samples, ${data.percentGood == null ? 'none' : `${f.number(data.percentGood)} %`} good, shown from ${data.resolution}.`)
  }

  replace(main,
    h('nav', { class: 'crumb', 'aria-label': 'Way back' }, h('a', { href: '#/' }, 'Overview'), ' › ', info.assetName),
    h('div', { class: 'head' }, h('h1', {}, f.tagLabel(info.name)), h('span', { class: 'reading big' }, value, h('span', { class: 'unit' }, info.unitLabel)), badge),
    h('p', { class: 'sub' }, h('code', {}, path), h('span', {}, `from ${info.source}`)), times,
    panel('History', {}, h('div', { class: 'spans', role: 'group', 'aria-label': 'Time span' }, buttons), chart, note))
  update()
  load()
  const slow = setInterval(load, 10e3)
  const resized = () => plot?.setSize({ width: chart.clientWidth, height: 320 })
  window.addEventListener('resize', resized)
  const stop = subscribe((kind, items) => { if (kind === 'all' || (kind === 'values' && items.some(v => v.tag === path))) update() })
  return () => { alive = false; clearInterval(slow); window.removeEventListener('resize', resized); plot?.destroy(); stop() }
}
