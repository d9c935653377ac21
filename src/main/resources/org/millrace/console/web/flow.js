// Where data comes from and where it went: sources, routes, the ledger, what did not fit.

import { h, panel, replace, table } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, now } from './state.js'

const upDown = up => h('span', { class: up ? 'updown up' : 'updown down' }, up ? 'up' : 'down')

export const sourceTable = (sources, at) => table([
  ['Source', s => h('b', {}, s.id)],
  ['Kind', s => s.kind],
  ['State', s => upDown(s.up)],
  ['Received', s => f.count(s.received), 'num'],
  ['Last data', s => f.ago(s.lastData, at), 'num'],
  ['Reconnects', s => f.count(s.reconnects), 'num'],
  ['Detail', s => s.detail, 'grow'],
], sources, 'No sources configured.')

const check = ok => h('span', { class: ok ? 'check' : 'check off' }, ok ? '✓ balanced' : '✕ does not balance')

const sourceLedger = ledger => table([
  ['Source', r => h('b', {}, r.id)],
  ['Received', r => f.count(r.received), 'num'], ['=', () => '=', 'op'],
  ['Accepted', r => f.count(r.accepted), 'num'], ['+', () => '+', 'op'],
  ['Filtered', r => h('span', { title: Object.entries(r.filtered).map(([k, n]) => `${k}: ${f.count(n)}`).join('\n') }, f.count(r.filteredTotal)), 'num'], ['+', () => '+', 'op'],
  ['Rejected', r => f.count(r.rejected), 'num'],
  ['', r => check(r.balanced)],
  ['Filtered because', r => Object.entries(r.filtered).map(([k, n]) => `${k} ${f.count(n)}`).join(', ') || '–', 'grow'],
], Object.entries(ledger.sources).map(([id, a]) => ({ id, ...a })), 'Nothing received yet.')

const sinkLedger = ledger => table([
  ['Consumer', r => h('b', {}, r.id)],
  ['Accepted', r => f.count(r.accepted), 'num'], ['=', () => '=', 'op'],
  ['Stored', r => f.count(r.stored), 'num'], ['+', () => '+', 'op'],
  ['Queued', r => f.count(r.queued), 'num'], ['+', () => '+', 'op'],
  ['Rejected', r => f.count(r.rejected), 'num'], ['+', () => '+', 'op'],
  ['Expired', r => f.count(r.expired), 'num'],
  ['', r => check(r.balanced), 'grow'],
], Object.entries(ledger.sinks).map(([id, a]) => ({ id, ...a })), 'No consumers yet.')

const sinkTable = (sinks, at) => table([
  ['Consumer', x => h('b', {}, x.name)],
  ['Kind', x => x.kind],
  ['State', x => upDown(x.up)],
  ['Waiting', x => f.count(x.kind === 'events' ? x.lagEntries : x.lagSamples), 'num'],
  ['Oldest', x => x.oldest ? f.ago(x.oldest, at) : '–', 'num'],
  ['Detail', x => x.up ? (x.route ? `route ${x.route}` : '')
    : `${x.lastError} (${x.failures} tries since ${f.moment(x.since, at)}${x.nextTry ? `, next ${f.moment(x.nextTry, at)}` : ''})`, 'grow'],
], sinks, 'No consumers yet.')

const skew = s => {
  const size = Math.abs(s)
  if (size < 0.05) return '0 s'
  const amount = size >= 7200 ? `${f.number(size / 3600)} h` : size >= 120 ? `${f.number(size / 60)} min` : `${f.number(size)} s`
  return `${amount} ${s > 0 ? 'ahead' : 'behind'}`
}

const clockTable = (clocks, at) => table([
  ['Source', c => c.source],
  ['Device', c => h('b', {}, c.device || '–')],
  ['Clock', c => h('span', { class: Math.abs(c.skewSeconds) < 5 ? '' : 'updown down' }, skew(c.skewSeconds)), 'num'],
  ['Last seen', c => f.ago(c.lastSeen, at), 'num'],
  ['', () => '', 'grow'],
], clocks, 'No device has sent times of its own for three minutes.')

const attempt = c => c.state === 'started' ? 'no change since the start'
  : `${c.state} ${f.moment(c.time, now())} by ${c.user}${c.detail ? `: ${c.detail}` : ''}`

const configuration = c => [
  h('p', {}, h('b', {}, c.version), ` in force since ${f.moment(c.since, now())}. Last reload: ${attempt(c)}`),
  c.problems.length ? table([['Where', p => h('b', {}, p.line ? `${p.file}:${p.line}:${p.column}` : p.file)], ['', p => p.severity],
    ['Problem', p => p.message], ['What to do', p => p.hint, 'grow']], c.problems, '') : '']

export function flow(main) {
  const sinks = h('div', {})
  const sources = h('div', {}), ledger = h('div', {}), routes = h('div', {}), unmapped = h('div', {}), dead = h('div', {}), clocks = h('div', {}), config = h('div', {})
  replace(main, h('h1', {}, 'Data flow'), panel('Sources', {}, sources), panel('Device clocks against the hub’s', {}, clocks), panel('Ledger', {}, ledger), panel('Sinks', {}, sinks), panel('Routes', {}, routes), panel('Configuration', {}, config),
    panel('Unmapped: delivered, but no tag wants it', {}, unmapped), panel('Dead letters: kept with the reason', {}, dead))
  const drawSources = () => replace(sources, sourceTable([...state.sources.values()], now()))
  const drawLedger = () => state.ledger && replace(ledger, sourceLedger(state.ledger), sinkLedger(state.ledger))
  const load = async () => {
    const [k, r, u, d, c, t] = await Promise.all([api.get('/sinks'), api.get('/routes'), api.get('/unmapped?limit=200'), api.get('/dead-letters?limit=200'), api.get('/configuration'), api.get('/clocks?limit=20')])
    replace(config, ...configuration(c))
    replace(clocks, clockTable(t.items, now()))
    replace(sinks, sinkTable(k.items, now()))
    replace(routes, table([['Route', x => h('b', {}, x.id)], ['State', x => h('span', { class: x.state === 'Started' ? 'updown up' : 'updown down' }, x.state.toLowerCase())],
      ['Completed', x => f.count(x.completed), 'num'], ['Failed', x => f.count(x.failed), 'num'], ['From', x => x.from, 'grow']], r.items, 'No routes.'))
    replace(unmapped, table([['Source', x => x.source], ['Device', x => x.device || '–'], ['Field', x => x.field], ['Count', x => f.count(x.count), 'num'],
      ['Last seen', x => f.ago(x.lastSeen, now()), 'num'], ['Example', x => x.example, 'grow']], u.items, 'Everything that is delivered has a tag.'))
    replace(dead, table([['When', x => f.moment(x.time, now())], ['Source', x => x.source], ['Step', x => x.step], ['Reason', x => x.reason], ['State', x => x.state],
      ['From', x => x.context], ['Detail', x => h('details', {}, h('summary', {}, x.detail), h('pre', {}, x.raw)), 'grow']], d.items, 'No dead letters.'))
  }
  drawSources()
  drawLedger()
  load().catch(console.error)
  const tick = setInterval(drawSources, 1000)
  const slow = setInterval(() => { if (!document.querySelector('details[open]')) load().catch(console.error) }, 5000)
  const stop = subscribe(kind => {
    if (kind === 'all' || kind === 'sources') drawSources()
    if (kind === 'all' || kind === 'ledger') drawLedger()
  })
  return () => { clearInterval(tick); clearInterval(slow); stop() }
}
