// Start: the header, the pages, the live stream. `?live=off` shows a still page, for print and pictures.

import { h, replace, setText, severityMark } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, refresh, handlers, openAlarms, openOrders, now } from './state.js'
import { overview } from './overview.js'
import { alarms, alarm } from './alarms.js'
import { orders, order } from './orders.js'
import { flow } from './flow.js'
import { tag } from './tag.js'
import { why, whyNot } from './why.js'
import { oee } from './oee.js'

const main = document.getElementById('main')
const still = new URLSearchParams(location.search).get('live') === 'off'
let leave = null

const PAGES = { '': overview, alarms, orders, flow, tags: null, oee, why: whyNot }
const DETAIL = { alarms: alarm, orders: order, tags: tag, oee, why }

function show(first) {
  leave?.()
  const [page = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/')
  const id = rest.length ? decodeURIComponent(rest.join('/')) : ''
  for (const link of document.querySelectorAll('[data-nav]')) {
    if (link.dataset.nav === page) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const view = id ? DETAIL[page] : PAGES[page]
  if (view) leave = view(main, id)
  else { leave = null; replace(main, h('h1', {}, 'No such page'), h('p', {}, h('a', { href: '#/' }, 'Overview'))) }
  if (!first) { main.focus({ preventScroll: true }); window.scrollTo(0, 0) }
}

const tile = (name, href, abnormal, big, ...more) =>
  h('a', { class: `tile ${abnormal}`, href, 'data-key': name }, h('span', { class: 'tile-name' }, name), h('span', { class: 'tile-big' }, big), h('span', { class: 'tile-more' }, more))

function strip() {
  const sources = [...state.sources.values()]
  const up = sources.filter(x => x.up).length
  const open = openAlarms()
  const by = ['critical', 'major', 'minor', 'info'].map(severity => [severity, open.filter(a => a.severity === severity).length]).filter(([, n]) => n)
  const unacked = open.filter(a => !a.acknowledged).length
  const orders = openOrders()
  const t = state.ledger?.total
  const down = sources.filter(x => !x.up).map(x => x.id)
  replace(document.getElementById('strip'),
    tile('Sources', '#/flow', down.length ? 'warn' : '', [`${up}/${sources.length}`, h('small', {}, 'up')], down.length ? `down: ${down.join(', ')}` : 'all deliver'),
    tile('Open alarms', '#/alarms', by.length ? `alarm-${by[0][0]}` : '', String(open.length),
      by.length ? by.map(([severity, n]) => h('span', { class: 'sevcount' }, severityMark(severity), ` ${n} ${severity}`)) : 'none', unacked ? h('span', {}, `${unacked} to acknowledge`) : null),
    tile('Open work orders', '#/orders', '', String(orders.length), orders.length ? orders.slice(0, 2).map(o => h('span', {}, o.number)) : 'none'),
    t && h('a', { class: `tile ledger ${state.ledger.balanced ? '' : 'warn'}`, href: '#/flow', 'data-key': 'ledger' },
      h('span', { class: 'tile-name' }, 'Ledger', h('span', { class: state.ledger.balanced ? 'check' : 'check off' }, state.ledger.balanced ? '✓ balanced' : '✕ does not balance')),
      h('span', { class: 'equation' },
        term('received', t.received), h('i', {}, '='), term('stored', t.stored), h('i', {}, '+'), term('queued', t.queued), h('i', {}, '+'),
        term('filtered', t.filtered), h('i', {}, '+'), term('rejected', t.rejected), t.expired ? [h('i', {}, '+'), term('expired', t.expired)] : null)))
}

const term = (name, n) => h('span', { class: 'term' }, h('b', {}, f.count(n)), h('small', {}, name))

function link() {
  const el = document.getElementById('link')
  el.className = `link ${state.online === false ? 'lost' : ''}`
  setText(el, still ? 'snapshot' : state.online ? 'live' : state.online === false ? 'reconnecting…' : 'connecting…')
  document.body.classList.toggle('is-lost', state.online === false)
}

function tick() {
  const at = now()
  const el = document.getElementById('clock')
  setText(el, `${f.day(at)} ${f.clock(at)}`)
  el.title = state.info ? `Plant time, ${state.info.zone}` : ''
}

async function start() {
  link()
  subscribe(kind => {
    if (kind === 'link') link()
    else if (kind !== 'values' && kind !== 'trail') strip()
    if (kind === 'all') {
      const home = document.getElementById('home')
      setText(home, state.info.name)
      home.title = state.info.home
      const n = openAlarms().length
      document.title = n ? `(${n}) ${state.info.name}` : state.info.name
    }
  })
  try {
    await refresh()
  } catch (e) {
    replace(main, h('p', { class: 'empty' }, `The hub does not answer: ${e.message}`))
  }
  window.addEventListener('hashchange', () => show(false))
  show(true)
  tick()
  setInterval(tick, 1000)
  if (!still) api.live(handlers)
}

start()
