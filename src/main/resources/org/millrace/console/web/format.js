// Numbers, times and names as people read them.

const nf = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 3 })
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

const tenths = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 1 })
const hundredths = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 2 })

/** As many decimals as a person can use: 4.445, 39.51, 122.1, 48,212. */
export const number = v => {
  if (v == null) return '–'
  const size = Math.abs(v)
  return (size < 1 && v !== 0 ? small : size < 10 ? nf : size < 100 ? hundredths : tenths).format(v)
}
export const count = v => nf.format(v ?? 0)
export const quantity = (v, unit) => unit && v != null ? `${number(v)} ${unit}` : number(v)

const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]

export function duration(seconds) {
  let rest = Math.max(0, Math.round(seconds))
  if (rest < 1) return '0 s'
  const at = UNITS.findIndex(([size]) => rest >= size)
  const [size, name] = UNITS[at]
  const big = Math.floor(rest / size)
  const next = UNITS[at + 1]
  const few = next ? Math.floor((rest - big * size) / next[0]) : 0
  return few ? `${big} ${name} ${few} ${next[1]}` : `${big} ${name}`
}

export const micros = iso => iso ? Date.parse(iso) : 0

// Times are the plant's, wherever the browser is: they must agree with the ticket. Swedish writes ISO 8601.
let local = {}
export function setZone(timeZone) {
  const parts = (options) => {
    try {
      return new Intl.DateTimeFormat('sv-SE', { ...options, timeZone })
    } catch {
      return new Intl.DateTimeFormat('sv-SE', options)
    }
  }
  local = { time: parts({ hour: '2-digit', minute: '2-digit', second: '2-digit' }), day: parts({ year: 'numeric', month: '2-digit', day: '2-digit' }) }
}
setZone(undefined)
export const clock = ms => local.time.format(ms)
export const day = ms => local.day.format(ms)

/** Today only the time; else date and time. */
export function moment(iso, now = Date.now()) {
  if (!iso) return '–'
  const ms = Date.parse(iso)
  return day(ms) === day(now) ? clock(ms) : `${day(ms)} ${clock(ms)}`
}

export const ago = (iso, now) => iso ? `${duration((now - Date.parse(iso)) / 1000)} ago` : 'never'

/** vibration.velocity_rms → Vibration velocity RMS */
export function tagLabel(name) {
  const words = name.replace(/[._-]+/g, ' ').replace(/\b(rms|rpm|oee|id)\b/g, w => w.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const words = state => state.replace(/[_-]+/g, ' ')
export const capital = text => text.charAt(0).toUpperCase() + text.slice(1)
