// First page: machines with live values, open alarms, open work orders, sources.

import { h, s, panel, replace, setText, severityMark } from './dom.js'
import * as f from './format.js'
import { state, subscribe, openAlarms, openOrders, seedTrail, worst, now } from './state.js'
import { alarmItem } from './alarms.js'
import { orderItem } from './orders.js'
import { sourceTable } from './flow.js'

const W = 76
const H = 22

function sparkline(node, trail) {
  const good = trail.filter(p => p[1] != null)
  if (good.length < 2) return replace(node)
  const t0 = trail[0][0], t1 = trail.at(-1)[0]
  let low = Infinity, high = -Infinity
  for (const [, v] of good) { low = Math.min(low, v); high = Math.max(high, v) }
  const span = high - low || 1
  let d = '', pen = 'M'
  for (const [t, v] of trail) {
    if (v == null) { pen = 'M'; continue }
    const x = t1 > t0 ? (t - t0) / (t1 - t0) * (W - 4) + 2 : W / 2
    const y = high > low ? H - 3 - (v - low) / span * (H - 6) : H / 2
    d += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`
    pen = 'L'
  }
  replace(node, s('path', { d }))
}

export function quality(value) {
  if (!value.hubTime) return h('span', { class: 'q q-none', title: 'No value yet' }, 'none')
  if (value.quality === 'BAD') return h('span', { class: 'q q-bad', title: value.status }, 'bad')
  if (value.stale) return h('span', { class: 'q q-stale', title: `No value since ${f.moment(value.hubTime)}` }, 'stale')
  if (value.quality === 'UNCERTAIN') return h('span', { class: 'q q-uncertain', title: value.status }, 'uncertain')
  return h('span', { class: 'q q-good', title: value.status }, 'good')
}

export function shown(value, tag) {
  if (typeof value.value === 'number' && !Object.keys(tag.states).length) return f.number(value.value)
  return value.text || (value.value == null ? '–' : String(value.value))
}

function tagRow(tag) {
  const value = h('span', { class: 'val' })
  const badge = h('span', { class: 'badge' })
  const spark = s('svg', { class: 'spark', viewBox: `0 0 ${W} ${H}`, width: W, height: H, 'aria-hidden': 'true' })
  const row = h('a', { class: 'tag', href: `#/tags/${encodeURIComponent(tag.path)}`, title: tag.path },
    h('span', { class: 'name' }, f.tagLabel(tag.name)), spark,
    h('span', { class: 'reading' }, value, h('span', { class: 'unit' }, tag.unitLabel)), badge)
  let told = ''
  const update = () => {
    const v = state.values.get(tag.path) || tag.last
    setText(value, shown(v, tag))
    const tells = `${v.quality}|${v.stale}|${v.status}`
    if (tells !== told) {
      told = tells
      replace(badge, quality(v))
      row.classList.toggle('is-bad', v.quality === 'BAD')
      row.classList.toggle('is-stale', v.stale)
    }
  }
  const draw = () => { const trail = state.trail.get(tag.path); if (trail) sparkline(spark, trail) }
  update()
  draw()
  return { row, update, draw, numeric: !Object.keys(tag.states).length && typeof (tag.last.value ?? 0) === 'number' }
}

function card(asset, rows) {
  const alarm = h('span', { class: 'card-alarm' })
  const el = h('article', { class: 'card', 'aria-label': `${asset.name}, ${asset.id}` },
    h('header', {},
      h('div', { class: 'card-title' }, h('h3', {}, asset.name), alarm),
      h('p', { class: 'sub' }, h('b', {}, asset.id), h('span', { class: 'crit', title: 'Criticality' }, asset.criticality),
        h('span', { class: 'path', title: asset.path }, asset.path.split('/').slice(1, -1).join(' › ')))),
    h('div', { class: 'tags' }, asset.tags.map(tag => {
      const r = tagRow(tag)
      rows.set(tag.path, r)
      return r.row
    })))
  const update = () => {
    const mine = openAlarms().filter(a => a.asset === asset.id)
    const severity = worst(mine)
    el.dataset.severity = severity || 'normal'
    replace(alarm, severity ? h('a', { href: `#/alarms/${encodeURIComponent(mine[0].incident)}`, class: `pill sev-${severity}` },
      severityMark(severity), mine.length > 1 ? `${mine.length} alarms` : mine[0].active ? f.capital(severity) : `${f.capital(severity)}, returned`) : null)
    el.classList.toggle('is-returned', mine.length > 0 && mine.every(a => !a.active))
  }
  update()
  return { el, update }
}

const watcher = rows => new IntersectionObserver((entries, self) => {
  for (const entry of entries) if (entry.isIntersecting) {
    self.unobserve(entry.target)
    for (const [path, r] of rows) if (r.numeric && entry.target.contains(r.row)) seedTrail(path)
  }
}, { rootMargin: '200px' })

export function overview(main) {
  const rows = new Map()
  let cards = []
  const grid = h('div', { class: 'cards' })
  const alarms = h('div', {})
  const orders = h('div', {})
  const sources = h('div', {})
  let observer

  const build = () => {
    observer?.disconnect()
    rows.clear()
    observer = watcher(rows)
    cards = state.assets.map(asset => card(asset, rows))
    replace(grid, cards.length ? cards.map(c => c.el) : h('p', { class: 'empty' }, 'No assets yet. Add one in connectors-config/assets.'))
    cards.forEach(c => observer.observe(c.el))
    // what is on the first screen at once; the rest when it is scrolled to
    for (const [path] of [...rows].filter(([, r]) => r.numeric).slice(0, 24)) seedTrail(path)
  }
  const drawAlarms = () => {
    const open = openAlarms()
    replace(alarms, open.length ? h('ul', { class: 'list' }, open.slice(0, 8).map(a => alarmItem(a)))
      : h('p', { class: 'empty' }, 'No open alarms.'))
    cards.forEach(c => c.update())
  }
  const drawOrders = () => {
    const open = openOrders()
    replace(orders, open.length ? h('ul', { class: 'list' }, open.slice(0, 8).map(orderItem))
      : h('p', { class: 'empty' }, 'No open work orders.'))
  }
  const drawSources = () => replace(sources, sourceTable([...state.sources.values()], now()))

  replace(main, h('h1', { class: 'sr' }, 'Overview'), h('div', { class: 'overview' },
    h('section', { 'aria-label': 'Machines' }, grid),
    h('div', { class: 'side' },
      panel('Open alarms', {}, alarms),
      panel('Open work orders', {}, orders))),
  panel('Sources', { class: 'wide' }, sources))

  const signature = () => JSON.stringify(state.assets.map(a => [a.id, a.name, a.tags.map(t => t.path)]))
  let built = ''
  const all = () => {
    if (built !== signature()) { built = signature(); build() } else rows.forEach(r => r.update())
    drawAlarms()
    drawOrders()
    drawSources()
  }
  all()
  const tick = setInterval(() => { drawAlarms(); drawSources() }, 1000)
  const stop = subscribe((kind, detail) => {
    if (kind === 'all') all()
    if (kind === 'values') for (const v of detail) { const r = rows.get(v.tag); if (r) { r.update(); r.draw() } }
    if (kind === 'trail') rows.get(detail)?.draw()
    if (kind === 'alarms') drawAlarms()
    if (kind === 'orders') drawOrders()
    if (kind === 'sources') drawSources()
  })
  return () => { clearInterval(tick); stop(); observer?.disconnect() }
}
