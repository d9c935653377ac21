// Alarms: the open ones, those nobody is called for, how they bear on people, the history, one incident.

import { h, panel, replace, severityMark, table, toast } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, openAlarms, alarmSeconds, now } from './state.js'

/** The process in the words of ISA-18.2. */
export const alarmState = a => !a.open ? 'over'
  : a.active ? (a.acknowledged ? 'active, acknowledged' : 'active, not acknowledged')
    : a.handling.confirmable ? 'back to normal, to be confirmed'
      : a.handling.resettable ? 'back to normal, latched: to be reset'
        : a.acknowledged ? 'back to normal, acknowledged' : 'back to normal, not acknowledged'

/** Why nobody is called, one short sentence each. */
export function silences(x) {
  const by = (who, why) => (who ? ` by ${who}` : '') + (why ? `: ${why}` : '')
  const words = {
    out_of_service: () => `Out of service${by(x.outOfServiceBy, x.outOfServiceWhy)}`,
    shelved: () => `Shelved ${x.shelving === 'one_shot' ? 'until it returns, at most ' : 'until '}${f.moment(x.shelvedUntil, now())}${by(x.shelvedBy, x.shelvedWhy)}`,
    suppressed: () => `Suppressed${x.suppressedBy ? `: ${x.suppressedBy}` : ''}`,
    maintenance: () => 'Maintenance window',
    muted: () => `Muted: ${x.mutedBy || 'work'} is in progress`,
    flood: () => 'Told as part of a flood',
    group_wait: () => 'About to be told with others',
  }
  const told = x.silencedBy.map(s => words[s]())
  return x.chatteringSince ? [...told, `Chattering since ${f.moment(x.chatteringSince, now())}, calmed by a longer off-delay`] : told
}

const silenceLine = x => silences(x).map(text => h('p', { class: 'sub silence' }, text))

async function act(target, action, body, done) {
  const user = await api.who()
  if (!user) return
  try {
    await api.post(`/alarms/${api.id(target)}/${action}`, { user, ...body })
    toast(done)
  } catch (e) {
    toast(`Not done: ${e.message}`)
  }
}

/** Asks why, and for how long where that is a question; resolves to null when the person would rather not. */
function ask(title, text, { time, label }) {
  const dialog = document.getElementById('reason')
  const field = document.getElementById('reason-text')
  document.getElementById('reason-title').textContent = title
  document.getElementById('reason-say').textContent = text
  document.getElementById('reason-ok').textContent = label
  document.getElementById('reason-time').hidden = !time
  field.value = ''
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      const reason = field.value.trim()
      if (dialog.returnValue !== 'ok' || !reason) return resolve(null)
      const time = document.getElementById('reason-for').value
      resolve({ reason, ...(time === 'one-shot' ? { one_shot: true } : { for: time }) })
    }, { once: true })
    dialog.returnValue = ''
    dialog.showModal()
  })
}

async function shelve(target, title) {
  const said = await ask(`Shelve: ${title}`, 'The alarm goes on being evaluated and recorded, but nobody is called for it. When the time is over and it is still active, it is told at once.', { time: true, label: 'Shelve' })
  if (said) await act(target, 'shelve', said, 'Shelved.')
}

async function outOfService(target, title) {
  const said = await ask(`Take out of service: ${title}`, 'Nobody is called for this alarm until someone puts it back into service. Use it when the instrument is removed or broken.', { time: false, label: 'Take out of service' })
  if (said) await act(target, 'out-of-service', { reason: said.reason }, 'Out of service.')
}

const button = (a, key, text, onclick, cls = '') =>
  h('button', { class: `ack ${cls}`, 'data-key': `${key}-${a.incident}`, 'aria-label': `${text} ${a.title}`, onclick }, text)

export const ackButton = a => a.open && !a.acknowledged
  ? button(a, 'ack', 'Acknowledge', () => act(a.incident, 'ack', {}, 'Acknowledged.'))
  : a.handling.confirmable ? button(a, 'confirm', 'Confirm', () => act(a.incident, 'confirm', {}, 'Confirmed.'))
    : a.handling.resettable ? button(a, 'reset', 'Reset', () => act(a.incident, 'reset', {}, 'Reset.')) : null

function shelveButton(a) {
  const target = a.handling.alarm
  if (!a.open || !target) return null
  return a.handling.shelving !== 'unshelved'
    ? button(a, 'unshelve', 'Unshelve', () => act(target, 'unshelve', {}, 'No longer shelved.'), 'quiet')
    : button(a, 'shelve', 'Shelve…', () => shelve(target, a.title), 'quiet')
}

function serviceButton(a) {
  const target = a.handling.alarm
  if (!a.open || !target) return null
  return a.handling.outOfService
    ? button(a, 'in', 'Back in service', () => act(target, 'in-service', {}, 'Back in service.'), 'quiet')
    : button(a, 'out', 'Out of service…', () => outOfService(target, a.title), 'quiet')
}

