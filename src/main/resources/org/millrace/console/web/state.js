// What the page knows. Views read it and are told what changed.

import * as api from './api.js'
import { setZone } from './format.js'

export const state = {
  info: null, assets: [], tags: new Map(), values: new Map(), alarms: new Map(), orders: new Map(),
  sources: new Map(), ledger: null, trail: new Map(), online: null, skew: 0,
}

const TRAIL = 90
const listeners = new Set()

export function subscribe(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const now = () => Date.now() + state.skew

function tell(kind, detail) {
  for (const listener of listeners) listener(kind, detail)
}

const byId = (rows, key) => new Map(rows.map(row => [row[key], row]))

export async function refresh() {
  const [info, assets, alarms, orders, sources, ledger] = await Promise.all([
    api.get('/info'), api.get('/assets'), api.get('/alarms?state=all&limit=200'), api.get('/work-orders?limit=200'),
    api.get('/sources'), api.get('/ledger')])
  state.info = info
  setZone(info.zone)
  state.skew = Date.parse(info.now) - Date.now()
  state.assets = assets.items
  state.tags = new Map()
  for (const asset of assets.items) for (const tag of asset.tags) {
    state.tags.set(tag.path, { ...tag, assetName: asset.name })
    state.values.set(tag.path, tag.last)
  }
  state.alarms = received(byId(alarms.items, 'incident'))
  state.orders = byId(orders.items, 'number')
  state.sources = byId(sources.items, 'id')
  state.ledger = ledger
  tell('all')
}

/** Durations run on between updates: remember when each alarm was heard. */
function received(alarms) {
  for (const alarm of alarms.values()) alarm.heard = Date.now()
  return alarms
}

export const alarmSeconds = alarm => alarm.seconds + (alarm.active ? (Date.now() - alarm.heard) / 1000 : 0)

export const handlers = {
  open() { state.online = true; tell('link'); refresh().catch(console.error) },
  lost() { state.online = false; tell('link') },
  resync() { refresh().catch(console.error) },
  values({ items }) {
    for (const value of items) {
      state.values.set(value.tag, value)
      trace(value)
    }
    tell('values', items)
  },
  alarm(alarm) { alarm.heard = Date.now(); state.alarms.set(alarm.incident, alarm); tell('alarms') },
  order(order) { state.orders.set(order.number, order); tell('orders', order) },
  source(source) { state.sources.set(source.id, source); tell('sources') },
  ledger(ledger) { state.ledger = ledger; tell('ledger') },
}

const drawable = value => value.quality !== 'BAD' && typeof value.value === 'number'

function trace(value) {
  const trail = state.trail.get(value.tag)
  if (!trail) return
  const at = Date.parse(value.time || value.hubTime)
  if (trail.length && at <= trail.at(-1)[0]) return
  trail.push([at, drawable(value) ? value.value : null])
  if (trail.length > TRAIL) trail.shift()
}

/** The last half hour of a tag for its sparkline, asked for once; live values are added as they come. */
export async function seedTrail(tag) {
  if (state.trail.has(tag)) return
  state.trail.set(tag, [])
  const last = state.values.get(tag)
  const end = Math.min(now(), last?.time ? Date.parse(last.time) + 1000 : now())
  try {
    const series = await api.series(tag, end - 1800e3, end, TRAIL)
    const old = series.times.map((t, i) => [t / 1000, series.values[i]])
    state.trail.set(tag, [...old, ...state.trail.get(tag)].slice(-TRAIL))
    tell('trail', tag)
  } catch (e) {
    console.warn('no history for', tag, e.message)
  }
}

const RANK = { critical: 0, major: 1, minor: 2, info: 3 }
export const openAlarms = () => [...state.alarms.values()].filter(a => a.open)
  .sort((a, b) => (!!a.handling.silencedBy.length - !!b.handling.silencedBy.length) || (a.acknowledged - b.acknowledged) || (RANK[a.severity] - RANK[b.severity]) || b.since.localeCompare(a.since))
export const openOrders = () => [...state.orders.values()].filter(o => o.open)
  .sort((a, b) => (RANK[a.severity] - RANK[b.severity]) || b.created.localeCompare(a.created))
export const worst = alarms => alarms.reduce((w, a) => w === null || RANK[a.severity] < RANK[w] ? a.severity : w, null)
