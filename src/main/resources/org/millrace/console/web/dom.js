// Elements are made here and nowhere else: text goes in as text, so nothing that came from the field can be markup.

const SVG = 'http://www.w3.org/2000/svg'

function fill(el, attrs, children) {
  for (const [name, value] of Object.entries(attrs || {})) {
    if (value === false || value == null) continue
    if (name.startsWith('on')) el.addEventListener(name.slice(2), value)
    else el.setAttribute(name, value === true ? '' : value)
  }
  for (const child of children.flat(Infinity)) {
    if (child == null || child === false) continue
    el.append(child instanceof Node ? child : document.createTextNode(child))
  }
  return el
}

export const h = (tag, attrs, ...children) => fill(document.createElement(tag), attrs, children)
export const s = (tag, attrs, ...children) => fill(document.createElementNS(SVG, tag), attrs, children)

/** Puts new children in place of the old ones and gives the focus back to the control that had it. */
export function replace(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null
  parent.replaceChildren(...children.flat(Infinity).filter(c => c != null && c !== false))
  if (focused) parent.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus()
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Abnormal is told by shape as well as by colour. */
const SHAPES = {
  critical: 'M1 1h10v10h-10z',
  major: 'M6 .5l5.5 10.5h-11z',
  minor: 'M6 .5l5.5 5.5-5.5 5.5-5.5-5.5z',
  info: 'M6 1a5 5 0 1 0 .01 0z',
}

export function severityMark(severity, title) {
  return s('svg', { class: `mark sev-${severity}`, viewBox: '0 0 12 12', width: 12, height: 12, role: 'img', 'aria-label': title || severity },
    s('path', { d: SHAPES[severity] || SHAPES.info }))
}

export function panel(title, attrs, ...children) {
  return h('section', { ...attrs, class: `panel ${attrs?.class || ''}`, 'aria-label': title }, h('h2', {}, title), ...children)
}

/** @param columns [heading, row => cell, class?] */
export function table(columns, rows, empty) {
  if (!rows.length) return h('p', { class: 'empty' }, empty)
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, columns.map(([name, , cls]) => h('th', { scope: 'col', class: cls }, name)))),
    h('tbody', {}, rows.map(row => h('tr', { class: row.rowClass }, columns.map(([, cell, cls]) => h('td', { class: cls }, cell(row))))))))
}

let hide
export function toast(text) {
  const el = document.getElementById('toast')
  el.textContent = text
  el.hidden = false
  clearTimeout(hide)
  hide = setTimeout(() => { el.hidden = true }, 6000)
}