const level = a => a.level && a.level !== 'FLOOD' ? ` · level ${a.level}` : ''
const limitText = a => a.level === 'FLOOD' || a.handling.members ? `${f.count(a.handling.members)} alarms`
  : `${a.active ? f.quantity(a.value, a.unitLabel) : `${a.low ? 'lowest' : 'highest'} ${f.quantity(a.peak, a.unitLabel)}`} · limit ${f.quantity(a.limit, a.unitLabel)}${level(a)}`

/** What has returned is not named for the level it has left. */
export const alarmTitle = a => a.open && !a.active ? `Back to normal: ${a.title}` : a.title

export function alarmItem(a, full) {
  return h('li', { class: `item ${a.acknowledged ? 'is-acked' : ''} ${a.active ? '' : 'is-returned'} ${a.handling.silencedBy.length ? 'is-silent' : ''}` },
    severityMark(a.severity),
    h('div', { class: 'what' },
      h('a', { class: 'title', 'data-key': `alarm-${a.incident}`, href: `#/alarms/${encodeURIComponent(a.incident)}` }, alarmTitle(a)),
      h('p', { class: 'sub' }, h('b', {}, a.asset), h('span', {}, limitText(a))),
      h('p', { class: 'sub' }, h('span', {}, f.capital(alarmState(a))), h('span', {}, `${a.active ? 'for' : 'lasted'} ${f.duration(alarmSeconds(a))}`),
        a.workOrder && h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder),
        a.handling.parent && h('a', { href: `#/alarms/${encodeURIComponent(a.handling.parent)}` }, 'came with another')),
      silenceLine(a.handling)),
    h('div', { class: 'acts' }, ackButton(a), full === true ? [shelveButton(a), serviceButton(a)] : null))
}

// ---- those nobody is called for

function silencedTable(rows) {
  const nameOf = row => state.alarms.get(row.incident)?.title || row.rule
  return table([
    ['Alarm', row => row.incident ? h('a', { href: `#/alarms/${encodeURIComponent(row.incident)}` }, nameOf(row)) : nameOf(row), 'wide'],
    ['Asset', row => row.asset],
    ['Now', row => row.incident ? f.capital(alarmState(state.alarms.get(row.incident) || { open: true, active: true, handling: row })) : 'Normal'],
    ['Why nobody is called', row => silences(row).map(text => h('div', {}, text)), 'wide'],
    ['', row => row.shelving !== 'unshelved' ? button({ incident: row.alarm, title: row.alarm }, 'unshelve-list', 'Unshelve', () => act(row.alarm, 'unshelve', {}, 'No longer shelved.'), 'quiet')
      : row.outOfService ? button({ incident: row.alarm, title: row.alarm }, 'in-list', 'Back in service', () => act(row.alarm, 'in-service', {}, 'Back in service.'), 'quiet') : ''],
  ], rows, 'None: every alarm is told.')
}

// ---- how alarms bear on people

const percent = v => `${f.number(v * 100)} %`
const FIGURES = [
  ['Alarms', m => f.count(m.alarms), () => true, ''],
  ['per 10 min', m => f.number(m.perTenMinutes), m => m.perTenMinutes <= 1, 'at most 1 (EEMUA 191)'],
  ['per day', m => f.number(m.perDay), m => m.perDay <= 150, 'at most 150; act at 300'],
  ['most in 10 min', m => f.count(m.peakTenMinutes), m => m.peakTenMinutes <= 10, 'at most 10'],
  ['in flood', m => percent(m.timeInFlood), m => m.timeInFlood < .01, 'under 1 % of the time (ISA-18.2)'],
  ['chattering', m => f.count(m.chattering), m => m.chattering === 0, '0'],
  ['stale', m => f.count(m.stale), m => m.stale < 5, 'standing over 24 h; under 5'],
  ['top ten', m => percent(m.topShare), m => m.topShare <= .05 || m.alarms < 200, 'share of the ten most frequent; up to 5 % (ISA-18.2)'],
  ['high / medium / low', m => m.alarms ? `${Math.round(m.priority.high * 100)} / ${Math.round(m.priority.medium * 100)} / ${Math.round(m.priority.low * 100)} %` : '–', m => m.priority.high <= .05 || m.alarms < 20, 'about 5 / 15 / 80 % (EEMUA 191)'],
  ['not told', m => f.count(Object.values(m.silenced).reduce((a, b) => a + b, 0)), () => true, 'raised while shelved, suppressed, muted or in a flood'],
]

function metricsTables(items) {
  if (!items.length) return h('p', { class: 'empty' }, 'Nothing yet.')
  return [
    table([
      ['Area', m => m.area ? m.area.split('/').slice(1).join(' › ') || m.area : h('b', {}, 'Whole plant')],
      ...FIGURES.map(([name, show, good, target]) => [h('span', { title: target }, name), m => h('span', { class: good(m) ? '' : 'late', title: target ? `target: ${target}` : '' }, good(m) ? show(m) : `${show(m)} !`), 'num']),
    ], items, ''),
    items[0].top.length ? h('div', { class: 'spaced' }, table([
      ['Most frequent', a => a.title, 'wide'],
      ['Alarm', a => h('code', {}, a.alarm)],
      ['Calls', a => f.count(a.count), 'num'],
      ['Share', a => percent(a.count / Math.max(1, items[0].alarms)), 'num'],
    ], items[0].top, '')) : null,
  ]
}

