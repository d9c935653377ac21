// OEE by machine and shift: gauge, factors, states over time, losses and reasons as Paretos, stops that need a reason.

import { h, s, panel, replace, table, toast } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { now } from './state.js'

const percent = v => v == null ? 'no value' : `${(100 * v).toFixed(1)} %`
const LOSS = { breakdowns: 'Breakdowns', setup: 'Set-up', planned_stops: 'Planned stops', minor_stops: 'Minor stops', reduced_speed: 'Reduced speed', defects: 'Defects', startup_rejects: 'Start-up rejects' }
const clock = iso => f.clock(Date.parse(iso))

/** Half a ring; the part that is reached is drawn over it. */
function gauge(value) {
  const at = v => { const a = Math.PI * (1 - v); return `${(100 + 80 * Math.cos(a)).toFixed(2)} ${(96 - 80 * Math.sin(a)).toFixed(2)}` }
  const reached = Math.min(1, Math.max(0, value ?? 0))
  return s('svg', { class: 'kpi-svg gauge', viewBox: '0 0 200 112', role: 'img', 'aria-label': `OEE ${percent(value)}` },
    s('path', { class: 'ring', d: `M${at(0)}A80 80 0 0 1 ${at(1)}` }),
    value ? s('path', { class: 'ring reached', d: `M${at(0)}A80 80 0 0 1 ${at(reached)}` }) : null,
    s('text', { class: 'figure', x: 100, y: 88 }, value == null ? '–' : `${(100 * value).toFixed(1)} %`),
    s('text', { class: 'axis mid', x: 100, y: 108 }, 'OEE'))
}

