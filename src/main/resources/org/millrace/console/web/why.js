// Why a work order is there, or is not: the steps, and a plot of value, limits and state of the rule.

import { h, s, panel, replace } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { now } from './state.js'

const MARK = { ok: '✓', stopped: '✕', waiting: '…', unknown: '?' }
const W = 1000, H = 320, LEFT = 56, RIGHT = 70, TOP = 12, BAND = 26, BOTTOM = 44

/** Round numbers within the plot. */
function grid(low, high) {
  const size = 10 ** Math.floor(Math.log10((high - low) / 4))
  const step = [1, 2, 5, 10].map(n => n * size).find(n => (high - low) / n <= 6) ?? 10 * size
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
}

export function plot(p) {
  const from = Date.parse(p.from), to = Date.parse(p.to)
  const good = p.values.filter((v, i) => v != null && p.good[i])
  const all = [...good, ...p.limits.map(l => l.value)]
  if (!all.length) return h('p', { class: 'empty' }, 'No values in this time.')
  const pad = (Math.max(...all) - Math.min(...all)) * .08 || 1
  const low = Math.min(...all) - pad, high = Math.max(...all) + pad
  const x = ms => LEFT + (ms - from) / (to - from) * (W - LEFT - RIGHT)
  const y = v => TOP + (high - v) / (high - low) * (H - TOP - BAND - BOTTOM)
  const floor = H - BAND - BOTTOM
  let d = '', pen = false
  p.times.forEach((t, i) => {
    if (p.values[i] == null || !p.good[i]) { pen = false; return }
    d += `${pen ? 'L' : 'M'}${x(t / 1000).toFixed(1)} ${y(p.values[i]).toFixed(1)}`
    pen = true
  })
  const ticks = Array.from({ length: 6 }, (_, i) => from + (to - from) * i / 5)
  const steps = grid(low, high)
  return h('figure', { class: 'why-plot' },
    s('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': `${p.tag} with its limits, and the state of the rule below` },
      steps.map(v => [s('line', { class: 'grid', x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }), s('text', { class: 'axis end', x: LEFT - 8, y: y(v) + 4 }, f.number(v))]),
      p.bands.map(b => s('rect', { class: `state-${b.state}`, x: x(Date.parse(b.from)), y: floor + 4, width: Math.max(.5, x(Date.parse(b.to)) - x(Date.parse(b.from))), height: BAND - 8 },
        s('title', {}, `${f.words(b.state)} ${b.level} from ${f.moment(b.from)} to ${f.moment(b.to)}`))),
      p.limits.map(l => [s('line', { class: 'limit', x1: LEFT, x2: W - RIGHT, y1: y(l.value), y2: y(l.value) }),
        s('text', { class: 'axis', x: W - RIGHT + 6, y: y(l.value) + 4 }, `${l.name} ${f.number(l.value)}`)]),
      s('path', { class: 'value', d }),
      p.times.map((t, i) => p.good[i] ? null : s('path', { class: 'bad', d: `M${x(t / 1000)} ${floor - 4}l3 -6l-6 0z` }, s('title', {}, 'not good'))),
      p.marks.map((m, i) => [s('line', { class: 'event', x1: x(Date.parse(m.time)), x2: x(Date.parse(m.time)), y1: TOP, y2: floor + BAND }),
        s('text', { class: 'axis event-text', x: x(Date.parse(m.time)) + 4, y: TOP + 10 + (i % 4) * 13 }, m.text)]),
      ticks.map((t, i) => s('text', { class: `axis ${i === 0 ? '' : i === 5 ? 'end' : 'mid'}`, x: x(t), y: H - BOTTOM + 16 }, f.clock(t)))),
    h('figcaption', { class: 'sub' }, h('span', {}, `${p.tag} in ${p.unitLabel || '1'}`),
      [...new Set(p.bands.map(b => b.state))].map(state => h('span', { class: `key state-${state}` }, f.words(state)))))
}

const steps = e => h('ol', { class: 'why-steps' }, e.steps.map(step => h('li', { class: `step-${step.outcome}` },
  h('span', { class: 'step-mark', role: 'img', 'aria-label': step.outcome }, MARK[step.outcome]),
  h('div', {}, h('p', {}, h('b', {}, f.capital(step.step)), ' ', step.text),
    h('p', { class: 'sub' }, step.time && h('span', {}, f.moment(step.time, now())), step.configuration && h('span', {}, 'configuration ', h('code', {}, step.configuration))),
    Object.keys(step.facts).length ? h('dl', { class: 'facts' }, Object.entries(step.facts).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])) : null))))

const body = e => [
  h('p', { class: `verdict ${e.stopped ? 'is-stopped' : ''}` }, e.verdict),
  e.plot.tag ? panel('Value, limits and state of the rule', {}, plot(e.plot)) : null,
  panel('Steps', {}, steps(e)),
]

export function why(main, id) {
  let alive = true // the answer may come when another page is shown
  const show = (...nodes) => alive && replace(main, ...nodes)
  api.get(`/why/${api.id(id)}`).then(
    e => show(h('nav', { class: 'crumb', 'aria-label': 'Way back' }, h('a', { href: '#/orders' }, 'Work orders')), h('h1', {}, `Why ${id}`), body(e)),
    e => show(h('h1', {}, `Why ${id}`), h('p', { class: 'empty' }, e.message)))
  return () => { alive = false }
}

/** Page with a form: a tag, and how long ago. */
export function whyNot(main) {
  const tag = h('input', { id: 'why-tag', required: true, placeholder: 'P-101/vibration.velocity_rms', 'data-key': 'tag' })
  const at = h('input', { id: 'why-at', placeholder: 'now, or 2026-11-22T06:00:00Z', 'data-key': 'at' })
  const out = h('div', { class: 'why-answer' })
  const ask = async event => {
    event.preventDefault()
    try {
      const when = at.value.trim() && at.value.trim() !== 'now' ? `&at=${api.id(at.value.trim())}` : ''
      replace(out, body(await api.get(`/why-not?tag=${api.id(tag.value.trim())}${when}`)))
    } catch (e) {
      replace(out, h('p', { class: 'empty' }, e.message))
    }
  }
  replace(main, h('h1', {}, 'Why is there no work order?'),
    panel('Question', {}, h('form', { class: 'note', onsubmit: ask }, h('label', {}, 'Tag', tag), h('label', {}, 'Time', at), h('button', { type: 'submit', class: 'primary' }, 'Ask'))), out)
  return () => {}
}
