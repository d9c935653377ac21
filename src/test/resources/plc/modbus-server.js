// A Modbus TCP server (modbus-serial) on 127.0.0.1: node modbus-server.js MODULES PORT.
// Register n of unit u holds 1000 * u + n; from 200 on there are none. Coil n is on where n is even.
const [modules, port] = process.argv.slice(2);
const { ServerTCP } = require(modules + '/modbus-serial');
const there = address => {
  if (address >= 200) throw { modbusErrorCode: 2, msg: 'no such address' };
};
const vector = {
  getHoldingRegister: (address, unit) => (there(address), 1000 * unit + address + 1),
  getInputRegister: (address, unit) => (there(address), 1000 * unit + address + 1),
  getCoil: address => (there(address), (address + 1) % 2 === 0),
  getDiscreteInput: address => (there(address), (address + 1) % 2 === 1),
};
const server = new ServerTCP(vector, { host: '127.0.0.1', port: Number(port), unitID: 255 });
server.on('initialized', () => console.log('ready'));
server.on('socketError', () => {});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
