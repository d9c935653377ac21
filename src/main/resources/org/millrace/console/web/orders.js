// Work orders: the list, and one with its ticket and picture.

import { h, panel, replace, severityMark, table, toast } from './dom.js'
import * as f from './format.js'
import * as api from './api.js'
import { state, subscribe, now } from './state.js'

const late = o => o.open && o.due && Date.parse(o.due) < now()
const dueText = o => late(o) ? `overdue since ${f.moment(o.due, now())}` : `due ${f.moment(o.due, now())}`
const stateChip = o => h('span', { class: `chip ${o.open ? '' : 'chip-done'}` }, f.words(o.state))

export function orderItem(o) {
  return h('li', { class: 'item' },
    severityMark(o.severity),
    h('div', { class: 'what' },
      h('a', { class: 'title', 'data-key': `order-${o.number}`, href: `#/orders/${encodeURIComponent(o.number)}` }, o.title),
      h('p', { class: 'sub' }, h('b', {}, o.number), h('span', {}, o.asset),
        h('span', {}, `opened ${f.moment(o.created, now())}`), o.due && h('span', { class: late(o) ? 'late' : '' }, dueText(o)))),
    stateChip(o))
}

export function orders(main) {
  const list = h('div', {})
  replace(main, h('h1', {}, 'Work orders'), panel('All', {}, list))
  const draw = () => replace(list, table([
    ['Number', o => h('a', { href: `#/orders/${encodeURIComponent(o.number)}`, 'data-key': o.number }, o.number)],
    ['Severity', o => [severityMark(o.severity), ' ', f.capital(o.severity)]],
    ['Title', o => o.title],
    ['Asset', o => o.asset],
    ['State', stateChip],
    ['Opened', o => f.moment(o.created, now())],
    ['Updated', o => f.moment(o.updated, now())],
    ['Due', o => o.due ? h('span', { class: late(o) ? 'late' : '' }, f.moment(o.due, now())) : '–'],
    ['System', o => o.system],
  ], [...state.orders.values()].sort((a, b) => (b.open - a.open) || b.created.localeCompare(a.created)), 'No work orders yet.'))
  draw()
  return subscribe(kind => { if (kind === 'all' || kind === 'orders') draw() })
}

const VERBS = { open: 'Reopen', in_progress: 'Start work', on_hold: 'Put on hold', done: 'Mark done', cancelled: 'Cancel' }
const verb = next => VERBS[next] || f.capital(f.words(next))

/**
 * The ticket as it goes to a CMMS is plain text: a title, "Name: value" lines, headings with indented lines. Here the
 * same words get the shape of a page; the title is in the page's head already.
 */
function ticketBody(text) {
  const blocks = text.trim().split(/\n\n+/).slice(1).map(block => block.split('\n'))
  return h('div', { class: 'ticket' }, blocks.map(lines => {
    if (lines.length > 1 && lines[1].startsWith('  ')) {
      return h('section', {}, h('h3', {}, lines[0]), h('ul', {}, lines.slice(1).map(line => h('li', {}, linked(line.trim())))))
    }
    if (lines.every(line => /^[^:]+: /.test(line)) && lines.length > 1) {
      return h('dl', { class: 'facts' }, lines.map(line => {
        const at = line.indexOf(': ')
        return [h('dt', {}, line.slice(0, at)), h('dd', {}, line.slice(at + 2))]
      }))
    }
    return /^[^:]+: https?:\/\/\S+$/.test(lines[0]) && lines[0].includes('/#/') ? null : h('p', {}, lines.join('\n')) // a link to this very console
  }))
}

const linked = line => /^https?:\/\/\S+$/.test(line) ? h('a', { href: line, rel: 'noreferrer' }, line) : line

async function act(number, path, body, after) {
  const user = await api.who()
  if (!user) return
  try {
    await api.post(`/work-orders/${api.id(number)}/${path}`, { ...body, user })
    await after()
  } catch (e) {
    toast(e.message)
  }
}

export function order(main, number) {
  let draft = ''
  const load = async () => {
    try {
      draw(await api.get(`/work-orders/${api.id(number)}`))
    } catch (e) {
      replace(main, h('h1', {}, number), h('p', { class: 'empty' }, e.message))
    }
  }
  const note = () => {
    const box = h('textarea', { rows: 2, maxlength: 4000, 'aria-label': 'New note', placeholder: 'What was found, what was done', 'data-key': 'note',
      oninput: e => { draft = e.target.value } })
    box.value = draft
    return h('form', { class: 'note', onsubmit: e => {
      e.preventDefault()
      if (draft.trim()) act(number, 'comments', { text: draft.trim() }, () => { draft = ''; return load() })
    } }, box, h('button', { type: 'submit' }, 'Add note'))
  }
  const draw = o => replace(main,
    h('nav', { class: 'crumb', 'aria-label': 'Way back' }, h('a', { href: '#/orders' }, 'Work orders')),
    h('div', { class: 'head' },
      h('h1', {}, severityMark(o.severity), ' ', h('span', { class: 'no' }, o.number), ' ', o.title),
      stateChip(o),
      h('div', { class: 'actions' }, o.nextStates.map((next, i) => h('button', { class: i === 0 ? 'primary' : '', 'data-key': `to-${next}`,
        onclick: () => act(number, 'state', { state: next }, load) }, verb(next))))),
    h('p', { class: 'sub' }, h('span', {}, `${o.assetName} (${o.asset})`), h('span', {}, `opened ${f.moment(o.created, now())}`),
      h('span', {}, `updated ${f.moment(o.updated, now())}`), o.due && h('span', { class: late(o) ? 'late' : '' }, dueText(o)),
      h('a', { href: `#/alarms/${encodeURIComponent(o.incident)}` }, 'alarm'), h('a', { href: `#/why/${encodeURIComponent(o.number)}` }, 'why'), /^https?:\/\//.test(o.link) ? h('a', { href: o.link, target: '_blank', rel: 'noopener' }, `in ${o.system}`) : h('span', {}, `in ${o.system}`)),
    h('div', { class: 'detail' },
      panel('Ticket', {}, ticketBody(o.text)),
      h('div', {},
        o.hasTrend && panel('Trend up to the last change', {}, h('img', { class: 'trend', width: 640, height: 220, alt: `Trend of the signal behind ${o.number}`,
          src: `/api/v1/work-orders/${encodeURIComponent(number)}/trend.svg?at=${encodeURIComponent(o.updated)}` })),
        panel('Notes', {}, o.notes.length ? h('ul', { class: 'notes' }, o.notes.map(n =>
          h('li', {}, h('p', { class: 'sub' }, h('b', {}, n.user), h('span', {}, f.moment(n.time, now()))), h('p', {}, n.text)))) : h('p', { class: 'empty' }, 'No notes yet.'),
        note()))))
  load()
  return subscribe((kind, detail) => { if (kind === 'orders' && detail?.number === number) load() })
}
