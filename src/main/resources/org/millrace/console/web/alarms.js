// Alarms: the open ones, the history, one incident.

import { h, panel, replace, severityMark, table, toast } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, openAlarms, alarmSeconds, now } from './state.js'

export const alarmState = a => a.type === 'NORMAL' ? 'over'
  : a.active ? (a.acknowledged ? 'active, acknowledged' : 'active')
    : 'returned, not acknowledged'

async function acknowledge(alarm) {
  const user = await api.who()
  if (!user) return
  try {
    await api.post(`/alarms/${api.id(alarm.incident)}/ack`, { user })
  } catch (e) {
    toast(`Not acknowledged: ${e.message}`)
  }
}

export const ackButton = alarm => alarm.open && !alarm.acknowledged
  ? h('button', { class: 'ack', 'data-key': `ack-${alarm.incident}`, 'aria-label': `Acknowledge ${alarm.title}`,
    onclick: () => acknowledge(alarm) }, 'Acknowledge')
  : null

const limitText = a => `${a.active ? f.quantity(a.value, a.unitLabel) : `${a.low ? 'lowest' : 'highest'} ${f.quantity(a.peak, a.unitLabel)}`} · limit ${f.quantity(a.limit, a.unitLabel)}`

export function alarmItem(a) {
  return h('li', { class: `item ${a.acknowledged ? 'is-acked' : ''} ${a.active ? '' : 'is-returned'}` },
    severityMark(a.severity),
    h('div', { class: 'what' },
      h('a', { class: 'title', 'data-key': `alarm-${a.incident}`, href: `#/alarms/${encodeURIComponent(a.incident)}` }, a.title),
      h('p', { class: 'sub' }, h('b', {}, a.asset), h('span', {}, limitText(a))),
      h('p', { class: 'sub' }, h('span', {}, f.capital(alarmState(a))), h('span', {}, `${a.active ? 'for' : 'lasted'} ${f.duration(alarmSeconds(a))}`),
        a.workOrder && h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder))),
    ackButton(a))
}

export function alarms(main) {
  const open = h('div', {})
  const past = h('div', {})
  replace(main, h('h1', {}, 'Alarms'), panel('Open', {}, open), panel('Over', {}, past))
  const draw = () => {
    const rows = openAlarms()
    replace(open, rows.length ? h('ul', { class: 'list' }, rows.map(alarmItem)) : h('p', { class: 'empty' }, 'No open alarms.'))
    replace(past, table([
      ['Severity', a => [severityMark(a.severity), ' ', f.capital(a.severity)]],
      ['Alarm', a => h('a', { href: `#/alarms/${encodeURIComponent(a.incident)}` }, a.title)],
      ['Asset', a => a.asset],
      ['Since', a => f.moment(a.since, now())],
      ['Lasted', a => f.duration(alarmSeconds(a)), 'num'],
      ['Peak', a => f.quantity(a.peak, a.unitLabel), 'num'],
      ['Work order', a => a.workOrder ? h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder) : '–'],
    ], [...state.alarms.values()].filter(a => !a.open), 'Nothing yet.'))
  }
  draw()
  const tick = setInterval(draw, 1000)
  const stop = subscribe(kind => { if (kind === 'all' || kind === 'alarms') draw() })
  return () => { clearInterval(tick); stop() }
}

const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)]

export function alarm(main, incident) {
  const draw = () => {
    const a = state.alarms.get(incident)
    if (!a) return replace(main, h('h1', {}, 'Alarm'), h('p', { class: 'empty' }, `No alarm ${incident} among the last 200.`))
    replace(main, h('nav', { class: 'crumb', 'aria-label': 'Way back' }, h('a', { href: '#/alarms' }, 'Alarms')),
      h('div', { class: 'head' }, h('h1', {}, severityMark(a.severity), ' ', a.title), ackButton(a)),
      panel('Facts', {}, h('dl', { class: 'facts' },
        fact('State', f.capital(alarmState(a))),
        fact('Severity', a.level ? `${f.capital(a.severity)}, level ${a.level}` : f.capital(a.severity)),
        fact('Asset', `${a.assetName} (${a.asset})`),
        fact('Where', a.path.replaceAll('/', ' › ')),
        fact('Since', f.moment(a.since, now())),
        fact('Duration', f.duration(alarmSeconds(a))),
        fact('Value', f.quantity(a.value, a.unitLabel)),
        fact('Limit', `${a.low ? 'below' : 'above'} ${f.quantity(a.limit, a.unitLabel)}`),
        fact('Peak', f.quantity(a.peak, a.unitLabel)),
        fact('Failure mode', a.failureMode),
        fact('Signal', h('a', { href: `#/tags/${encodeURIComponent(a.tag)}` }, f.tagLabel(a.tag.split('/').at(-1)))),
        fact('Rule', a.rule),
        fact('Work order', a.workOrder ? h('a', { href: `#/orders/${encodeURIComponent(a.workOrder)}` }, a.workOrder) : 'none'))),
      panel('What the rule looked at', {}, table([['Signal', r => f.tagLabel(r[0])], ['Value', r => r[1]]], Object.entries(a.inputs), 'Nothing recorded.')))
  }
  draw()
  const tick = setInterval(draw, 1000)
  const stop = subscribe(kind => { if (kind === 'all' || kind === 'alarms') draw() })
  return () => { clearInterval(tick); stop() }
}