const factor = (name, value, what) => h('div', { class: 'factor' },
  h('p', {}, h('b', {}, name), h('span', {}, percent(value))),
  s('svg', { class: 'kpi-svg', viewBox: '0 0 300 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name} ${percent(value)}` },
    s('rect', { class: 'bar-back', width: 300, height: 10 }), s('rect', { class: 'bar', width: 300 * Math.min(1, value ?? 0), height: 10 })),
  h('p', { class: 'sub' }, what))

/** Bars by size with the line of their running sum. */
function pareto(rows, empty) {
  if (!rows.length) return h('p', { class: 'empty' }, empty)
  const total = rows.reduce((sum, row) => sum + row.seconds, 0) || 1
  const most = Math.max(...rows.map(row => row.seconds)) || 1
  let sum = 0
  return h('div', { class: 'pareto' }, rows.map(row => {
    sum += row.seconds
    return h('div', { class: 'pareto-row' },
      h('span', { class: 'pareto-name' }, row.name),
      s('svg', { class: 'kpi-svg', viewBox: '0 0 300 14', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        s('rect', { class: `bar ${row.cls || ''}`, width: Math.max(1, 300 * row.seconds / most), height: 14 })),
      h('span', { class: 'num' }, f.duration(row.seconds)),
      h('span', { class: 'num sub' }, row.count ? `${f.number(row.count)} ×` : ''),
      h('span', { class: 'num sub', title: 'running sum' }, `${(100 * sum / total).toFixed(0)} %`))
  }))
}

function timeline(shift) {
  // the running shift fills the width as far as it is known
  const blind = shift.running && shift.states.length > 1 && shift.states[0].state === 'unknown'
  const from = Date.parse(blind ? shift.states[1].from : shift.from), to = Date.parse(shift.running ? shift.until : shift.to)
  const x = ms => 1000 * (ms - from) / (to - from)
  const hours = Array.from({ length: 9 }, (_, i) => from + (to - from) * i / 8)
  const states = [...new Set(shift.states.slice(blind ? 1 : 0).map(span => span.state))]
  return h('figure', { class: 'why-plot' },
    s('svg', { viewBox: '0 0 1000 56', role: 'img', 'aria-label': 'States of the machine over the shift' },
      s('rect', { class: 'bar-back', width: 1000, height: 32 }),
      shift.states.slice(blind ? 1 : 0).map(span => s('rect', { class: `machine-${span.state}`, x: x(Date.parse(span.from)), width: Math.max(.4, x(Date.parse(span.to)) - x(Date.parse(span.from))), height: 32 },
        s('title', {}, `${f.words(span.state)} ${span.code} ${clock(span.from)} to ${clock(span.to)}`))),
      hours.map((t, i) => s('text', { class: `axis ${i === 0 ? '' : i === 8 ? 'end' : 'mid'}`, x: x(t), y: 50 }, to - from > 3600e3 ? f.clock(t).slice(0, 5) : f.clock(t)))),
    h('figcaption', { class: 'sub' }, states.map(state => h('span', { class: `key machine-${state}` }, f.words(state)))))
}

async function give(machine, stop, reason, after) {
  const user = await api.who()
  if (!user) return
  try {
    await api.post(`/kpi/oee/${api.id(machine.id)}/reason`, { start: stop.startMicros, reason, user })
    await after()
  } catch (e) {
    toast(`The reason was not kept: ${e.message}`)
  }
}

function reasonCell(machine, stop, after) {
  const list = `reasons-${machine.id}`
  const input = h('input', { class: 'reason', list, maxlength: 200, value: stop.reason, placeholder: 'no reason given', 'aria-label': `Reason of the stop at ${clock(stop.start)}`, 'data-key': `reason-${stop.startMicros}` })
  return h('form', { class: 'note', onsubmit: e => { e.preventDefault(); if (input.value.trim()) give(machine, stop, input.value.trim(), after) } }, input, h('button', { type: 'submit' }, 'Keep'))
}

function machineView(machine, after) {
  const shift = machine.shifts[0]
  if (!shift) return [h('h2', {}, machine.assetName), h('p', { class: 'empty' }, 'No shift yet.')]
  const stops = [...shift.stops].reverse()
  return [
    h('div', { class: 'head' }, h('h2', {}, `${machine.assetName} (${machine.asset})`),
      h('span', { class: 'chip' }, `${shift.day} ${shift.shift}, ${shift.running ? `until ${clock(shift.until)}` : 'over'}`),
      h('span', { class: 'chip' }, shift.standard === 'smrp' ? 'SMRP' : 'ISO 22400')),
    shift.warnings.map(w => h('p', { class: 'late' }, w)),
    h('div', { class: 'kpi-top' },
      h('div', {}, gauge(shift.oee), h('p', { class: 'sub mid-text' }, `good data ${percent(shift.coverage)} of the time`)),
      h('div', { class: 'factors' },
        factor('Availability', shift.availability, `${f.duration(shift.productionSeconds)} of ${f.duration(shift.plannedBusySeconds)} planned`),
        factor('Effectiveness', shift.effectiveness, `${f.number(shift.pieces)} pieces`),
        factor('Quality', shift.quality, `${f.number(shift.good)} good`)),
      h('dl', { class: 'facts' },
        [['NEE', percent(shift.nee)], ['TEEP', percent(shift.teep)], ['Failures', shift.failures],
          ['MTBF', shift.mtbfSeconds == null ? 'no value' : f.duration(shift.mtbfSeconds)], ['MTTR', shift.mttrSeconds == null ? 'no value' : f.duration(shift.mttrSeconds)],
          ['No data', f.duration(shift.unknownSeconds)]].map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))),
    panel('States', {}, timeline(shift)),
    h('div', { class: 'detail' },
      panel('Losses', {}, pareto(shift.losses.map(l => ({ name: LOSS[l.loss], seconds: l.seconds, count: l.count, cls: `loss-${l.factor}` })), 'No losses yet.')),
      panel('Reasons of stops', {}, pareto(shift.reasons.map(r => ({ name: r.reason, seconds: r.seconds, count: r.count })), 'No stops yet.'))),
    panel('Stops', {}, h('datalist', { id: `reasons-${machine.id}` }, machine.reasons.map(r => h('option', { value: r }))),
      table([['Began', x => clock(x.start)], ['Lasted', x => f.duration(x.seconds), 'num'], ['State', x => x.code || '–'], ['Kind', x => x.minor ? 'minor stop' : 'stop'],
        ['Reason', x => reasonCell(machine, x, after), 'grow']], stops.slice(0, 30), 'No stops in this shift.')),
    machine.shifts.length > 1 ? panel('Shifts before', {}, table([['Day', x => x.day], ['Shift', x => x.shift], ['OEE', x => percent(x.oee), 'num'], ['Availability', x => percent(x.availability), 'num'],
      ['Effectiveness', x => percent(x.effectiveness), 'num'], ['Quality', x => percent(x.quality), 'num'], ['Good data', x => percent(x.coverage), 'num'], ['Pieces', x => f.number(x.pieces), 'num']],
    machine.shifts.slice(1), '')) : null,
  ]
}

export function oee(main, id) {
  let alive = true
  const load = async () => {
    try {
      const { items } = await api.get(`/kpi/oee?shifts=7${id ? `&id=${api.id(id)}` : ''}`)
      if (!alive || main.querySelector('input:focus')) return
      replace(main, h('h1', {}, 'Overall equipment effectiveness'),
        items.length ? items.map(machine => h('section', { class: 'kpi', 'aria-label': machine.assetName }, machineView(machine, force)))
          : h('p', { class: 'empty' }, 'No machine has an OEE. Write connectors-config/kpi/<id>.yaml with kind: Oee.'))
    } catch (e) {
      if (alive) replace(main, h('h1', {}, 'Overall equipment effectiveness'), h('p', { class: 'empty' }, e.message))
    }
  }
  const force = () => { document.activeElement?.blur(); return load() }
  load()
  const slow = setInterval(load, 10e3)
  return () => { alive = false; clearInterval(slow) }
}
