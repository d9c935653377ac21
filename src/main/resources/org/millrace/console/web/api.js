// The REST API and the live stream.

async function call(path, options) {
  const response = await fetch(`/api/v1${path}`, options)
  const type = response.headers.get('content-type') || ''
  const body = type.includes('json') ? await response.json() : await response.text()
  if (!response.ok) throw new Error(body.error ? `${body.error} (${body.hint})` : `HTTP ${response.status}`)
  return body
}

export const get = path => call(path)
export const post = (path, body) => call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
export const id = text => encodeURIComponent(text)

export const series = (tag, from, to, points, mode = 'lttb') =>
  get(`/series?tag=${id(tag)}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&mode=${mode}&points=${points}`)

/** Browsers reconnect by themselves; we only tell the page, and fetch everything again when the stream is back. */
export function live(handlers) {
  const stream = new EventSource('/api/v1/events')
  stream.addEventListener('open', () => handlers.open())
  stream.addEventListener('error', () => {
    handlers.lost()
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => live(handlers), 3000)
  })
  stream.addEventListener('resync', () => handlers.resync())
  for (const type of ['values', 'alarm', 'order', 'source', 'ledger']) {
    stream.addEventListener(type, event => handlers[type](JSON.parse(event.data)))
  }
}

/** The name kept with an action; asked once. Null when the person would rather not. */
export function who() {
  const known = localStorage.getItem('millrace.user')
  if (known) return Promise.resolve(known)
  const dialog = document.getElementById('who')
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      const name = document.getElementById('who-name').value.trim()
      if (dialog.returnValue !== 'ok' || !name) return resolve(null)
      localStorage.setItem('millrace.user', name)
      resolve(name)
    }, { once: true })
    dialog.returnValue = ''
    dialog.showModal()
  })
}
