// Overall equipment effectiveness by shift.
import { h, replace } from './dom.js'

export function oee(main) {
  replace(main, h('h1', {}, 'OEE'))
  return () => {}
}