export function alarms(main) {
  const open = h('div', {})
  const silent = h('div', {})
  const burden = h('div', {})
  const past = h('div', {})
  replace(main, h('h1', {}, 'Alarms'), panel('Open', {}, open), panel('Shelved, suppressed, out of service', {}, silent),
    panel('How alarms bear on people, last 24 hours', {}, burden), panel('Over', {}, past))
  const draw = () => {
    const rows = openAlarms()
    replace(open, rows.length ? h('ul', { class: 'list' }, rows.map(a => alarmItem(a, true))) : h('p', { class: 'empty' }, 'No open alarms.'))
    replace(past, table([
      ['Severity', a => [severityMark(a.severity), ' ', f.capital(a.severity)]],
      ['Alarm', a => h('a', { href: `#/alarms/${encodeURIComponent(a.incident)}` }, a.title)],
      ['Asset', a => a.asset],
      ['Since', a => f.moment(a.since, now())],
      ['Lasted', a => f.duration(alarmSeconds(a)), 'num'],
      ['Peak', a => f.quantity(a.peak, a.unitLabel), 'num'],
      ['Acknowledged by', a => a.handling.who || '–'],
      ['Work order', a => a.workOrder ? h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder) : '–'],
    ], [...state.alarms.values()].filter(a => !a.open), 'Nothing yet.'))
  }
  const fetchSilent = () => api.get('/alarms/shelved').then(board => replace(silent, silencedTable(board.items))).catch(console.error)
  const fetchBurden = () => api.get('/kpi/alarms').then(kpi => replace(burden, metricsTables(kpi.items))).catch(console.error)
  draw()
  fetchSilent()
  fetchBurden()
  const tick = setInterval(draw, 1000)
  const often = setInterval(fetchSilent, 5000)
  const seldom = setInterval(fetchBurden, 60000)
  const stop = subscribe(kind => {
    if (kind !== 'all' && kind !== 'alarms') return
    draw()
    fetchSilent()
  })
  return () => { clearInterval(tick); clearInterval(often); clearInterval(seldom); stop() }
}

const fact = (name, value) => value == null || value === '' ? [] : [h('dt', {}, name), h('dd', {}, value)]

export function alarm(main, incident) {
  const draw = () => {
    const a = state.alarms.get(incident)
    if (!a) return replace(main, h('h1', {}, 'Alarm'), h('p', { class: 'empty' }, `No alarm ${incident} among the last 200.`))
    const told = silences(a.handling)
    replace(main, h('nav', { class: 'crumb', 'aria-label': 'Way back' }, h('a', { href: '#/alarms' }, 'Alarms')),
      h('div', { class: 'head' }, h('h1', {}, severityMark(a.severity), ' ', alarmTitle(a)), h('div', { class: 'actions' }, ackButton(a), shelveButton(a), serviceButton(a))),
      panel('Facts', {}, h('dl', { class: 'facts' },
        fact('State', f.capital(alarmState(a))),
        fact('Nobody is called', told.length ? told.map(text => h('div', {}, text)) : null),
        fact('Severity', a.level && a.level !== 'FLOOD' ? `${f.capital(a.severity)}, level ${a.level}` : f.capital(a.severity)),
        fact('Asset', `${a.assetName} (${a.asset})`),
        fact('Where', a.path.replaceAll('/', ' › ')),
        fact('Since', f.moment(a.since, now())),
        fact('Duration', f.duration(alarmSeconds(a))),
        a.handling.members ? fact('Stands for', `${f.count(a.handling.members)} alarms`) : [
          fact('Value', f.quantity(a.value, a.unitLabel)),
          fact('Limit', `${a.low ? 'below' : 'above'} ${f.quantity(a.limit, a.unitLabel)}`),
          fact('Peak', f.quantity(a.peak, a.unitLabel))],
        fact('Failure mode', a.failureMode),
        fact('Signal', h('a', { href: `#/tags/${encodeURIComponent(a.tag)}` }, f.tagLabel(a.tag.split('/').at(-1)))),
        fact('Rule', a.rule),
        fact('Group', a.handling.group ? a.handling.group + (a.handling.firstInGroup ? ' (the first)' : '') : null),
        fact('Came with', a.handling.parent ? h('a', { href: `#/alarms/${encodeURIComponent(a.handling.parent)}` }, state.alarms.get(a.handling.parent)?.title || 'another alarm') : null),
        fact('Last action', a.handling.who ? `${a.handling.who}${a.handling.comment ? `: ${a.handling.comment}` : ''}` : null),
        fact('Work order', a.workOrder ? h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder) : 'none'))),
      panel(a.handling.members ? 'First alarms of the flood' : 'What the rule looked at', {}, table([['Signal', r => a.handling.members ? r[0] : f.tagLabel(r[0])], ['Value', r => r[1]]], Object.entries(a.inputs), 'Nothing recorded.')))
  }
  draw()
  const tick = setInterval(draw, 1000)
  const stop = subscribe(kind => { if (kind === 'all' || kind === 'alarms') draw() })
  return () => { clearInterval(tick); stop() }
}
